#include "plait/runtime/time/timer_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "plait/runtime/sched/random.h"

namespace plait {
namespace {

struct Log {
  std::vector<int64_t> fired;
  int released = 0;
};

struct Logged {
  RuntimeTimer timer;
  Log* log;
  int64_t when;

  Logged(int64_t when_, Log& log_) : log(&log_), when(when_) {
    timer.arg = this;
    timer.fire = [](RuntimeTimer& t, int64_t, TimerHeap*) {
      auto* self = static_cast<Logged*>(t.arg);
      self->log->fired.push_back(self->when);
    };
    timer.release = [](RuntimeTimer& t) { ++static_cast<Logged*>(t.arg)->log->released; };
  }
  bool Set(TimerHeap& heap) {
    timer.setting = 1;
    return heap.Add(timer, 1, when);
  }
  void Stop() { timer.setting = 0; }
};

// TIME-22, TIME-24: never early; an earlier deadline never after a later one.
TEST(TimerHeap, FiresInOrderAndNotEarly) {
  Log log;
  std::deque<Logged> timers;
  TimerHeap heap;
  for (int64_t when : {50, 10, 40, 20, 30}) timers.emplace_back(when, log).Set(heap);
  EXPECT_EQ(heap.earliest(), 10);
  EXPECT_FALSE(heap.RunExpired(9));
  EXPECT_TRUE(heap.RunExpired(30));
  EXPECT_EQ(log.fired, (std::vector<int64_t>{10, 20, 30}));
  EXPECT_EQ(log.released, 3);  // H4
  EXPECT_EQ(heap.earliest(), 40);
  EXPECT_TRUE(heap.AnyLive());
  heap.RunExpired(1000);
  EXPECT_EQ(heap.earliest(), kNever);
  EXPECT_FALSE(heap.AnyLive());
  EXPECT_EQ(log.released, 5);
}

TEST(TimerHeap, AddSaysWhetherItIsTheEarliest) {
  Log log;
  Logged a(10, log), b(20, log), c(5, log);
  TimerHeap heap;
  EXPECT_TRUE(a.Set(heap));
  EXPECT_FALSE(b.Set(heap));
  EXPECT_TRUE(c.Set(heap));
}

// H1, H2: against a sorted list, through random setting, stopping and running.
TEST(TimerHeap, AgreesWithASortedList) {
  sched::Random random(7);
  for (int round = 0; round < 200; ++round) {
    Log log;
    std::deque<Logged> timers;
    TimerHeap heap;
    std::vector<int64_t> expected;
    for (int i = 0; i < 200; ++i) {
      Logged& timer = timers.emplace_back(random.Below(100), log);
      timer.Set(heap);
      if (random.Below(3) == 0) {
        timer.Stop();
      } else {
        expected.push_back(timer.when);
      }
    }
    std::sort(expected.begin(), expected.end());
    heap.RunExpired(50);
    heap.RunExpired(100);
    EXPECT_EQ(log.fired, expected);
    EXPECT_FALSE(heap.AnyLive());
    EXPECT_EQ(log.released, 200);
  }
}

// DEAD-08: what has been stopped does not count, and is dropped when it comes to the top.
TEST(TimerHeap, StoppedTimersDoNotCount) {
  Log log;
  Logged stopped(10, log), live(20, log);
  TimerHeap heap;
  stopped.Set(heap);
  stopped.Stop();
  EXPECT_FALSE(heap.AnyLive());
  EXPECT_EQ(heap.size(), 0u);
  EXPECT_EQ(heap.earliest(), kNever);
  live.Set(heap);
  EXPECT_TRUE(heap.AnyLive());
}

// Stopped timers whose time is far away do not pile up.
TEST(TimerHeap, OrphansAreAtMostHalf) {
  Log log;
  std::deque<Logged> timers;
  TimerHeap heap;
  for (int i = 0; i < 100; ++i) timers.emplace_back(i, log).Set(heap);  // these live
  for (int i = 0; i < 10'000; ++i) {
    Logged& timer = timers.emplace_back(1000 + i, log);
    timer.Set(heap);
    timer.Stop();
    EXPECT_LE(heap.size(), 201u);
  }
  EXPECT_TRUE(heap.RunExpired(100'000));
  EXPECT_EQ(log.fired.size(), 100u);
}

TEST(TimerHeap, DropAllDropsWhatIsSet) {
  Log log;
  Logged set(10, log), stopped(20, log);
  set.timer.drop = [](RuntimeTimer& t) { static_cast<Logged*>(t.arg)->log->fired.push_back(-1); };
  stopped.timer.drop = set.timer.drop;
  TimerHeap heap;
  set.Set(heap);
  stopped.Set(heap);
  stopped.Stop();
  heap.DropAll();
  EXPECT_EQ(log.fired, (std::vector<int64_t>{-1}));
  EXPECT_EQ(log.released, 2);
  EXPECT_FALSE(heap.AnyLive());
}

// H2: of a thread that fires and one that stops exactly one claims the setting.
TEST(TimerHeap, FiredOrStopped) {
  TimerHeap heap;
  for (uint64_t i = 1; i <= 2000; ++i) {
    std::atomic<int> fired{0};
    RuntimeTimer timer;
    timer.arg = &fired;
    timer.fire = [](RuntimeTimer& t, int64_t, TimerHeap*) { static_cast<std::atomic<int>*>(t.arg)->fetch_add(1); };
    timer.setting = i;
    heap.Add(timer, i, 0);
    std::thread runner([&] { heap.RunExpired(1); });
    const bool stopped = timer.setting.exchange(0) != 0;
    runner.join();
    EXPECT_EQ(fired.load() + stopped, 1);
  }
}

}  // namespace
}  // namespace plait
