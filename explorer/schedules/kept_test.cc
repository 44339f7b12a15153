// Schedules in files: what they look like, that they run first, and how they are brought up to date.

#include "plait/explorer/schedules/kept.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "plait/explore.h"
#include "plait/explorer/replay/replay.h"
#include "plait/explorer/schedules/schedule.h"

namespace plait::explore {
namespace {

namespace fs = std::filesystem;

// What the program is: the defect, its remedy, or a remedy that takes other steps.
enum class Program { kBroken, kMended, kRewritten };

std::function<void()> Body(Program program) {
  return [program] {
    auto answer = make_chan<int>(program == Program::kMended ? 1 : 0).name("answer");
    auto done = make_chan<bool>().name("done");
    if (program == Program::kRewritten) {
      go([=] { Select{send_case(answer, 42), recv_case(done)}; });
    } else {
      go([=] { answer.send(42); });
    }
    if (program == Program::kRewritten) close(done);
    Select{recv_case(answer), default_case()};
  };
}

Replayer Exploring(Program program) {
  return [program](const Options& options) { return Explore("Kept.Leaks", options, Body(program)); };
}

Replayer Nearest(Program program) {
  return [program](const Options& options) { return ReplayRoughly("Kept.Leaks", options, Body(program), nullptr); };
}

class KeptTest : public testing::Test {
 protected:
  KeptTest() : folder_(testing::TempDir() + "/kept") {
    fs::remove_all(folder_);
    found_ = Explore("Kept.Leaks", {}, Body(Program::kBroken));
    EXPECT_EQ(found_.verdict, Verdict::kLeak);
    Keep(folder_, "Kept.Leaks", found_);
  }
  std::string Only() const {
    const auto paths = KeptFor(folder_, "Kept.Leaks");
    EXPECT_EQ(paths.size(), 1u);
    return paths.empty() ? "" : paths[0];
  }
  static std::string Read(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void Write(const std::string& name, const std::string& text) { std::ofstream(folder_ + "/" + name) << text; }

  const std::string folder_;
  Result found_;
};

// It is reviewed like code: fields, then a step a line. Nothing in it changes when lines move.
TEST_F(KeptTest, IsText) {
  EXPECT_EQ(Read(Only()),
            "plait schedule 1\n"
            "test: Kept.Leaks\n"
            "found: leak\n"
            "granularity: user\n"
            "fingerprint: e001\n"
            "\n"
            "1e1  main  select: default\n");
}

TEST_F(KeptTest, RoundTrips) {
  KeptSchedule kept;
  std::string error;
  ASSERT_TRUE(DecodeSchedule(found_.schedule, kept, error)) << error;
  EXPECT_EQ(EncodeSchedule(kept), found_.schedule);
  ASSERT_TRUE(DecodeSchedule("plait schedule 1\r\n# a comment\r\ntest: A.B\r\n\r\n1s_2~1   both\r\n", kept, error))
      << error;
  EXPECT_EQ(kept.texts, std::vector<std::string>{"both"});
}

// What is wrong, and in which line.
TEST_F(KeptTest, SaysWhatIsWrong) {
  const auto error_of = [](const std::string& text) {
    KeptSchedule kept;
    std::string error;
    EXPECT_FALSE(DecodeSchedule(text, kept, error)) << text;
    return error;
  };
  EXPECT_EQ(error_of("hello\n"), "line 1 is not 'plait schedule 1', the format that this plait reads");
  EXPECT_EQ(error_of("plait schedule 1\ntest: A.B\nspeed: 9\n"),
            "line 3 has a field that is not known; there are test, found, granularity, fingerprint");
  EXPECT_EQ(error_of("plait schedule 1\ntest: A.B\n\n1s\n1?\n"), "line 5 begins with '1?', which is no step");
  EXPECT_EQ(error_of("plait schedule 1\n\n1s\n"), "it names no test (test: Suite.Name)");
}

// The defect is back: found in the kept schedule, without any exploration.
TEST_F(KeptTest, FailsAtOnce) {
  const KeptRun run = RunKept(Only(), {}, Exploring(Program::kBroken));
  EXPECT_EQ(run.outcome, KeptRun::kFails);
  EXPECT_EQ(run.result.executions, 1u);
  EXPECT_NE(run.message.find("before anything was explored"), std::string::npos) << run.message;
  EXPECT_NE(run.message.find("waits in answer <- 42"), std::string::npos) << run.message;
}

TEST_F(KeptTest, HoldsOnceMended) {
  EXPECT_EQ(RunKept(Only(), {}, Exploring(Program::kMended)).outcome, KeptRun::kHolds);
  EXPECT_EQ(RunKept(Only(), {.expect = Verdict::kLeak}, Exploring(Program::kBroken)).outcome, KeptRun::kHolds);
}

// A file that does not fit says which step, what was expected, and what to do.
TEST_F(KeptTest, SaysThatItIsOutdated) {
  const KeptRun run = RunKept(Only(), {}, Exploring(Program::kRewritten));
  EXPECT_EQ(run.outcome, KeptRun::kOutdated);
  EXPECT_NE(run.message.find("no longer fits the program"), std::string::npos) << run.message;
  EXPECT_NE(run.message.find("step 1 differs"), std::string::npos) << run.message;
  EXPECT_NE(run.message.find("expected  main  select: default"), std::string::npos) << run.message;
  EXPECT_NE(run.message.find("bring it up to date"), std::string::npos) << run.message;
}

// Refreshed, it is the nearest schedule of the program as it is now, and holds.
TEST_F(KeptTest, IsRefreshed) {
  const std::string before = Read(Only());
  RefreshKept(folder_, "Kept.Leaks", {}, Exploring(Program::kRewritten), Nearest(Program::kRewritten));
  EXPECT_NE(Read(Only()), before);
  EXPECT_EQ(RunKept(Only(), {}, Exploring(Program::kRewritten)).outcome, KeptRun::kHolds);
}

TEST_F(KeptTest, IsKeptOnce) {
  Keep(folder_, "Kept.Leaks", found_);
  EXPECT_EQ(KeptFor(folder_, "Kept.Leaks").size(), 1u);
}

// The files of tests that are no more go; what is no schedule stays, and every test complains of it.
TEST_F(KeptTest, ArePruned) {
  Write("old.schedule", "plait schedule 1\ntest: Gone.Test\n\n1s\n");
  Write("broken.schedule", "plait schedule 7\n");
  PruneKept(folder_, {"Kept.Leaks"});
  EXPECT_FALSE(fs::exists(folder_ + "/old.schedule"));
  EXPECT_TRUE(fs::exists(folder_ + "/broken.schedule"));
  const auto paths = KeptFor(folder_, "Kept.Leaks");
  ASSERT_EQ(paths.size(), 2u);
  const KeptRun run = RunKept(folder_ + "/broken.schedule", {}, Exploring(Program::kBroken));
  EXPECT_NE(run.outcome, KeptRun::kHolds);
  EXPECT_NE(run.message.find("line 1 is not"), std::string::npos) << run.message;
}

}  // namespace
}  // namespace plait::explore
