// The attributes of plait_explore_test (//:plait.bzl) are the flags of the command line.

#include "plait/explore.h"
#include "plait/explorer/flags.h"

namespace plait::explore {
namespace {

TEST(Attributes, AreFlags) {
  const Options options = WithFlags({});
  EXPECT_EQ(options.mode, Mode::kPct);
  EXPECT_EQ(options.granularity, Granularity::kRuntime);
  EXPECT_EQ(options.executions, 77u);
  EXPECT_EQ(options.seed, 5u);
  EXPECT_EQ(options.depth, 4u);
  EXPECT_EQ(options.bound, 1u);
  EXPECT_EQ(options.jobs, 2u);
  EXPECT_EQ(options.max_seconds, 9);
  EXPECT_EQ(options.max_executions, 1234u);
  EXPECT_EQ(options.max_steps, 99u);
  EXPECT_EQ(options.reduction, 10u);
  EXPECT_EQ(SchedulesFolder(), "explorer/schedules");
}

// And what they say is done.
PLAIT_EXPLORE(Attributes, Apply) {
  auto ch = make_chan<int>();
  go([ch] { ch.send(1); });
  ch.recv();
}

}  // namespace
}  // namespace plait::explore
