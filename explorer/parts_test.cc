// An exploration in parts, in processes, and killed and gone on: the sums are the whole's.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "plait/explore.h"
#include "plait/explorer/jobs.h"

namespace plait::explore {
namespace {

// 1,680 classes, which the optimal algorithm knows.
void Mutexes() {
  sync::Mutex mu;
  for (int g = 0; g < 3; ++g) {
    go([&mu] {
      for (int i = 0; i < 3; ++i) std::scoped_lock guard(mu);
    });
  }
  join_all();
}

// For sleep sets: unbuffered channels.
void Meetings() {
  auto ch = make_chan<int>();
  for (int g = 0; g < 3; ++g) {
    go([ch, g] {
      for (int i = 0; i < 2 + g % 2; ++i) ch.send(g);
    });
  }
  for (int i = 0; i < 7; ++i) ch.recv();
}

void Deadlocks() {
  sync::Mutex mu;
  sync::atomic::Int64 x;
  for (int g = 0; g < 4; ++g) {
    go([&, g] {
      x.Add(g);
      mu.Lock();
      if (x.Add(1) % 3 != 0) mu.Unlock();
    });
  }
  join_all();
}

Options Quiet() {
  return {.max_seconds = 600, .watchdog_seconds = 0, .stop_at_failure = false, .check_determinism = false};
}

TEST(Parts, SumsAreTheWhole) {
  for (const auto& [name, body] :
       {std::pair("mutexes", &Mutexes), {"meetings", &Meetings}, {"deadlocks", &Deadlocks}}) {
    for (const Mode mode : {Mode::kOptimal, Mode::kExhaustive}) {
      if (mode == Mode::kExhaustive && body == &Mutexes) continue;  // the two others tell as much
      Options options = Quiet();
      options.mode = mode;
      const Result whole = Explore("Parts", options, body);
      ASSERT_TRUE(whole.complete);
      for (const uint32_t count : {1u, 2u, 3u, 8u, 16u}) {
        Result sum;
        sum.complete = sum.optimal = true;
        uint64_t largest = 0;
        for (uint32_t i = 0; i < count; ++i) {
          options.part = {i, count};
          const Result part = Explore("Parts", options, body);
          largest = std::max(largest, part.executions);
          AddPart(sum, part);
        }
        EXPECT_EQ(sum.executions, whole.executions) << name << " in " << count;
        EXPECT_EQ(sum.failures, whole.failures) << name << " in " << count;
        EXPECT_EQ(sum.complete, true);
        std::printf("%-10s %-10s %2u parts: %6lu classes, the largest part has %.2f times its share\n", name,
                    ModeName(mode), count, sum.executions,
                    static_cast<double>(largest) * count / static_cast<double>(whole.executions));
      }
    }
  }
}

TEST(Parts, InProcesses) {
  Options options = Quiet();
  options.jobs = 3;
  const auto explore = [](void (*body)()) {
    return [body](const Options& part) { return Explore("Parts", part, body); };
  };
  const Result mutexes = ExploreInJobs(options, explore(&Mutexes));
  EXPECT_EQ(mutexes.executions, 1680u);
  EXPECT_TRUE(mutexes.complete);
  options.stop_at_failure = true;
  const Result found = ExploreInJobs(options, explore(&Deadlocks));
  EXPECT_EQ(found.verdict, Verdict::kDeadlock);
  EXPECT_NE(found.token, "");
  const Result killed = ExploreInJobs(options, [](const Options& part) {
    if (part.part.index == 1) raise(SIGKILL);
    Result all;
    all.complete = true;
    return all;
  });
  EXPECT_EQ(killed.verdict, Verdict::kFatal);
}

// Runs in a process of its own, which is killed after so many steps unless it has written its counts by then.
bool RunOrBeKilled(const Options& options, void (*body)(), const std::string& counts, uint64_t steps) {
  const pid_t pid = fork();
  if (pid == 0) {
    uint64_t left = steps;
    const Result r = Explore("Parts", options, body, nullptr, [&left](Execution&) {
      if (--left == 0) raise(SIGKILL);
    });
    std::ofstream(counts) << r.executions << " " << r.failures << " " << r.complete;
    std::_Exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status);
}

TEST(Checkpoint, AKilledExplorationGoesOn) {
  const std::string folder = testing::TempDir();
  for (const auto& [mode, body] : {std::pair(Mode::kOptimal, &Mutexes),
                                   {Mode::kOptimal, &Deadlocks},
                                   {Mode::kExhaustive, &Mutexes},
                                   {Mode::kOptimal, &Meetings}}) {
    Options options = Quiet();
    options.mode = mode;
    const Result whole = Explore("Parts", options, body);
    options.checkpoint = folder + "/plait_checkpoint_" + std::to_string(getpid());
    options.checkpoint_seconds = 0.001;
    const std::string counts = options.checkpoint + ".counts";
    std::remove(options.checkpoint.c_str());
    // Killed later and later, so that it gets through at last.
    int kills = 0;
    for (uint64_t after = 500; !RunOrBeKilled(options, body, counts, after); after += after / 7 + 301) ++kills;
    EXPECT_GT(kills, 0);
    uint64_t executions = 0, failures = 0;
    bool complete = false;
    std::ifstream(counts) >> executions >> failures >> complete;
    EXPECT_EQ(executions, whole.executions) << kills << " kills";
    EXPECT_EQ(failures, whole.failures) << kills << " kills";
    EXPECT_TRUE(complete);
    EXPECT_FALSE(std::ifstream(options.checkpoint).good()) << "is removed at the end";
    std::printf("%s: %lu executions, killed %d times\n", ModeName(mode), executions, kills);
    std::remove(counts.c_str());
  }
}

TEST(Checkpoint, OfSomethingElseIsRefused) {
  Options options = Quiet();
  options.checkpoint = testing::TempDir() + "/plait_checkpoint_of_something_else";
  std::ofstream(options.checkpoint) << "plait-checkpoint-1\nOther exhaustive user part 0 of 1\n1 0 0 0.5\no0/1.1.1\n";
  const Result r = Explore("Parts", options, &Mutexes);
  EXPECT_EQ(r.verdict, Verdict::kNondeterminism);
  EXPECT_NE(r.text.find("is a checkpoint of another exploration"), std::string::npos) << r.text;
  std::remove(options.checkpoint.c_str());
}

}  // namespace
}  // namespace plait::explore
