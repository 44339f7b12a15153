#include "plait/runtime/time/ticker.h"

#include <vector>

#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"
#include "plait/runtime/time/arm_timer.h"

namespace plait {
namespace {

using namespace std::chrono_literals;

using TickerTest = test::RuntimeTest;
PLAIT_WITH_PROCS(TickerTest);

bool Ready(const RecvChan<time::Time>& C) {
  bool ready = true;
  Select{recv_case(C), default_case([&] { ready = false; })};
  return ready;
}

// TIME-18: ticks stay on the grid of the first one.
TEST_P(TickerTest, TicksOnItsGrid) {
  Run([] {
    time::Ticker ticker = time::NewTicker(1ms);
    const time::Time first = ticker.C.recv();
    time::Time last = first;
    for (int i = 0; i < 5; ++i) {
      const time::Time tick = ticker.C.recv();
      EXPECT_GT(tick, last);
      EXPECT_EQ((tick - first) % 1ms, 0ns);
      last = tick;
    }
    ticker.Stop();
  });
}

// TIME-17: a slow receiver finds one tick, not all that it has missed.
TEST_P(TickerTest, DropsWhatNobodyReceives) {
  Run([] {
    time::Ticker ticker = time::NewTicker(1h);
    EXPECT_FALSE(Ready(ticker.C));
    ticker.Reset(10ms);
    time::Sleep(25ms);
    const time::Time first = ticker.C.recv();
    const time::Time second = ticker.C.recv();
    EXPECT_GE(second - first, 20ms);  // the tick between the two is gone
    ticker.Stop();
  });
}

// TIME-05, TIME-06 for tickers: no tick from before a Stop or Reset; and a stopped one can be set again.
TEST_P(TickerTest, StopAndResetForget) {
  Run([] {
    time::Ticker ticker = time::NewTicker(1ns);
    time::Sleep(1ms);
    ticker.Stop();
    EXPECT_FALSE(Ready(ticker.C));
    ticker.Reset(1ms);
    const time::Time before = time::Now();
    ticker.C.recv();
    ticker.C.recv();
    EXPECT_GE(time::Now() - before, 1ms);
    ticker.Reset(1h);
    EXPECT_FALSE(Ready(ticker.C));
  });
}

// TIME-19: Stop does not close C.
TEST_P(TickerTest, StopDoesNotClose) {
  Run([] {
    time::Ticker ticker = time::NewTicker(1h);
    auto received = make_chan<bool>();
    test::GoAndPark([=] { received.send(ticker.C.recv_ok().ok); });
    ticker.Stop();
    EXPECT_EQ(test::WaitReasons(), (std::vector<std::string>{"waiting", "chan receive"}));
    ticker.Reset(1ms);
    EXPECT_TRUE(received.recv());
    ticker.Stop();
  });
}

// TIME-04: to the user the channel is unbuffered, whether or not a tick is due.
TEST_P(TickerTest, HasNoBuffer) {
  Run([] {
    const time::Ticker ticker = time::NewTicker(1ns);
    time::Sleep(1us);
    EXPECT_EQ(len(ticker.C), 0);
    EXPECT_EQ(cap(ticker.C), 0);
    EXPECT_TRUE(Ready(ticker.C));
  });
}

// TIME-15: the exact texts; Stop of an uninitialised Ticker does nothing.
TEST_P(TickerTest, PanicsOnNonsense) {
  EXPECT_EQ(test::PanicTextOf([] { time::NewTicker(0s); }), texts::kNewTicker);
  EXPECT_EQ(test::PanicTextOf([] { time::NewTicker(-1s); }), texts::kNewTicker);
  time::Ticker ticker = time::NewTicker(1h);
  EXPECT_EQ(test::PanicTextOf([&] { ticker.Reset(0s); }), texts::kTickerResetInterval);
  time::Ticker none;
  EXPECT_EQ(test::PanicTextOf([&] { none.Reset(1s); }), texts::kTickerReset);
  none.Stop();
}

// TIME-16: nil, on which a receive waits for ever.
TEST_P(TickerTest, TickOfNothingIsNil) {
  Run([] {
    EXPECT_FALSE(time::Tick(0s));
    EXPECT_FALSE(time::Tick(-1s));
    EXPECT_TRUE(time::Tick(1ms));
    time::Tick(1us).recv();
  });
}

// TIME-33: a period beyond the clock's end does not wrap.
TEST(NextTick, Saturates) {
  EXPECT_EQ(internal::NextTick(100, 10, 95), 110);
  EXPECT_EQ(internal::NextTick(100, 10, 100), 110);
  EXPECT_EQ(internal::NextTick(100, 10, 109), 110);
  EXPECT_EQ(internal::NextTick(100, 10, 135), 140);
  EXPECT_EQ(internal::NextTick(kNever - 5, 10, 0), kNever);
  EXPECT_EQ(internal::NextTick(100, kNever - 1, 200), kNever);
  EXPECT_EQ(internal::NextTick(1, kNever / 2 + 1, kNever - 1), kNever);
}

// A ticker's range ends where its loop does.
TEST_P(TickerTest, RangesOverTicks) {
  Run([] {
    int ticks = 0;
    time::Ticker ticker = time::NewTicker(100us);
    for (time::Time t : ticker.C) {
      static_cast<void>(t);
      if (++ticks == 3) break;
    }
    EXPECT_EQ(ticks, 3);
  });
}

}  // namespace
}  // namespace plait
