// How a long exploration says how it goes, and how it ends when somebody has had enough.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "plait/explore.h"
#include "plait/explorer/jobs.h"
#include "plait/explorer/outputs/outputs.h"
#include "plait/explorer/progress/estimate.h"
#include "plait/explorer/progress/interrupt.h"
#include "plait/explorer/progress/meter.h"
#include "plait/explorer/progress/observed.h"

namespace plait::explore {
namespace {

// 1,680 classes: (3 + 3 + 3)! / (3! 3! 3!).
void Mutexes() {
  sync::Mutex mu;
  for (int g = 0; g < 3; ++g) {
    go([&mu] {
      for (int i = 0; i < 3; ++i) std::scoped_lock guard(mu);
    });
  }
  join_all();
}

// Random walks know how many classes there are before an exploration has met them.
TEST(Estimate, IsNearTheTruth) {
  Execution execution({});
  Estimate classes(1, /*reduced=*/true);
  for (int i = 0; i < 600; ++i) classes.Walk(execution, Mutexes);
  EXPECT_LT(classes.low(), 1680);
  EXPECT_GT(classes.high(), 1680);
  EXPECT_GT(classes.low(), 1680 * 0.6);
  EXPECT_LT(classes.high(), 1680 * 1.5);
}

// Two independent steps each: 6 schedules, 1 class.
TEST(Estimate, OfEverySchedule) {
  const auto body = [] {
    sync::atomic::Int64 x, y;
    go([&] {
      x.Add(1);
      x.Add(1);
    });
    go([&] {
      y.Add(1);
      y.Add(1);
    });
    join_all();
  };
  Execution execution({});
  Estimate classes(1, /*reduced=*/true), schedules(1, /*reduced=*/false);
  for (int i = 0; i < 600; ++i) {
    classes.Walk(execution, body);
    schedules.Walk(execution, body);
  }
  EXPECT_NEAR(classes.mean(), 1, 0.2);
  EXPECT_NEAR(schedules.mean(), 6, 0.5);
}

TEST(Progress, Line) {
  Result result;
  result.executions = 12345;
  result.estimate = 40123;
  result.estimate_low = 31000;
  result.estimate_high = 49000;
  EXPECT_EQ(ProgressText({}, result, 0, 3210, 4),
            "12345 executions (3210/s), about 40000 in all (31000 to 49000), 9 s left (4 s of 40)");
  EXPECT_EQ(ProgressText({.mode = Mode::kPortfolio, .executions = 20'000}, result, 77, 100, 120),
            "12345 of 20000 executions (100/s), 77 classes, 77 s left (120 s of 40)");
}

// What is through in a minute says nothing in a log.
TEST(Progress, IsQuietInALog) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(Explore("Mutexes", {.progress = true}, Mutexes).executions, 1680u);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

// Ctrl-C: how far it came, a checkpoint, and how to go on. Gone on with, the sum is the whole.
TEST(Progress, Interrupted) {
  const std::string file = testing::TempDir() + "/interrupted.checkpoint";
  std::filesystem::remove(file);
  Options options{.check_determinism = false, .checkpoint = file, .checkpoint_seconds = 1000};
  int executions = 0;
  const auto interrupts = [&executions](const Execution&) {
    if (++executions == 500) raise(SIGINT);
  };
  {
    const InterruptsAreHeard heard;
    const Result first = Explore("Mutexes", options, Mutexes, interrupts);
    EXPECT_TRUE(first.interrupted);
    EXPECT_FALSE(first.complete);
    EXPECT_EQ(first.executions, 500u);
  }
  EXPECT_TRUE(std::filesystem::exists(file));
  const InterruptsAreHeard not_yet;
  const Result rest = Explore("Mutexes", options, Mutexes);
  EXPECT_TRUE(rest.complete);
  EXPECT_EQ(rest.executions, 1680u);
}

void RunsForLong() {
  sync::atomic::Int64 n;
  for (int g = 0; g < 6; ++g) {
    go([&] {
      for (int i = 0; i < 6; ++i) n.Add(1);
    });
  }
  join_all();
  static int executions;
  if (++executions == 200) raise(SIGINT);
}

// In a test the process ends there, with the status of one that was interrupted.
TEST(ProgressDeathTest, AnInterruptedTestEnds) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto run = [] {
    dup2(STDOUT_FILENO, STDERR_FILENO);
    RunExploredTest("Inner.Long", {.max_seconds = 600}, &RunsForLong);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(130), "");
}

// What the exploration's own page shows.
TEST(Observed, CountsWhatHappened) {
  const Options options{.observe = true};
  const Result result = Explore("Mutexes", options, Mutexes);
  ASSERT_NE(result.observed, nullptr);
  uint64_t executions = 0;
  for (const auto& [depth, n] : result.observed->depths) executions += n;
  EXPECT_EQ(executions, 1680u);
  EXPECT_FALSE(result.observed->branching.empty());
  ASSERT_FALSE(result.observed->samples.empty());
  EXPECT_EQ(result.observed->samples.back().executions, 1680u);
  const std::string json = ExplorationJson("Mutexes", options, result);
  EXPECT_NE(json.find("\"executions\":1680"), std::string::npos) << json;
}

// The parts' observations add up.
TEST(Observed, InJobs) {
  Options options{.jobs = 3, .observe = true};
  const Result result = ExploreInJobs(options, [](const Options& part) { return Explore("Mutexes", part, Mutexes); });
  ASSERT_NE(result.observed, nullptr);
  uint64_t executions = 0, of_parts = 0;
  for (const auto& [depth, n] : result.observed->depths) executions += n;
  for (const PartDone& part : result.parts) of_parts += part.executions;
  EXPECT_EQ(executions, 1680u);
  EXPECT_EQ(of_parts, 1680u);
  EXPECT_EQ(result.parts.size(), 3u);
  EXPECT_EQ(result.observed->samples.back().executions, 1680u);
}

}  // namespace
}  // namespace plait::explore
