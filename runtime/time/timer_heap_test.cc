#include "plait/runtime/time/timer_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "plait/runtime/sched/random.h"

namespace plait {
namespace {

struct Fired {
  std::vector<int64_t> when;
};

Timer At(int64_t when, Fired& fired) {
  Timer timer;
  timer.when = when;
  timer.arg = &fired;
  timer.fire = [](Timer& t, int64_t) { static_cast<Fired*>(t.arg)->when.push_back(t.when); };
  return timer;
}

// TIME-22, TIME-24: never early; an earlier deadline never after a later one.
TEST(TimerHeap, FiresInOrderAndNotEarly) {
  TimerHeap heap;
  Fired fired;
  std::vector<Timer> timers;
  for (int64_t when : {50, 10, 40, 20, 30}) timers.push_back(At(when, fired));
  for (Timer& timer : timers) heap.Arm(timer);
  EXPECT_EQ(heap.earliest(), 10);
  heap.RunExpired(9);
  EXPECT_TRUE(fired.when.empty());
  heap.RunExpired(30);
  EXPECT_EQ(fired.when, (std::vector<int64_t>{10, 20, 30}));
  EXPECT_EQ(heap.earliest(), 40);
  EXPECT_TRUE(heap.pending());
  heap.RunExpired(1000);
  EXPECT_EQ(heap.earliest(), -1);
  EXPECT_FALSE(heap.pending());
}

TEST(TimerHeap, ArmSaysWhetherItIsTheEarliest) {
  TimerHeap heap;
  Fired fired;
  Timer a = At(10, fired), b = At(20, fired), c = At(5, fired);
  EXPECT_TRUE(heap.Arm(a));
  EXPECT_FALSE(heap.Arm(b));
  EXPECT_TRUE(heap.Arm(c));
}

// H1: against a sorted list, through random arming, disarming and running.
TEST(TimerHeap, AgreesWithASortedList) {
  sched::Random random(7);
  for (int round = 0; round < 200; ++round) {
    TimerHeap heap;
    Fired fired;
    std::vector<Timer> timers(40);
    std::vector<int64_t> expected;
    for (Timer& timer : timers) {
      timer = At(random.Below(100), fired);
      heap.Arm(timer);
    }
    for (Timer& timer : timers) {
      if (random.Below(3) == 0) {
        EXPECT_TRUE(heap.Disarm(timer));
        EXPECT_FALSE(heap.Disarm(timer));
      } else {
        expected.push_back(timer.when);
      }
    }
    std::sort(expected.begin(), expected.end());
    heap.RunExpired(50);
    heap.RunExpired(100);
    EXPECT_EQ(fired.when, expected);
    EXPECT_FALSE(heap.pending());
  }
}

TEST(TimerHeap, DropAllFreesWhatIsArmed) {
  TimerHeap heap;
  int dropped = 0;
  Timer timer;
  timer.when = 10;
  timer.arg = &dropped;
  timer.drop = [](Timer& t) { ++*static_cast<int*>(t.arg); };
  heap.Arm(timer);
  heap.DropAll();
  EXPECT_EQ(dropped, 1);
  EXPECT_EQ(timer.index, Timer::kNotArmed);
  EXPECT_FALSE(heap.pending());
}

// H3: whoever sees none pending sees all effects. One thread arms, another one fires.
TEST(TimerHeap, PendingCoversTheFiring) {
  TimerHeap heap;
  for (int i = 0; i < 500; ++i) {
    std::atomic<bool> effect{false};
    Timer timer;
    timer.when = 0;
    timer.arg = &effect;
    timer.fire = [](Timer& t, int64_t) { static_cast<std::atomic<bool>*>(t.arg)->store(true); };
    heap.Arm(timer);
    std::thread runner([&] { heap.RunExpired(1); });
    while (heap.pending()) std::this_thread::yield();
    EXPECT_TRUE(effect.load());
    runner.join();
  }
}

}  // namespace
}  // namespace plait
