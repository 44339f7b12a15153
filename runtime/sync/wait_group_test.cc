#include "plait/runtime/sync/wait_group.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::GoAndPark;
using test::PanicTextOf;

using WaitGroupTest = test::RuntimeTest;
PLAIT_WITH_PROCS(WaitGroupTest);

// WG-18: not copyable.
static_assert(!std::is_copy_constructible_v<sync::WaitGroup> && !std::is_move_constructible_v<sync::WaitGroup>);

constinit sync::WaitGroup static_group;

// WG-01: the counter starts at 0; Wait returns at once then.
TEST(WaitGroup, WaitOnZeroReturns) {
  sync::WaitGroup wg;
  wg.Wait();
  static_group.Wait();
  wg.Add(0);
  wg.Wait();
}

// WG-03: below zero it panics; afterwards the group is intact.
TEST(WaitGroup, NegativeCounterPanics) {
  sync::WaitGroup wg;
  EXPECT_EQ(PanicTextOf([&] { wg.Done(); }), "sync: negative WaitGroup counter");
  wg.Add(2);
  EXPECT_EQ(PanicTextOf([&] { wg.Add(-3); }), texts::kNegativeWaitGroup);
  wg.Add(-2);
  wg.Wait();
}

// WG-15: the counter has 31 bits.
TEST(WaitGroup, OverflowPanics) {
  sync::WaitGroup wg;
  wg.Add(int64_t{1} << 31 >> 1);
  wg.Add((int64_t{1} << 30) - 1);
  EXPECT_EQ(PanicTextOf([&] { wg.Add(1); }), texts::kNegativeWaitGroup);
  EXPECT_EQ(PanicTextOf([&] { wg.Add(int64_t{1} << 40); }), texts::kNegativeWaitGroup);
  wg.Add(-((int64_t{1} << 31) - 1));
  wg.Wait();
}

// WG-02, WG-19: Wait waits for the counter to reach 0, and says so; then all waiters are released.
// WG-17: in the order in which they came.
TEST(WaitGroup, ReleasesAllWaitersInOrder) {
  for (int procs : {1, 4}) {
    Runtime runtime(procs);
    sync::WaitGroup wg;
    wg.Add(2);
    std::atomic<int> clock{0};
    std::vector<int> released(5, -1);
    for (int& mine : released) {
      GoAndPark([&wg, &clock, &mine] {
        wg.Wait();
        mine = clock++;
      });
    }
    EXPECT_EQ(test::WaitReasons(), std::vector<std::string>(5, "sync.WaitGroup.Wait"));
    wg.Done();
    EXPECT_EQ(clock, 0);
    wg.Done();
    runtime.Drain();
    EXPECT_EQ(clock, 5);
    if (procs == 1) {
      EXPECT_EQ(released, (std::vector<int>{0, 1, 2, 3, 4}));
    }
  }
}

// WG-09: Add(n), then Done n times or Add of negative numbers; any of them may be the one that releases.
TEST_P(WaitGroupTest, AddsAndDonesAddUp) {
  for (int64_t last : {1, 2, 5}) {
    std::atomic<bool> released{false};
    sync::WaitGroup wg;
    wg.Add(10);
    GoAndPark([&] {
      wg.Wait();
      released = true;
    });
    for (int64_t i = 0; i < 10 - last; ++i) wg.Done();
    EXPECT_FALSE(released);
    wg.Add(-last);
    runtime_.Drain();
    EXPECT_TRUE(released);
  }
}

// WG-08: Add while the counter is positive is always legal: a task may start tasks.
// WG-10, WG-12: what a task did is seen after Wait, and Go never lets Wait return early.
TEST_P(WaitGroupTest, TasksStartTasks) {
  sync::WaitGroup wg;
  std::vector<int> done(128, 0);
  struct Tree {
    sync::WaitGroup& wg;
    std::vector<int>& done;
    void Run(size_t node) const {
      for (size_t child : {2 * node, 2 * node + 1}) {
        if (child < done.size()) wg.Go([this, child] { Run(child); });
      }
      done[node] = 1;
    }
  };
  const Tree tree{wg, done};
  wg.Go([&] { tree.Run(1); });
  wg.Wait();  // a plain thread
  done[0] = 1;
  EXPECT_EQ(done, std::vector<int>(128, 1));
}

// WG-07: it may be used again once every Wait has returned (TestWaitGroup), also by Waits of several rounds that
// overlap.
TEST_P(WaitGroupTest, CanBeUsedAgain) {
  sync::WaitGroup wg;
  int64_t sum = 0;
  Run([&] {
    std::atomic<int64_t> n{0};
    for (int round = 0; round < 200; ++round) {
      for (int i = 0; i < 4; ++i) wg.Go([&] { ++n; });
      wg.Wait();
      EXPECT_EQ(n, 4 * (round + 1));
    }
    sum = n;
  });
  EXPECT_EQ(sum, 800);
}

// A WaitGroup may be destroyed as soon as Wait has returned, though the last Done is still on its way out.
TEST_P(WaitGroupTest, MayBeDestroyedAfterWait) {
  Run([] {
    for (int round = 0; round < 2000; ++round) {
      auto wg = std::make_unique<sync::WaitGroup>();
      wg->Add(2);
      go([&wg = *wg] { wg.Done(); });
      go([&wg = *wg] { wg.Done(); });
      wg->Wait();
    }
  });
}

// WG-02: plain threads wait and finish tasks as goroutines do.
TEST_P(WaitGroupTest, PlainThreads) {
  sync::WaitGroup start, done;
  start.Add(1);
  std::atomic<int> n{0};
  std::vector<std::thread> threads;
  done.Add(6);
  const auto task = [&] {
    start.Wait();
    ++n;
    done.Done();
  };
  for (int i = 0; i < 3; ++i) threads.emplace_back(task);
  for (int i = 0; i < 3; ++i) go(task);
  test::AwaitParked(3);
  EXPECT_EQ(n, 0);
  start.Done();
  done.Wait();
  EXPECT_EQ(n, 6);
  for (std::thread& t : threads) t.join();
}

// WG-14: after Goexit there is a Done all the same.
TEST_P(WaitGroupTest, GoexitCountsAsDone) {
  sync::WaitGroup wg;
  bool unreachable = false;
  wg.Go([&] {
    Goexit();
    unreachable = true;
  });
  wg.Wait();
  EXPECT_FALSE(unreachable);
}

// WG-13: a panic in a task ends the process before Wait can return: Done is skipped.
TEST(WaitGroupDeathTest, APanicInATask) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Runtime runtime(2);
        sync::WaitGroup wg;
        wg.Go([] { panic("in a task"); });
        wg.Wait();
        _exit(0);
      },
      testing::ExitedWithCode(2), "^panic: in a task");
}

}  // namespace
}  // namespace plait
