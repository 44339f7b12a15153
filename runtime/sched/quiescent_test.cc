// Scheduler::WaitQuiescent comes back when nothing can move, and never before: it is what lets a test say "blocked for
// ever" without a timeout.

#include <gtest/gtest.h>

#include <atomic>

#include "plait/plait.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/testing/fixture.h"

namespace plait::sched {
namespace {

using QuiescentTest = test::RuntimeTest;
PLAIT_WITH_PROCS(QuiescentTest);

void WaitQuiescent() { Scheduler::Current()->WaitQuiescent(); }

TEST_P(QuiescentTest, AtOnceWhenThereIsNothingToDo) {
  WaitQuiescent();
  WaitQuiescent();
}

TEST_P(QuiescentTest, AllThatCanRunHasRun) {
  for (int round = 0; round < 300; ++round) {
    std::atomic<int> steps{0};
    for (int i = 0; i < 8; ++i) {
      go([&] {
        for (int k = 0; k < 4; ++k) {
          ++steps;
          Gosched();
        }
        go([&] { ++steps; });
      });
    }
    WaitQuiescent();
    ASSERT_EQ(steps.load(), 8 * 5) << "round " << round;
  }
}

// Workers go to sleep and are woken all the time.
TEST_P(QuiescentTest, WhoIsLeftIsParked) {
  auto never = make_chan<int>();
  for (int round = 1; round <= 100; ++round) {
    auto ball = make_chan<int>();
    std::atomic<int> passes{0};
    go([=, &passes] {
      for (int i = 0; i < 20; ++i, ++passes) ball.send(i);
      never.recv();
    });
    go([=, &passes] {
      for (int i = 0; i < 20; ++i, ++passes) ball.recv();
      never.recv();
    });
    WaitQuiescent();
    ASSERT_EQ(passes.load(), 40) << "round " << round;
    ASSERT_EQ(NumGoroutine(), 2 * round);
    ASSERT_EQ(test::Parked(), 2 * round);
  }
  close(never);
  WaitQuiescent();
  EXPECT_EQ(NumGoroutine(), 0);
}

// Who sleeps will move: a pending timer is work, and one that wakes nobody must not leave us waiting.
TEST_P(QuiescentTest, NotWhileATimerIsPending) {
  for (int round = 0; round < 10; ++round) {
    std::atomic<bool> awake{false};
    go([&] {
      time::Sleep(std::chrono::microseconds(200));
      awake = true;
    });
    WaitQuiescent();
    ASSERT_TRUE(awake.load());
    go([] { time::After(std::chrono::microseconds(200)); });
    WaitQuiescent();
  }
}

}  // namespace
}  // namespace plait::sched
