// AfterFunc, explored.

#include <set>
#include <string>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace std::chrono_literals;
using namespace plait::explore;

// TIME-12: exactly one of: Stop says true, the function is called. Both are seen.
TEST(AfterFunc, StopOrCall) {
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    for (const Mode mode : {Mode::kExhaustive, Mode::kEnumerate}) {
      std::set<std::string> outcomes;
      std::string outcome;
      const Result r = Explore(
          "AfterFunc", {.mode = mode, .granularity = granularity},
          [&] {
            outcome.clear();
            bool called = false;
            time::Timer timer = time::AfterFunc(1s, [&called] { called = true; });
            const bool stopped = timer.Stop();
            EXPECT_FALSE(timer.Stop());  // TIME-36
            join_all();
            EXPECT_NE(stopped, called);
            outcome = stopped ? "stopped" : "called";
          },
          [&](const Execution&) { outcomes.insert(outcome); });
      EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
      EXPECT_TRUE(r.complete);
      EXPECT_EQ(outcomes, (std::set<std::string>{"called", "stopped"})) << GranularityName(granularity);
    }
  }
}

// TIME-11: f runs in a goroutine of its own: it may block while whoever set it goes on.
PLAIT_EXPLORE(AfterFunc, RunsInItsOwnGoroutine) {
  auto ch = make_chan<int>();
  static_cast<void>(time::AfterFunc(1s, [ch] { ch.send(1); }));
  time::Sleep(2s);
  EXPECT_EQ(ch.recv(), 1);
}

// LEAK: a function that blocks for ever is a goroutine that leaks.
PLAIT_EXPLORE(AfterFunc, MayLeak, .expect = Verdict::kLeak) {
  static_cast<void>(time::AfterFunc(1s, [ch = make_chan<int>()] { ch.send(1); }));
}

}  // namespace
}  // namespace plait
