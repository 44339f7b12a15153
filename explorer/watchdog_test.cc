#include "plait/explorer/watchdog.h"

#include <gtest/gtest.h>

#include <mutex>

#include "plait/explore.h"

namespace plait::explore {
namespace {

// A std::mutex held over an operation: the next goroutine blocks the explorer's only thread.
void Stuck() {
  std::mutex mu;
  auto ch = make_chan<int>(1);
  go([&] {
    std::scoped_lock guard(mu);
    ch.send(1);
  });
  std::scoped_lock guard(mu);
  ch.recv();
}

TEST(WatchdogDeathTest, NamesTheGoroutineThatDoesNotComeBack) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(Explore("Stuck", {.watchdog_seconds = 0.5}, Stuck), testing::ExitedWithCode(2),
              "G2 has not come back from a step .*watchdog_test.cc");
}

}  // namespace
}  // namespace plait::explore
