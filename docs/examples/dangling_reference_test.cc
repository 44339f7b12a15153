// A goroutine that captures a local by reference and outlives the function. In Go the local would have moved to the
// heap; C++ leaves it where it was. Nothing in the language objects, and the explorer does not look at plain memory:
// AddressSanitizer does. Only under --config=asan:
//
//   bazel test --config=asan //docs/examples:dangling_reference_test

#include <gtest/gtest.h>

#include <memory>

#include "plait/explore.h"

// What .bazelrc sets for tests, so that it holds for a run by hand as well.
extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=1"; }

namespace {

using namespace plait;

// Wrong: `hits` is gone when the goroutine runs.
void CountInTheBackground() {
  int hits = 0;
  go([&] { ++hits; });
}

// Found: AddressSanitizer's report.
TEST(DanglingReference, IsReported) {
  EXPECT_DEATH(explore::Explore("DanglingReference", {},
                                [] {
                                  CountInTheBackground();
                                  explore::join_all();
                                }),
               "stack-use-after-(return|scope).*dangling_reference_test.cc");
}

// Right, and quiet: the goroutine owns the counter jointly.
void CountJointly() {
  auto hits = std::make_shared<int>(0);
  go([hits] { ++*hits; });
}

PLAIT_EXPLORE(DanglingReference, SharedOwnership) { CountJointly(); }

}  // namespace
