// A compiler must not keep anything in a register across a switch that another flow may change: neither a static global
// that nobody outside this file can name (GCC 12 did so when the switch was inline assembly in the same function), nor
// a thread-local address obtained anew.

#include "gtest/gtest.h"
#include "plait/runtime/arch/fiber.h"

namespace plait::arch {
namespace {

alignas(16) char stacks[2][256 << 10];
Fiber home, first, second;
ThreadRegs regs;
int counter = 0;
bool locked = false;
int live = 2;

void Increment(Fiber& self, Fiber& other) {
  for (int i = 0; i < 3; ++i) {
    while (locked) Switch(self, other, regs);
    locked = true;
    int value = counter;
    Switch(self, other, regs);
    counter = value + 1;
    locked = false;
    Switch(self, other, regs);
  }
  --live;
  while (live > 0) Switch(self, other, regs);
  SwitchAndEnd(self, home, regs);
}

__attribute__((no_sanitize("thread"))) void First(void*) { Increment(first, second); }
__attribute__((no_sanitize("thread"))) void Second(void*) { Increment(second, first); }

TEST(OptimiserTrap, StaticGlobalsAreReadAgainAfterASwitch) {
#ifdef PLAIT_TSAN
  GTEST_SKIP() << "the two flows are unsynchronised on purpose";
#endif
  regs = ThreadRegs::OfThisThread();
  first.Init(stacks[0], sizeof stacks[0], &First, nullptr);
  second.Init(stacks[1], sizeof stacks[1], &Second, nullptr);
  Switch(home, first, regs);
  EXPECT_EQ(counter, 6);
}

}  // namespace
}  // namespace plait::arch
