// The stack of a suspended fiber, walked without touching it.

#include "plait/runtime/arch/walk.h"

#include <dlfcn.h>

#include <algorithm>

#include "gtest/gtest.h"
#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/arch/fiber_test_util.h"

extern "C" void plait_fiber_entry();

namespace plait::arch {
namespace {

__attribute__((noinline)) void Deep(int depth, Flow& flow) {
  if (depth == 0) {
    flow.Yield();
  } else {
    Deep(depth - 1, flow);
  }
  asm volatile("");  // no tail call
}

// How many of the addresses lie in `function` or shortly behind it.
template <class Function>
long CountNear(const Stack& stack, Function* function) {
  const auto lo = reinterpret_cast<uintptr_t>(function);
  return std::count_if(stack.pcs, stack.pcs + stack.size, [lo](void* pc) {
    const auto p = reinterpret_cast<uintptr_t>(pc);
    return p >= lo && p < lo + 1024;  // sanitizers make it longer
  });
}

TEST(Walk, SuspendedFromItsPlaceToItsEntry) {
  Flow flow([](Flow& self) { Deep(5, self); });
  flow.Resume();
  Stack stack;
  WalkSuspended(flow.fiber().saved_sp(), stack);
  EXPECT_GE(CountNear(stack, &Deep), 6);
  EXPECT_EQ(stack.elided, 0);
  // The entry is the outermost frame.
  const auto last = reinterpret_cast<uintptr_t>(stack.pcs[stack.size - 1]);
  EXPECT_GT(last, reinterpret_cast<uintptr_t>(&plait_fiber_entry));
  EXPECT_LT(last, reinterpret_cast<uintptr_t>(&plait_fiber_entry) + 64);
  flow.Resume();  // and it goes on as if nothing had been
}

// DUMP-14: of a deep stack the first and the last 50 frames are kept.
TEST(Walk, ElidesTheMiddle) {
  Flow flow([](Flow& self) { Deep(300, self); });
  flow.Resume();
  Stack stack;
  WalkSuspended(flow.fiber().saved_sp(), stack);
  EXPECT_EQ(stack.size, 100);
  EXPECT_GE(stack.elided, 200);
  const auto last = reinterpret_cast<uintptr_t>(stack.pcs[stack.size - 1]);
  EXPECT_GT(last, reinterpret_cast<uintptr_t>(&plait_fiber_entry));
  EXPECT_LT(last, reinterpret_cast<uintptr_t>(&plait_fiber_entry) + 64);
  flow.Resume();
}

}  // namespace
}  // namespace plait::arch
