#include "plait/runtime/time/sleep.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using namespace std::chrono_literals;

using TimeTest = test::RuntimeTest;
PLAIT_WITH_PROCS(TimeTest);

// TIME-01: at least d; at once if d <= 0.
TEST_P(TimeTest, SleepsAtLeastSoLong) {
  Run([] {
    const time::Time before = time::Now();
    time::Sleep(2ms);
    EXPECT_GE(time::Now() - before, 2ms);
    time::Sleep(0ms);
    time::Sleep(-1h);
  });
}

// TIME-22, TIME-24: however they were started, in order of their deadlines; where several processors wake sleepers, the
// machine may be late with one of them.
TEST_P(TimeTest, SleepersWakeInOrder) {
  Run([] {
    auto woken = make_chan<int>(3);
    const time::Time before = time::Now();
    for (int i : {3, 1, 2}) {
      go([=] {
        time::Sleep(i * 10ms);
        EXPECT_GE(time::Now() - before, i * 10ms);
        woken.send(i);
      });
    }
    std::vector<int> order;
    for (int i = 0; i < 3; ++i) order.push_back(woken.recv());
    if (GOMAXPROCS() > 1) std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector{1, 2, 3}));
  });
}

// TIME-03, TIME-27: one value, the time at which it fired, not before its deadline.
TEST_P(TimeTest, AfterDeliversOnce) {
  Run([] {
    const time::Time before = time::Now();
    const RecvChan<time::Time> fired = time::After(1ms);
    EXPECT_GE(fired.recv() - before, 1ms);
    bool again = false;
    Select{recv_case(fired, [&] { again = true; }), default_case()};
    EXPECT_FALSE(again);
  });
}

// TIME-04: to the user the channel is unbuffered, before and after it has fired.
TEST_P(TimeTest, AfterHasNoBuffer) {
  Run([] {
    const auto fired = time::After(1h);
    const auto due = time::After(1ns);
    time::After(1ms).recv();  // by now the other one has fired: timers do so in order
    for (const auto& ch : {fired, due}) {
      EXPECT_EQ(len(ch), 0);
      EXPECT_EQ(cap(ch), 0);
    }
    EXPECT_TRUE(due.recv_ok().ok);
  });
}

// TIME-03: d <= 0 fires as soon as possible.
TEST_P(TimeTest, AfterZeroFires) {
  Run([] {
    time::After(0ms).recv();
    time::After(-1s).recv();
  });
}

// The timer keeps its channel alive; nobody needs to receive, and Stop() drops what is still armed.
TEST_P(TimeTest, UnreadTimersAreHarmless) {
  Run([] {
    static_cast<void>(time::After(1ns));
    static_cast<void>(time::After(1h));
  });
}

// TIME-02: a duration beyond the clock's end saturates.
TEST_P(TimeTest, HugeDurationsDoNotWrap) {
  Run([] {
    bool fired = false;
    Select{
        recv_case(time::After(time::Duration::max()), [&] { fired = true; }),
        recv_case(time::After(1ms)),
    };
    EXPECT_FALSE(fired);
  });
}

TEST_P(TimeTest, APlainThreadSleepsToo) {
  std::thread thread([] {
    const time::Time before = time::Now();
    time::Sleep(2ms);
    EXPECT_GE(time::Now() - before, 2ms);
    time::After(1ms).recv();
  });
  thread.join();
}

// TIME-34: timers go by the monotonic clock: setting the wall clock does not move them.
TEST(Time, IsMonotonic) {
  EXPECT_TRUE(time::Time::clock::is_steady);
  const time::Time a = time::Now(), b = time::Now();
  EXPECT_LE(a, b);
}

// A sleeper that is never to wake is unwound when the Runtime stops, and its timer with it.
TEST(TimeStop, UnwindsSleepers) {
  auto owned = std::make_shared<int>(1);
  {
    Runtime runtime(2);
    go([owned] { time::Sleep(24h); });
    test::AwaitParked(1);
    EXPECT_EQ(runtime.Stop(), 1);
  }
  EXPECT_EQ(owned.use_count(), 1);
}

}  // namespace
}  // namespace plait
