// Under real Bazel sharding. The table at the end of ./plait test adds the parts up: 1,680 executions.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "plait/explore.h"

namespace plait::explore {
namespace {

PLAIT_EXPLORE(Sharded, MutexThreeTimesThree) {
  sync::Mutex mu;
  for (int g = 0; g < 3; ++g) {
    go([&mu] {
      for (int i = 0; i < 3; ++i) std::scoped_lock guard(mu);
    });
  }
  join_all();
}

TEST(Sharded, PlainTestsRunInTheFirstShard) {
  const char* index = std::getenv("TEST_SHARD_INDEX");
  EXPECT_EQ(std::string(index == nullptr ? "0" : index), "0");
}

}  // namespace
}  // namespace plait::explore
