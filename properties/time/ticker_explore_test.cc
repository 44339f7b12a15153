// Tickers in every schedule, in virtual time.

#include <set>
#include <string>
#include <vector>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace std::chrono_literals;
using namespace plait::explore;

bool Ready(const RecvChan<time::Time>& C) {
  bool ready = true;
  Select{recv_case(C), default_case([&] { ready = false; })};
  return ready;
}

// TIME-18, TIME-22: every d, on the grid.
PLAIT_EXPLORE(Ticker, TicksOnItsGrid) {
  const time::Time start = time::Now();
  time::Ticker ticker = time::NewTicker(10s);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(ticker.C.recv() - start, i * 10s);
  ticker.Stop();
}

// TIME-17: for a slow receiver one tick is kept, the first; the others are gone, and the next one is on the grid again.
PLAIT_EXPLORE(Ticker, DropsWhatNobodyReceives) {
  const time::Time start = time::Now();
  time::Ticker ticker = time::NewTicker(10s);
  time::Sleep(35s);
  const time::Time late = time::Now();
  EXPECT_EQ(ticker.C.recv() - start, 10s);
  const time::Time next = ticker.C.recv();
  EXPECT_GT(next, late);
  EXPECT_LE(next, late + 10s);
  EXPECT_EQ((next - start) % 10s, 0s);
  ticker.Stop();
  EXPECT_FALSE(Ready(ticker.C));
}

// TIME-19: Stop does not close C: whoever waits there waits for ever.
PLAIT_EXPLORE(Ticker, StopDoesNotClose, .expect = Verdict::kLeak) {
  time::Ticker ticker = time::NewTicker(1s);
  go([=] {
    for (;;) EXPECT_TRUE(ticker.C.recv_ok().ok);
  });
  ticker.Stop();
}

// TIME-05, TIME-06: nothing from before a Stop or a Reset.
PLAIT_EXPLORE(Ticker, StopAndResetForget) {
  const time::Time start = time::Now();
  time::Ticker ticker = time::NewTicker(1s);
  time::Sleep(2s);
  ticker.Reset(10s);
  EXPECT_GE(ticker.C.recv() - start, 12s);
  ticker.Stop();
  EXPECT_FALSE(Ready(ticker.C));
}

// The common loop, ended by somebody else. How many ticks it takes before is anybody's guess: the first five are tried
// at any time, and the exploration ends.
TEST(Ticker, ALoopThatAnotherGoroutineEndsIsExploredCompletely) {
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    std::set<int> counts;
    int ticks = 0;
    const Options options{.granularity = granularity, .free_ticks = 3};
    const Result r = Explore(
        "Ticker", options,
        [&ticks] {
          ticks = 0;
          auto stop = make_chan<int>();
          go([&ticks, stop] {
            time::Ticker ticker = time::NewTicker(1s);
            for (bool go_on = true; go_on;) {
              Select{
                  recv_case(ticker.C, [&] { ++ticks; }),
                  recv_case(stop, [&] { go_on = false; }),
              };
            }
            ticker.Stop();
          });
          close(stop);
          join_all();
        },
        [&](const Execution&) { counts.insert(ticks); });
    EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
    EXPECT_TRUE(r.complete);
    EXPECT_EQ(counts, (std::set<int>{0, 1, 2, 3})) << GranularityName(granularity);
    EXPECT_TRUE(r.holds_ticks_back);
    EXPECT_NE(CoverageLine(r, options).find("3 ticks at any time, later ones when all is quiet"), std::string::npos);
  }
}

// A loop that takes so many ticks by itself gets them.
TEST(Ticker, AFiniteLoopTakesAllItsTicks) {
  int ticks = 0;
  const Result r = Explore("Ticker", {}, [&ticks] {
    ticks = 0;
    time::Ticker ticker = time::NewTicker(1s);
    for (time::Time t : ticker.C) {
      static_cast<void>(t);
      if (++ticks == 12) break;
    }
    ticker.Stop();
  });
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
  EXPECT_TRUE(r.complete);
  EXPECT_EQ(ticks, 12);
}

// A goroutine that main leaves behind with a ticker goes on for ever.
TEST(Ticker, WhoeverIsLeftWithATickerLeaks) {
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    const Result r = Explore("Ticker", {.granularity = granularity}, [] {
      go([] {
        for (time::Time t : time::Tick(1s)) static_cast<void>(t);
      });
    });
    EXPECT_EQ(r.verdict, Verdict::kPeriodicLeak) << r.text;
  }
}

// TIME-21: a ticker that nobody stops, and nobody reads, is nothing to wait for.
PLAIT_EXPLORE(Ticker, UnreadIsHarmless) {
  static_cast<void>(time::NewTicker(1s));
  static_cast<void>(time::Tick(1s));
}

// TIME-16: a receive from Tick(0) waits for ever.
PLAIT_EXPLORE(Ticker, TickOfNothingWaitsForEver, .expect = Verdict::kDeadlock) { time::Tick(0s).recv(); }

// TIME-29: Stop and Reset beside a receiver.
PLAIT_EXPLORE(Ticker, ConcurrentUse) {
  time::Ticker ticker = time::NewTicker(1s);
  auto stop = make_chan<int>();
  go([=]() mutable { ticker.Reset(2s); });
  go([=]() mutable {
    Select{recv_case(ticker.C), recv_case(stop)};
    ticker.Stop();
  });
  close(stop);
  join_all();
}

}  // namespace
}  // namespace plait
