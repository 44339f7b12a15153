// defer and recover. Goexit: goexit_test.cc.

#include "plait/runtime/panic/frame.h"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::PanicTextOf;

using FrameTest = test::RuntimeTest;
PLAIT_WITH_PROCS(FrameTest);

// PANIC-01: deferred calls run last in, first out, when the function returns or panics, after the body's locals are
// gone.
TEST(Frame, DeferredCallsRunLastInFirstOut) {
  for (bool panics : {false, true}) {
    std::string order;
    struct Local {
      std::string& order;
      ~Local() { order += "local "; }
    };
    const std::string text = PanicTextOf([&] {
      frame([&](Frame& f) {
        Local local{order};
        for (char c : {'a', 'b', 'c'}) f.defer([&order, c] { order += c; });
        if (panics) panic("body");
        order += "body ";
      });
    });
    EXPECT_EQ(order, panics ? "local cba" : "body local cba");
    EXPECT_EQ(text, panics ? "body" : "(no panic)");
  }
}

// PANIC-02: what a deferred call captures by value it captures at the defer statement.
TEST(Frame, CapturesAreEvaluatedAtTheDefer) {
  int seen = 0;
  frame([&](Frame& f) {
    int x = 1;
    f.defer([&seen, x] { seen = x; });
    x = 2;
  });
  EXPECT_EQ(seen, 1);
}

// PANIC-03: a nil deferred function panics when it is run, not when it is deferred; the other ones run.
TEST(Frame, ANilDeferredFunctionPanicsWhenRun) {
  bool reached = false, ran = false;
  EXPECT_EQ(PanicTextOf([&] {
              frame([&](Frame& f) {
                f.defer([&] { ran = true; });
                f.defer(std::function<void()>());
                reached = true;
              });
            }),
            texts::kNilDereference);
  EXPECT_TRUE(reached);
  EXPECT_TRUE(ran);
}

// PANIC-04: a deferred call may change the result after `return` has set it.
TEST(Frame, DeferredCallsMayChangeTheResult) {
  EXPECT_EQ(frame<int>([](Frame& f) {
              f.defer([&f] { f.result<int>() *= 2; });
              return 21;
            }),
            42);
}

// PANIC-08: after a recovery the function that deferred returns normally, with the result it has by then; its remaining
// deferred calls run.
TEST(Frame, RecoverMakesTheFunctionReturn) {
  std::string order;
  const std::string result = frame<std::string>([&](Frame& f) -> std::string {
    f.defer([&] { order += "outer"; });
    f.defer([&] {
      if (auto r = recover()) f.result<std::string>() = "recovered: " + r.text();
      order += "recover ";
    });
    panic("boom");
  });
  EXPECT_EQ(result, "recovered: boom");
  EXPECT_EQ(order, "recover outer");
  EXPECT_EQ(frame<int>([](Frame& f) -> int {
              f.defer([] { static_cast<void>(recover()); });
              panic("no result was set");
            }),
            0);
}

// PANIC-07: recover finds a panic only in a deferred call of the frame that panics: not in the body, not in a frame
// nested in the deferred call, not twice.
// PANIC-30: without a panic it finds nothing.
TEST(Frame, RecoverOnlyFindsThePanicOfItsOwnFrame) {
  EXPECT_FALSE(recover());
  frame([](Frame& f) {
    EXPECT_FALSE(recover());
    f.defer([] { EXPECT_FALSE(recover()); });
  });
  bool nested = true, direct = false, again = true;
  frame([&](Frame& f) {
    f.defer([&] { again = static_cast<bool>(recover()); });
    f.defer([&] {
      frame([&](Frame& g) { g.defer([&] { nested = static_cast<bool>(recover()); }); });
      direct = static_cast<bool>(recover());
    });
    panic("once");
  });
  EXPECT_FALSE(nested);
  EXPECT_TRUE(direct);
  EXPECT_FALSE(again);
}

// PANIC-07: a panic passes the frames between its own and the one that recovers; their deferred calls run.
TEST(Frame, APanicPassesFramesThatDoNotRecover) {
  std::string order;
  frame([&](Frame& f) {
    f.defer([&] { order += "recovered " + recover().text(); });
    frame([&](Frame& g) {
      g.defer([&] { order += "inner, "; });
      panic("deep");
    });
    order += "not reached";
  });
  EXPECT_EQ(order, "inner, recovered deep");
}

// PANIC-10: a panic in a deferred call replaces the current one; recovering it ends the older one too.
TEST(Frame, ANewerPanicReplacesTheOlder) {
  std::string first, second;
  frame([&](Frame& f) {
    f.defer([&] { second = recover().text(); });
    f.defer([&] { first = recover().text(); });
    f.defer([] { panic("newer"); });
    panic("older");
  });
  EXPECT_EQ(first, "newer");
  EXPECT_EQ(second, "");
}

// PANIC-10: a panic in a deferred call that is recovered there leaves the older one as it was.
TEST(Frame, APanicRecoveredInsideADeferredCallChangesNothing) {
  std::string inner, outer;
  frame([&](Frame& f) {
    f.defer([&] { outer = recover().text(); });
    f.defer([&] {
      frame([&](Frame& g) {
        g.defer([&] { inner = recover().text(); });
        panic("inner");
      });
    });
    panic("outer");
  });
  EXPECT_EQ(inner, "inner");
  EXPECT_EQ(outer, "outer");
}

// PANIC-28: C++ exceptions and the runtime's own panics can be recovered, and keep their type and value.
TEST(Frame, RecoversAnyException) {
  Recovered got;
  const auto recovered = [&](auto body) {
    frame([&](Frame& f) {
      f.defer([&] { got = recover(); });
      body();
    });
    return got;
  };
  EXPECT_EQ(recovered([] { throw std::logic_error("theirs"); }).text(), "theirs");
  EXPECT_THROW(std::rethrow_exception(got.exception()), std::logic_error);
  EXPECT_EQ(recovered([] { panic(7); }).value<int>(), 7);
  EXPECT_FALSE(got.value<std::string>().has_value());
  EXPECT_EQ(recovered([] { panic("text"); }).value<std::string>(), "text");
  EXPECT_EQ(recovered([] { close(Chan<int>()); }).text(), texts::kCloseOfNil);
  EXPECT_THROW(std::rethrow_exception(got.exception()), RuntimeError);
  EXPECT_EQ(recovered([] { throw 5; }).text(), "C++ exception of type int");
}

// A plain catch stops a panic as it stops any exception; a frame in between still runs its deferred calls.
TEST(Frame, CatchWorksToo) {
  bool ran = false;
  try {
    frame([&](Frame& f) {
      f.defer([&] { ran = true; });
      panic(std::runtime_error("an error value"));
    });
    FAIL();
  } catch (const Panic& p) {
    EXPECT_STREQ(p.what(), "an error value");
    EXPECT_NE(std::any_cast<std::runtime_error>(&p.value()), nullptr);
  }
  EXPECT_TRUE(ran);
}

// PANIC-26: deferred calls may block while the goroutine panics; others go on meanwhile.
TEST_P(FrameTest, DeferredCallsMayBlockDuringAPanic) {
  std::vector<std::string> recovered(8);
  Run([&] {
    auto tokens = make_chan<int>();
    sync::WaitGroup wg;
    for (size_t i = 0; i < recovered.size(); ++i) {
      wg.Go([&recovered, tokens, i] {
        frame([&](Frame& f) {
          f.defer([&] { recovered[i] = recover().text(); });
          f.defer([&] { tokens.recv(); });  // parks, and wakes on whichever worker is free
          panic("panic " + std::to_string(i));
        });
      });
    }
    for (size_t i = 0; i < recovered.size(); ++i) tokens.send(0);
    wg.Wait();
  });
  for (size_t i = 0; i < recovered.size(); ++i) EXPECT_EQ(recovered[i], "panic " + std::to_string(i));
}

// Frames belong to their goroutine: one that parks inside its frame does not see another's.
TEST_P(FrameTest, FramesAreKeptPerGoroutine) {
  std::string own, other;
  Run([&] {
    auto a = make_chan<int>();
    auto b = make_chan<int>();
    go([&, a, b] {
      frame([&](Frame& f) {
        f.defer([&] {
          a.recv();  // the other goroutine panics meanwhile
          own = recover().text();
          b.send(0);
        });
        panic("mine");
      });
    });
    frame([&](Frame& f) {
      f.defer([&] {
        a.send(0);
        b.recv();
        other = recover().text();
      });
      panic("yours");
    });
  });
  EXPECT_EQ(own, "mine");
  EXPECT_EQ(other, "yours");
}

}  // namespace
}  // namespace plait
