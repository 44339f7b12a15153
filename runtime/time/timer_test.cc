#include "plait/runtime/time/timer.h"

#include <memory>
#include <thread>

#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using namespace std::chrono_literals;

using TimerTest = test::RuntimeTest;
PLAIT_WITH_PROCS(TimerTest);

// TIME-11: f runs in a goroutine of its own, once.
TEST_P(TimerTest, AfterFuncCalls) {
  Run([] {
    auto called = make_chan<bool>();
    const time::Time before = time::Now();
    const time::Timer timer = time::AfterFunc(1ms, [called] { called.send(true); });
    EXPECT_TRUE(called.recv());
    EXPECT_GE(time::Now() - before, 1ms);
  });
}

// TIME-12, TIME-36: a timer that is stopped in time does not call; the second Stop says false.
TEST_P(TimerTest, AfterFuncStops) {
  auto owned = std::make_shared<int>(1);
  Run([&owned] {
    time::Timer timer = time::AfterFunc(1h, [owned] { ADD_FAILURE(); });
    EXPECT_TRUE(timer.Stop());
    EXPECT_FALSE(timer.Stop());
  });
  EXPECT_EQ(owned.use_count(), 1);
}

// TIME-12: Stop says false once f has been started, though it has not ended.
TEST_P(TimerTest, StopIsTooLate) {
  Run([] {
    auto started = make_chan<bool>(), go_on = make_chan<bool>();
    time::Timer timer = time::AfterFunc(-1s, [=] {
      started.send(true);
      go_on.recv();
    });
    started.recv();
    EXPECT_FALSE(timer.Stop());
    go_on.send(true);
  });
}

// TIME-10: a Timer that nothing has initialised.
TEST_P(TimerTest, UninitialisedPanics) {
  time::Timer timer;
  EXPECT_EQ(test::PanicTextOf([&] { timer.Stop(); }), texts::kTimerStop);
}

// What an armed timer owns goes with the Runtime.
TEST(TimerStop, DropsArmedTimers) {
  auto owned = std::make_shared<int>(1);
  {
    Runtime runtime(2);
    go([owned] { static_cast<void>(time::AfterFunc(24h, [owned] {})); });
    runtime.Drain();
  }
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_P(TimerTest, APlainThreadSetsTimersToo) {
  std::thread thread([] {
    auto called = make_chan<bool>();
    static_cast<void>(time::AfterFunc(1ms, [called] { called.send(true); }));
    EXPECT_TRUE(called.recv());
  });
  thread.join();
}

}  // namespace
}  // namespace plait
