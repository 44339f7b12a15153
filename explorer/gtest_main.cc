// main() of test binaries with explored tests: //explorer:explore_main.

#include <gtest/gtest.h>

#include <string>

#include "plait/explorer/flags.h"
#include "plait/explorer/schedules/kept.h"
#include "plait/explorer/shards.h"

namespace {

using namespace plait;

// --plait_refresh: explored tests only. If it is all of them, the files of those that are no more are removed.
void PrepareRefresh() {
  if (explore::RefreshFolder().empty() || GTEST_FLAG_GET(filter) != "*") return;
  std::string filter;
  for (const std::string& test : explore::ExploredTests()) filter += (filter.empty() ? "" : ":") + test;
  GTEST_FLAG_SET(filter, filter);
  explore::PruneKept(explore::RefreshFolder(), explore::ExploredTests());
}

}  // namespace

int main(int argc, char** argv) {
  explore::ParseFlags(&argc, argv);
  testing::InitGoogleTest(&argc, argv);
  // A token names its test: nothing else needs to run.
  if (*explore::ReplayedTest() != '\0') GTEST_FLAG_SET(filter, explore::ReplayedTest());
  PrepareRefresh();
  explore::TakeShards();
  return RUN_ALL_TESTS();
}
