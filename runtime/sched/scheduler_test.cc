// Who runs, and that everybody does.

#include "plait/runtime/sched/scheduler.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using SchedulerTest = test::RuntimeTest;
PLAIT_WITH_PROCS(SchedulerTest);

// GOMAXPROCS goroutines run at the same time, and never more.
TEST_P(SchedulerTest, RunsAsManyAsThereAreProcessors) {
  const int procs = GetParam();
  EXPECT_EQ(GOMAXPROCS(), procs);
  std::atomic<int> running{0}, most{0}, arrived{0};
  for (int i = 0; i < 3 * procs; ++i) {
    go([&] {
      const int now = ++running;
      for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
      }
      ++arrived;
      // Nobody leaves before the first `procs` are here, none of whom parks.
      while (arrived < procs) __builtin_ia32_pause();
      --running;
    });
  }
  runtime_.Drain();
  EXPECT_EQ(most, procs);
}

// SCHED-08: Gosched lets the others run first.
TEST(Scheduler, GoschedGoesToTheEndOfTheQueue) {
  Runtime runtime(1);
  std::atomic<char> log[7] = {};
  std::atomic<int> size{0};
  go([&] {
    for (char c : {'a', 'b', 'c'}) {
      go([&, c] {
        log[size++] = c;
        Gosched();
        log[size++] = c;
      });
    }
    Gosched();
    log[size++] = '|';
  });
  runtime.Drain();
  EXPECT_EQ(std::string(log, log + 7), "cab|cab");
}

// SCHED-04: work from outside, in the global queue, is run though the local queue is never empty.
TEST_P(SchedulerTest, TheGlobalQueueIsNotStarved) {
  std::atomic<bool> done{false};
  for (int i = 0; i < 2 * GetParam(); ++i) {
    go([&] {
      while (!done) Gosched();
    });
  }
  std::thread outside([&] { go([&] { done = true; }); });
  outside.join();
  runtime_.Drain();
}

// SCHED-06: two goroutines that ready each other, each time in front of the queue, do not starve who stands in it.
TEST_P(SchedulerTest, APairDoesNotStarveTheQueue) {
  std::atomic<bool> stop{false};
  std::vector<std::atomic<int>> others(10);
  go([&] {
    auto ball = make_chan<int>();
    for (auto& ran : others) {
      go([&] { ran = 1; });
    }
    go([&, ball] {
      for (int v : ball) stop = stop || v < 0;
    });
    while (!stop) {
      ball.send(0);
      int sum = 0;
      for (const auto& ran : others) sum += ran;
      if (sum == 10) break;
    }
    close(ball);
  });
  runtime_.Drain();
}

// No wake-up of an idle worker is lost, whoever gives it work: a plain thread, a timer, or another goroutine.
TEST_P(SchedulerTest, IdleWorkersAreWoken) {
  auto ping = make_chan<int>();
  auto pong = make_chan<int>();
  go([&] {
    for (int v : ping) pong.send(v);
    close(pong);
  });
  for (int i = 0; i < 300; ++i) {
    ping.send(i);
    ASSERT_EQ(pong.recv(), i);
    if (i % 50 == 0) time::After(std::chrono::microseconds(50)).recv();
    if (i % 3 == 0) sched::Scheduler::Current()->WaitQuiescent();  // all of them sleep
  }
  close(ping);
  runtime_.Drain();
}

// Work spreads: one goroutine starts all, others take their share, since none can end before all processors are in use.
TEST_P(SchedulerTest, WorkIsStolen) {
  const int procs = GetParam();
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> arrived{0};
    Run([&] {
      for (int i = 0; i < procs; ++i) {
        go([&] {
          ++arrived;
          while (arrived < procs) __builtin_ia32_pause();
        });
      }
    });
  }
}

// A full local queue overflows into the global one: nobody is lost, and 256 is no limit.
TEST_P(SchedulerTest, LocalQueuesOverflow) {
  std::atomic<int> ran{0};
  Run([&] {
    for (int i = 0; i < 5000; ++i) {
      go([&] { ++ran; });
    }
  });
  EXPECT_EQ(ran, 5000);
}

// A goroutine that computes holds neither the others nor what waits behind it, if there is another processor.
TEST(Scheduler, WhatStandsBehindAComputingGoroutineIsTaken) {
  Runtime runtime(2);
  std::atomic<int> ran{0};
  std::atomic<bool> stop{false};
  go([&] {
    for (int i = 0; i < 10; ++i) {
      go([&] { ++ran; });
    }
    while (!stop) __builtin_ia32_pause();
  });
  while (ran < 10) std::this_thread::yield();
  stop = true;
  runtime.Drain();
}

}  // namespace
}  // namespace plait
