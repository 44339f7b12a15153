#include "plait/runtime/sync/once.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::GoAndPark;
using test::PanicTextOf;

using OnceTest = test::RuntimeTest;
PLAIT_WITH_PROCS(OnceTest);

static_assert(!std::is_copy_constructible_v<sync::Once>);

constinit sync::Once static_once;

// ONCE-01: one function runs, over all calls, whatever the functions are.
TEST(Once, RunsOne) {
  int n = 0;
  static_once.Do([&] { ++n; });
  static_once.Do([&] { n += 100; });
  static_once.Do([&] { ++n; });
  EXPECT_EQ(n, 1);
}

// ONCE-02, ONCE-03: whoever calls Do meanwhile waits, and sees what was done, in goroutines and plain threads.
// ONCE-14: a Do of a Once that is done takes no lock: it does not wait for one that somebody holds.
TEST_P(OnceTest, OthersWait) {
  sync::Once once;
  auto gate = make_chan<bool>();
  int made = 0;
  std::atomic<int> seen{0};
  go([&] {
    once.Do([&] {
      gate.recv();
      made = 42;
    });
  });
  while (once.state() != sync::Once::State::kRunning) Gosched();
  test::AwaitParked(1);
  const auto use = [&] {
    once.Do([] { ADD_FAILURE(); });
    if (made == 42) ++seen;
  };
  for (int i = 0; i < 5; ++i) GoAndPark(use);
  EXPECT_EQ(test::WaitReasons(), (std::vector<std::string>{"chan receive", "sync.Mutex.Lock", "sync.Mutex.Lock",
                                                           "sync.Mutex.Lock", "sync.Mutex.Lock", "sync.Mutex.Lock"}));
  std::thread thread(use);
  EXPECT_EQ(seen, 0);
  gate.send(true);
  thread.join();
  runtime_.Drain();
  EXPECT_EQ(seen, 6);
}

// ONCE-04: a function that calls Do of its own Once waits for ever, as for a mutex.
TEST_P(OnceTest, IsNotRecursive) {
  sync::Once once;
  GoAndPark([&] { once.Do([&] { once.Do([] { ADD_FAILURE(); }); }); });
  EXPECT_EQ(test::WaitReasons(), std::vector<std::string>{"sync.Mutex.Lock"});
  EXPECT_EQ(runtime_.Stop(), 1);
}

// ONCE-05, ONCE-07: a panic counts as done; it comes out of the first call; those who waited, and later ones, return.
TEST_P(OnceTest, APanicCountsAsDone) {
  sync::Once once;
  std::atomic<int> returned{0};
  auto gate = make_chan<bool>();
  std::string text;
  go([&] {
    text = PanicTextOf([&] {
      once.Do([&] {
        gate.recv();
        panic("failed");
      });
    });
  });
  test::AwaitParked(1);
  GoAndPark([&] {
    once.Do([] { ADD_FAILURE(); });
    ++returned;
  });
  gate.send(true);
  runtime_.Drain();
  EXPECT_EQ(text, "failed");
  EXPECT_EQ(returned, 1);
  EXPECT_EQ(PanicTextOf([&] { once.Do([] { panic("again"); }); }), "(no panic)");
}

// ONCE-06: so does Goexit.
TEST_P(OnceTest, GoexitCountsAsDone) {
  sync::Once once;
  Run([&] {
    once.Do([] { Goexit(); });
    ADD_FAILURE();
  });
  once.Do([] { ADD_FAILURE(); });
}

// ONCE-08: the function runs once, concurrent callers wait; a copy is the same function.
// ONCE-10: OnceValue and OnceValues give every caller the same results.
TEST_P(OnceTest, FunctionsThatRunOnce) {
  std::atomic<int> calls{0}, seen{0};
  const auto once = sync::OnceFunc([&] {
    Gosched();
    ++calls;
  });
  const auto value = sync::OnceValue([&] {
    Gosched();
    return std::string("made by call ") + std::to_string(++calls);
  });
  const auto values = sync::OnceValues([&] { return std::pair(++calls, std::string("x")); });
  Run([&] {
    once();
    const std::string first = value();
    const auto [n, x] = values();
    EXPECT_EQ(calls, 3);
    EXPECT_EQ(x, "x");
    for (int i = 0; i < 5; ++i) {
      go([&, first, n = n, value = value] {
        once();
        if (calls == 3 && value() == first && values().first == n) ++seen;
      });
    }
  });
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(seen, 5);
}

// ONCE-09: if it panics, every call panics with the same value (TestOnceFuncPanic). Not so in Once::Do.
// ONCE-11: with panic(nil) as well.
TEST(OnceFunc, PanicsAgain) {
  int calls = 0;
  const auto bad = sync::OnceValue([&]() -> int {
    ++calls;
    panic(7);
  });
  const auto value_of = [](const auto& f) {
    try {
      f();
    } catch (const Panic& panic) {
      return std::any_cast<int>(panic.value());
    }
    return 0;
  };
  EXPECT_EQ(value_of(bad), 7);
  EXPECT_EQ(value_of(bad), 7);
  EXPECT_EQ(calls, 1);
  const auto nil = sync::OnceFunc([] { panic(nullptr); });
  EXPECT_EQ(PanicTextOf(nil), texts::kPanicNil);
  EXPECT_EQ(PanicTextOf(nil), texts::kPanicNil);
}

// ONCE-12: after a Goexit it does not run again.
TEST_P(OnceTest, GoexitInAFunctionThatRunsOnce) {
  int calls = 0;
  const auto once = sync::OnceFunc([&] {
    ++calls;
    Goexit();
  });
  Run(once);
  EXPECT_EQ(PanicTextOf(once), texts::kPanicNil);
  EXPECT_EQ(calls, 1);
}

// ONCE-13: the function is destroyed, with what it has captured, as soon as it has run, or has failed.
TEST(OnceFunc, LetsGoOfWhatItHasCaptured) {
  auto captured = std::make_shared<int>(1);
  const auto value = sync::OnceValue([captured] { return *captured; });
  const auto fails = sync::OnceFunc([captured] { panic(*captured); });
  EXPECT_EQ(captured.use_count(), 3);
  EXPECT_EQ(value(), 1);
  EXPECT_EQ(captured.use_count(), 2);
  EXPECT_EQ(PanicTextOf(fails), "1");
  EXPECT_EQ(captured.use_count(), 1);
  EXPECT_EQ(value(), 1);
}

}  // namespace
}  // namespace plait
