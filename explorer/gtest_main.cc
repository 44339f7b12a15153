// main() of test binaries with explored tests: //explorer:explore_main.

#include <gtest/gtest.h>

#include "plait/explorer/flags.h"
#include "plait/explorer/shards.h"

int main(int argc, char** argv) {
  plait::explore::ParseFlags(&argc, argv);
  testing::InitGoogleTest(&argc, argv);
  // A token names its test: nothing else needs to run.
  if (*plait::explore::ReplayedTest() != '\0') GTEST_FLAG_SET(filter, plait::explore::ReplayedTest());
  plait::explore::TakeShards();
  return RUN_ALL_TESTS();
}
