#include "plait/runtime/goroutine/go.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/testing/fixture.h"
#include "plait/runtime/testing/values.h"

namespace plait {
namespace {

using test::Copyable;
using test::GoAndPark;
using test::MoveOnly;

using GoTest = test::RuntimeTest;
PLAIT_WITH_PROCS(GoTest);

// Functions of no arguments only.
template <class F>
concept CanGo = std::is_invocable_v < std::decay_t<F>
& > ;
static_assert(CanGo<void (*)()> && CanGo<std::function<int()>> && !CanGo<void (*)(int)>);

std::atomic<int> calls{0};
void PlainFunction() { ++calls; }
int WithResult() { return ++calls; }

// GO-01: anything that can be called; its result is discarded.
TEST_P(GoTest, CallsWhateverCanBeCalled) {
  calls = 0;
  struct Functor {
    void operator()() { ++calls; }
  } functor;
  const std::function<void()> function = PlainFunction;
  go(PlainFunction);
  go(&WithResult);
  go(functor);
  go(function);
  go([p = std::make_unique<int>(5)] { calls += *p; });
  go([n = 0]() mutable { calls += ++n; });
  runtime_.Drain();
  EXPECT_EQ(calls, 10);
}

// GO-01: function and captures are evaluated by the caller: a panic there is the caller's, and starts nothing.
TEST_P(GoTest, CapturesAreEvaluatedByTheCaller) {
  const auto broken = []() -> int { panic("in the argument"); };
  EXPECT_EQ(test::PanicTextOf([&] { go([n = broken()] { static_cast<void>(n); }); }), "in the argument");
  EXPECT_EQ(NumGoroutine(), 0);
  int x = 1;
  int seen = 0;
  go([x, &seen] { seen = x; });
  x = 2;
  runtime_.Drain();
  EXPECT_EQ(seen, 1);
}

// GO-04: the goroutine ends when its function returns; the function with its captures dies once, before it has ended.
TEST_P(GoTest, CapturesDieWithTheGoroutine) {
  for (int i = 0; i < 100; ++i) {
    go([m = MoveOnly(i), c = Copyable(i)] { EXPECT_EQ(m.value, c.value); });
  }
  runtime_.Drain();
  EXPECT_EQ(MoveOnly::live(), 0);
  EXPECT_EQ(Copyable::live(), 0);
  // Also when it ends by Goexit.
  go([m = MoveOnly(1)] { Goexit(); });
  runtime_.Drain();
  EXPECT_EQ(MoveOnly::live(), 0);
}

// GO-13: a capture by value in a loop is a fresh variable each time.
TEST_P(GoTest, EachIterationHasItsOwnCapture) {
  std::vector<std::atomic<int>> seen(50);
  for (size_t i = 0; i < seen.size(); ++i) {
    go([i, &seen] { ++seen[i]; });
  }
  runtime_.Drain();
  EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](const auto& n) { return n == 1; }));
}

// GO-09: numbers are unique.
TEST_P(GoTest, NumbersAreUnique) {
  constexpr int kMany = 300;
  auto ids = make_chan<uint64_t>(kMany);
  for (int i = 0; i < kMany; ++i) {
    go([ids] { ids.send(CurrentG()->id); });
  }
  std::set<uint64_t> distinct;
  for (int i = 0; i < kMany; ++i) distinct.insert(ids.recv());
  EXPECT_EQ(distinct.size(), size_t{kMany});
  EXPECT_EQ(distinct.count(0), 0u);
}

// GO-10: on one processor the goroutine that was started last runs first when its creator parks, the others follow in
// order.
TEST(GoOrder, TheLastOneFirst) {
  Runtime runtime(1);
  std::vector<int> order(5, -1);
  std::atomic<int> clock{0};
  go([&] {
    for (int& mine : order) {
      go([&] { mine = clock++; });
    }
  });
  runtime.Drain();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4, 0}));
}

// GO-02: nothing is promised about who runs first, only that both run: a goroutine that computes does not keep others
// from running, if there is a second processor (SCHED, the monitor).
TEST(GoProgress, AComputingCreatorDoesNotHoldUpItsChildren) {
  Runtime runtime(2);
  std::atomic<bool> done{false};
  go([&] {
    go([&] { done = true; });
    while (!done) __builtin_ia32_pause();
  });
  runtime.Drain();
}

// GO-08: blocked goroutines are cheap: many of them, all alive at once.
TEST_P(GoTest, ManyAtOnce) {
#if defined(PLAIT_TSAN)
  constexpr int kMany = 1000;
#else
  constexpr int kMany = 20'000;
#endif
  auto gate = make_chan<int>();
  std::atomic<int> passed{0};
  for (int i = 0; i < kMany; ++i) {
    go([&passed, gate] {
      gate.recv();
      ++passed;
    });
  }
  EXPECT_EQ(NumGoroutine(), kMany);
  close(gate);
  runtime_.Drain();
  EXPECT_EQ(passed, kMany);
  EXPECT_EQ(NumGoroutine(), 0);
}

// Goroutines start goroutines, to any depth, from any worker.
TEST_P(GoTest, StartsFromGoroutines) {
  std::atomic<int> leaves{0};
  struct Tree {
    static void Grow(int depth, std::atomic<int>& leaves) {
      if (depth == 0) {
        ++leaves;
        return;
      }
      for (int i = 0; i < 3; ++i) {
        go([depth, &leaves] { Grow(depth - 1, leaves); });
      }
    }
  };
  go([&] { Tree::Grow(6, leaves); });
  runtime_.Drain();
  EXPECT_EQ(leaves, 729);
}

// A stack that one goroutine has used serves the next one, whatever was left on it.
TEST_P(GoTest, StacksAreUsedAgain) {
  struct Deep {
    static int Down(int n) {
      volatile char frame[256];
      frame[n % 256] = static_cast<char>(n);
      return n == 0 ? frame[0] : Down(n - 1) + frame[n % 256];
    }
  };
  std::atomic<int64_t> sum{0};
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 20; ++i) {
      go([&, i] { sum += Deep::Down(i * 4) != -1; });
    }
    runtime_.Drain();
  }
  EXPECT_EQ(sum, 400);
}

#ifdef PLAIT_TSAN
// What is not ordered by Go's memory model is reported, though the runtime's own locks have ordered it by accident.
TEST(GoRaceDeathTest, AnUnsynchronisedCounterIsReported) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto race = [](int procs) {
    Runtime runtime(procs);
    int counter = 0;
    for (int i = 0; i < 2; ++i) go([&] { ++counter; });
    runtime.Drain();
    _exit(0);
  };
  EXPECT_DEATH(race(1), "data race");
  EXPECT_DEATH(race(2), "data race");
}
#endif

// GO-14: a goroutine inherits no panic and no deferred calls of its creator.
TEST_P(GoTest, InheritsNoPanic) {
  std::atomic<bool> recovered{true};
  Run([&] {
    frame([&](Frame& f) {
      f.defer([] { EXPECT_EQ(recover().text(), "mine"); });
      f.defer([&] {
        sync::WaitGroup wg;
        wg.Go([&] { recovered = static_cast<bool>(recover()); });
        wg.Wait();
      });
      panic("mine");
    });
  });
  EXPECT_FALSE(recovered);
}

}  // namespace
}  // namespace plait
