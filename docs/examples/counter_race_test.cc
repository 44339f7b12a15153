// The counter without any synchronisation. Every schedule that the explorer runs counts right, since it runs one
// goroutine at a time; the program is wrong all the same, for nothing orders the two additions. ThreadSanitizer sees
// that in the very first schedule. Only under --config=tsan:
//
//   bazel test --config=tsan //docs/examples:counter_race_test

#include <gtest/gtest.h>

#include "plait/explore.h"

namespace {

using namespace plait;

void Visit(int& hits) { ++hits; }
void Click(int& hits) { ++hits; }

void Unsynchronised() {
  int hits = 0;
  sync::WaitGroup wg;
  wg.Go([&] { Visit(hits); });
  wg.Go([&] { Click(hits); });
  wg.Wait();
}

// Found: the process ends with ThreadSanitizer's report, which names both accesses, and for both goroutines the line of
// the `go` that started them.
TEST(CounterRace, Unsynchronised) {
  EXPECT_EXIT(
      {
        explore::Explore("CounterRace.Unsynchronised", {}, Unsynchronised);
        std::exit(0);
      },
      testing::ExitedWithCode(66),
      "data race.*Write.*Click.*Previous write.*Visit.*"
      "'go at counter_race_test.cc:22'.*'go at counter_race_test.cc:21'");
}

}  // namespace
