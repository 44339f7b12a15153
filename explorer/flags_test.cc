#include "plait/explorer/flags.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace plait::explore {
namespace {

// Parses as main() does; returns what is left for GoogleTest.
std::vector<std::string> Parse(std::vector<std::string> args) {
  args.insert(args.begin(), "test");
  std::vector<char*> argv;
  for (std::string& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  int argc = static_cast<int>(args.size());
  ParseFlags(&argc, argv.data());
  return {argv.begin() + 1, argv.begin() + argc};
}

TEST(Flags, OverrideTheTestsOptions) {
  const auto left = Parse({"--gtest_filter=A.*", "--plait_mode=random", "--plait_executions", "77", "--plait_seed=5",
                           "--plait_granularity=runtime", "positional", "--plait_watchdog=0"});
  EXPECT_EQ(left, (std::vector<std::string>{"--gtest_filter=A.*", "positional"}));
  const Options options = WithFlags({.executions = 1, .max_steps = 123});
  EXPECT_EQ(options.mode, Mode::kRandom);
  EXPECT_EQ(options.executions, 77u);
  EXPECT_EQ(options.seed, 5u);
  EXPECT_EQ(options.granularity, Granularity::kRuntime);
  EXPECT_EQ(options.watchdog_seconds, 0);
  EXPECT_EQ(options.max_steps, 123u);
}

class FlagsDeathTest : public testing::Test {
 protected:
  FlagsDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

// Wrong values get the list of right ones, unknown flags the list of flags; status 2.
TEST_F(FlagsDeathTest, WrongFlags) {
  EXPECT_EXIT(Parse({"--plait_mode=fast"}), testing::ExitedWithCode(2),
              "plait: --plait_mode: 'fast' is not one of exhaustive.optimal.enumerate.*delays\n--plait_help explains");
  EXPECT_EXIT(Parse({"--plait_executions=-3"}), testing::ExitedWithCode(2), "plait: .*--plait_executions");
  EXPECT_EXIT(Parse({"--plait_speed=9"}), testing::ExitedWithCode(2), "plait: .*--plait_speed(.|\n)*--plait_seed");
}

TEST_F(FlagsDeathTest, ABrokenTokenIsRefusedBeforeAnythingRuns) {
  EXPECT_EXIT(Parse({"--plait_replay=plait2:u:A.B:1:1s.2?"}), testing::ExitedWithCode(2),
              "plait: this is not a replay token: plait2:u:A.B:1:1s.2\\?\n  its step 2, '2\\?', means nothing");
}

TEST_F(FlagsDeathTest, Help) { EXPECT_EXIT(Parse({"--plait_help"}), testing::ExitedWithCode(0), ""); }

TEST_F(FlagsDeathTest, EnvironmentVariables) {
  setenv("PLAIT_SEED", "1234", 1);
  const auto parse = [] {
    Parse({});
    std::_Exit(WithFlags({}).seed == 1234 ? 0 : 1);
  };
  EXPECT_EXIT(parse(), testing::ExitedWithCode(0), "");
  unsetenv("PLAIT_SEED");
}

}  // namespace
}  // namespace plait::explore
