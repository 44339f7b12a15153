// leak::Find in virtual time.

#include "plait/explore.h"
#include "plait/runtime/leak/leak.h"

namespace plait {
namespace {

using namespace std::chrono_literals;

// LEAK-02: 1 us, 2 us, ... 65.536 ms, and three times 100 ms; content as soon as nobody is left.
PLAIT_EXPLORE(LeakExplored, LooksAgain) {
  auto ch = make_chan<int>();
  go([ch] { ch.recv(); });
  const time::Time start = time::Now();
  EXPECT_NE(leak::Find(), "");
  EXPECT_EQ(time::Now() - start, 131'071us + 3 * 100ms);
  ch.send(1);
  EXPECT_EQ(leak::Find(), "");
  EXPECT_LE(time::Now() - start, 131'072us + 3 * 100ms);  // it may have been about to end
}

}  // namespace
}  // namespace plait
