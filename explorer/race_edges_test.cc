// The edges that ThreadSanitizer must know of beside the memory model's own: an execution, and what a Runtime has run,
// happens before whatever comes after it. Every test here is quiet without --config=tsan, and must be with it.

#include <memory>
#include <vector>

#include "plait/explore.h"
#include "plait/runtime/testing/leaks_on_purpose.h"

namespace plait::explore {
namespace {

using Shared = std::shared_ptr<std::vector<int>>;

struct AddsOnExit {
  Shared to;
  ~AddsOnExit() { to->push_back(1); }
};

// Two goroutines that never end share `to`, in turns; unwound, both touch it again.
void LeaveTwoBehind(const Shared& to) {
  auto turn = make_chan<int>(1);
  auto never = make_chan<int>();
  turn.send(0);
  for (int i = 0; i < 2; ++i) {
    go([=] {
      AddsOnExit last{to};
      turn.recv();
      to->push_back(0);
      turn.send(0);
      never.recv();
    });
  }
}

// A body may keep count outside; so may whoever called Explore.
TEST(RaceEdges, ExecutionsComeOneAfterTheOther) {
  std::vector<int> log;
  const Result result = Explore("RaceEdges", {}, [&log] {
    auto ch = make_chan<int>();
    for (int i = 0; i < 2; ++i) {
      go([&log, ch] {
        ch.recv();
        log.push_back(1);
        ch.recv();
      });
      ch.send(0);
      ch.send(0);
    }
    log.push_back(2);
  });
  EXPECT_EQ(result.verdict, Verdict::kNone) << result.report;
  EXPECT_FALSE(log.empty());
}

TEST(RaceEdges, TeardownComesAfterTheExecution) {
  const Result result =
      Explore("RaceEdges", {.stop_at_failure = false}, [] { LeaveTwoBehind(std::make_shared<std::vector<int>>()); });
  EXPECT_EQ(result.verdict, Verdict::kLeak);
  EXPECT_TRUE(result.complete);
}

// Cut executions are unwound as well: main destroys what a goroutine has written, with no edge between them.
TEST(RaceEdges, TeardownOfCutExecutions) {
  const Result result = Explore("RaceEdges", {}, [] {
    auto counter = make_chan<int>(1);
    counter.send(0);
    sync::WaitGroup wg;
    for (int i = 0; i < 3; ++i) wg.Go([&] { counter.send(counter.recv() + 1); });
    wg.Wait();
  });
  EXPECT_EQ(result.verdict, Verdict::kNone) << result.report;
}

void BlocksForEver(const Chan<int>& ch) noexcept { ch.recv(); }

TEST(RaceEdges, AbandonedStack) {
  const test::LeaksOnPurpose leaks;
  const Result result = Explore("RaceEdges", {.stop_at_failure = false}, [] {
    auto ch = make_chan<int>();
    go([ch] { BlocksForEver(ch); });
  });
  EXPECT_EQ(result.verdict, Verdict::kLeak);
  EXPECT_GT(result.abandoned_stacks, 0u);
}

TEST(RaceEdges, DrainComesAfterAllGoroutines) {
  std::vector<int> log;
  Runtime runtime(2);
  for (int i = 0; i < 3; ++i) {
    go([&log] { log.push_back(1); });
    runtime.Drain();
  }
  EXPECT_EQ(log.size(), 3u);
}

TEST(RaceEdges, StopUnwindsAfterWhatWasDone) {
  for (int round = 0; round < 20; ++round) {
    Runtime runtime(2);
    LeaveTwoBehind(std::make_shared<std::vector<int>>());
    for (int i = 0; i < 100; ++i) Gosched();  // some have parked by then, and nothing but that is told
    EXPECT_EQ(runtime.Stop(), 2);
  }
}

}  // namespace
}  // namespace plait::explore
