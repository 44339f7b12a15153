// Goexit: like a panic that nobody can recover, and that ends only its own goroutine.

#include <exception>
#include <string>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using GoexitTest = test::RuntimeTest;
PLAIT_WITH_PROCS(GoexitTest);

// PANIC-11: Goexit runs the deferred calls and ends the goroutine; recover finds nothing.
TEST_P(GoexitTest, GoexitRunsDeferredCalls) {
  std::string order;
  Run([&] {
    frame([&](Frame& f) {
      f.defer([&] { order += "outer"; });
      frame([&](Frame& g) {
        g.defer([&] { order += recover() ? "recovered " : "inner "; });
        Goexit();
      });
      order += "not reached";
    });
    order += "not reached";
  });
  EXPECT_EQ(order, "inner outer");
}

// PANIC-12: a panic during Goexit that is recovered lets the Goexit go on.
TEST_P(GoexitTest, ARecoveredPanicResumesTheGoexit) {
  std::string order;
  Run([&] {
    frame([&](Frame& f) {
      f.defer([&] { order += "outer"; });
      frame([&](Frame& g) {
        g.defer([&] { order += recover().text() + ", "; });
        g.defer([] { panic("during Goexit"); });
        Goexit();
      });
      order += "not reached";
    });
  });
  EXPECT_EQ(order, "during Goexit, outer");
}

// PANIC-13: Goexit in a deferred call during a panic: the goroutine exits, the panic is gone.
TEST_P(GoexitTest, GoexitSwallowsAPanic) {
  std::string order;
  Run([&] {
    frame([&](Frame& f) {
      f.defer([&] { order += recover() ? "recovered" : "outer"; });
      f.defer([] { Goexit(); });
      panic("swallowed");
    });
    order += "not reached";
  });
  EXPECT_EQ(order, "outer");
}

// A catch (...) that does not rethrow stops a Goexit; so the goroutine goes on. One that rethrows does not.
TEST_P(GoexitTest, CatchAllStopsAGoexit) {
  std::string order;
  Run([&] {
    try {
      Goexit();
    } catch (...) {
      order += "stopped ";
    }
    try {
      Goexit();
    } catch (const std::exception&) {
      order += "not reached";
    } catch (...) {
      order += "passed";
      throw;
    }
    order += "not reached";
  });
  EXPECT_EQ(order, "stopped passed");
}

}  // namespace
}  // namespace plait
