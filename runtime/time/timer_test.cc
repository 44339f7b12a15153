#include "plait/runtime/time/timer.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using namespace std::chrono_literals;

using TimerTest = test::RuntimeTest;
PLAIT_WITH_PROCS(TimerTest);

bool Ready(const RecvChan<time::Time>& C) {
  bool ready = true;
  Select{recv_case(C), default_case([&] { ready = false; })};
  return ready;
}

// TIME-03: one value, not before its deadline. TIME-20: which is what it says, however late it is received.
TEST_P(TimerTest, NewTimerDeliversTheDeadlineOnce) {
  Run([] {
    const time::Time before = time::Now();
    const time::Timer timer = time::NewTimer(1ms);
    const time::Time latest = time::Now() + 1ms;
    while (time::Now() < before + 5ms) {
    }
    const time::Time fired = timer.C.recv();
    EXPECT_GE(fired, before + 1ms);
    EXPECT_LE(fired, latest);
    EXPECT_FALSE(Ready(timer.C));
  });
}

// TIME-03: d <= 0 fires as soon as possible, and a default does not miss it.
TEST_P(TimerTest, ZeroIsDueAtOnce) {
  Run([] {
    EXPECT_TRUE(Ready(time::After(0ms)));
    EXPECT_TRUE(Ready(time::After(-1s)));
    const time::Timer timer = time::NewTimer(0ms);
    timer.C.recv();
  });
}

// TIME-05, TIME-07, TIME-36: Stop is in time as long as nobody has received, and then nobody will.
TEST_P(TimerTest, StopIsInTimeUntilSomebodyReceives) {
  Run([] {
    time::Timer due = time::NewTimer(1ns);
    time::Sleep(1ms);
    EXPECT_TRUE(due.Stop());
    EXPECT_FALSE(Ready(due.C));
    EXPECT_FALSE(due.Stop());
    time::Timer received = time::NewTimer(1ns);
    received.C.recv();
    EXPECT_FALSE(received.Stop());
  });
}

// TIME-06, TIME-08, TIME-14: nothing of the earlier setting is left, and a stopped timer fires again.
TEST_P(TimerTest, ResetForgets) {
  Run([] {
    time::Timer timer = time::NewTimer(1ns);
    time::Sleep(1ms);
    EXPECT_TRUE(timer.Reset(1h));
    EXPECT_FALSE(Ready(timer.C));
    EXPECT_TRUE(timer.Stop());
    EXPECT_FALSE(timer.Reset(1ms));
    timer.C.recv();
    EXPECT_FALSE(timer.Reset(1ms));
    timer.C.recv();
  });
}

// TIME-26: whoever is blocked on C is woken at the new time.
TEST_P(TimerTest, ResetMovesTheWaiter) {
  Run([] {
    time::Timer timer = time::NewTimer(24h);
    auto received = make_chan<time::Time>();
    test::GoAndPark([=] { received.send(timer.C.recv()); });
    const time::Time before = time::Now();
    EXPECT_TRUE(timer.Reset(2ms));
    EXPECT_GE(received.recv() - before, 2ms);
    test::GoAndPark([=] {
      Select{recv_case(timer.C, [=](time::Time t) { received.send(t); }), recv_case(make_chan<int>())};
    });
    timer.Reset(24h);
    timer.Reset(1ms);
    received.recv();
  });
}

// TIME-11: C is nil, and f runs in a goroutine of its own, once.
TEST_P(TimerTest, AfterFuncCalls) {
  Run([] {
    auto called = make_chan<bool>();
    const time::Time before = time::Now();
    const time::Timer timer = time::AfterFunc(1ms, [called] { called.send(true); });
    EXPECT_FALSE(timer.C);
    EXPECT_TRUE(called.recv());
    EXPECT_GE(time::Now() - before, 1ms);
  });
}

// TIME-12, TIME-36: a timer that is stopped in time does not call; the second Stop says false. What the function owns goes
// with the last handle, though the heap still has an entry.
TEST_P(TimerTest, AfterFuncStops) {
  auto owned = std::make_shared<int>(1);
  Run([&owned] {
    {
      time::Timer timer = time::AfterFunc(1h, [owned] { ADD_FAILURE(); });
      EXPECT_TRUE(timer.Stop());
      EXPECT_FALSE(timer.Stop());
    }
    EXPECT_EQ(owned.use_count(), 1);
  });
}

// TIME-12, TIME-13: Stop and Reset say false once f has been started, though it has not ended; then it runs twice.
TEST_P(TimerTest, StopIsTooLate) {
  Run([] {
    auto started = make_chan<bool>(), go_on = make_chan<bool>();
    time::Timer timer = time::AfterFunc(-1s, [=] {
      started.send(true);
      go_on.recv();
    });
    started.recv();
    EXPECT_FALSE(timer.Stop());
    EXPECT_FALSE(timer.Reset(0s));
    started.recv();  // the first run has not ended
    go_on.send(true);
    go_on.send(true);
  });
}

// TIME-14: an AfterFunc that is Reset calls again, after the new time only.
TEST_P(TimerTest, AfterFuncResets) {
  Run([] {
    auto called = make_chan<time::Time>();
    time::Timer timer = time::AfterFunc(1h, [called] { called.send(time::Now()); });
    const time::Time before = time::Now();
    EXPECT_TRUE(timer.Reset(2ms));
    EXPECT_GE(called.recv() - before, 2ms);
    EXPECT_FALSE(timer.Reset(1ns));
    called.recv();
  });
}

// TIME-10: a Timer that nothing has initialised.
TEST_P(TimerTest, UninitialisedPanics) {
  time::Timer timer;
  EXPECT_EQ(test::PanicTextOf([&] { timer.Stop(); }), texts::kTimerStop);
  EXPECT_EQ(test::PanicTextOf([&] { timer.Reset(1s); }), texts::kTimerReset);
}

// TIME-32: a duration beyond the clock's end saturates.
TEST_P(TimerTest, HugeDurationsDoNotWrap) {
  Run([] {
    time::Timer timer = time::NewTimer(time::Duration::max());
    EXPECT_FALSE(Ready(timer.C));
    EXPECT_TRUE(timer.Reset(time::Duration::max()));
    EXPECT_FALSE(Ready(timer.C));
    time::Timer func = time::AfterFunc(time::Duration::max(), [] { ADD_FAILURE(); });
    EXPECT_TRUE(func.Stop());
  });
}

// TIME-25, TIME-29: Stop, Reset and receives on one timer, from several goroutines at once: each value is received once.
TEST_P(TimerTest, ConcurrentUse) {
  Run([] {
    time::Timer timer = time::NewTimer(1us);
    time::Timer func = time::AfterFunc(1us, [] {});
    auto done = make_chan<bool>();
    sync::WaitGroup wg;
    for (int i = 0; i < 4; ++i) {
      wg.Go([=]() mutable {
        for (int k = 0; k < 500; ++k) {
          timer.Reset(std::chrono::microseconds(k % 7));
          func.Reset(std::chrono::microseconds(k % 5));
          if (k % 3 == 0) timer.Stop();
          if (k % 4 == 0) func.Stop();
          Select{recv_case(timer.C), default_case()};
          if (k % 16 == 0) Gosched();
        }
      });
      go([=] {
        for (bool go_on = true; go_on;) Select{recv_case(timer.C), recv_case(done, [&] { go_on = false; })};
      });
    }
    wg.Wait();
    close(done);
  });
}

// TIME-28: timers fire though every processor is kept busy, by goroutines that wake each other and by some that yield.
TEST_P(TimerTest, BusyProcessorsDoNotStarveTimers) {
  Run([] {
    auto stop = std::make_shared<sync::atomic::Bool>();
    for (int i = 0; i < 4; ++i) {
      auto ping = make_chan<bool>(), pong = make_chan<bool>();
      go([=] {
        while (!stop->Load()) {
          ping.send(true);
          pong.recv();
        }
        close(ping);
      });
      go([=] {
        for (bool b : ping) pong.send(b);
      });
      go([=] {
        while (!stop->Load()) Gosched();
      });
    }
    auto fired = make_chan<bool>();
    static_cast<void>(time::AfterFunc(2ms, [=] { fired.send(true); }));
    fired.recv();
    time::After(1ms).recv();
    stop->Store(true);
  });
}

// TIME-28: nor does a goroutine that computes on, where another processor is free: the monitor sees to it.
TEST(TimerMonitor, FiresWhatABusyProcessorHasLeftLying) {
  Runtime runtime(2);
  go([] {
    auto fired = std::make_shared<std::atomic<bool>>(false);
    static_cast<void>(time::AfterFunc(1ms, [fired] { *fired = true; }));
    while (!fired->load()) __builtin_ia32_pause();
  });
  runtime.Drain();
}

// TIME-21: a timer with a channel is freed with its last handle, stopped or not, waited for or not.
TEST(TimerMemory, UnreadTimersAreHarmless) {
  Runtime runtime(2);
  for (int i = 0; i < 1000; ++i) static_cast<void>(time::After(1h));
  go([] {
    auto ready = make_chan<int>(1);
    for (int i = 0; i < 1000; ++i) {
      go([ready] { ready.send(1); });
      Select{recv_case(ready), recv_case(time::After(1h))};
    }
  });
  runtime.Drain();
}

// What an armed timer owns goes with the Runtime; so does a goroutine that waits on one.
TEST(TimerMemory, StopDropsArmedTimers) {
  auto owned = std::make_shared<int>(1);
  {
    Runtime runtime(2);
    go([owned] { static_cast<void>(time::AfterFunc(24h, [owned] {})); });
    runtime.Drain();
    test::GoAndPark([owned] { time::NewTimer(24h).C.recv(); });
    test::GoAndPark([owned] { Select{recv_case(time::After(24h)), recv_case(make_chan<int>())}; });
  }
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_P(TimerTest, APlainThreadSetsTimersToo) {
  std::thread thread([] {
    auto called = make_chan<bool>();
    static_cast<void>(time::AfterFunc(1ms, [called] { called.send(true); }));
    EXPECT_TRUE(called.recv());
    time::Timer timer = time::NewTimer(1ms);
    timer.C.recv();
    timer.Reset(1h);
    EXPECT_TRUE(timer.Stop());
  });
  thread.join();
}

}  // namespace
}  // namespace plait
