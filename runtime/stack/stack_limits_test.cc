// What a pool does at the limits: a hundred thousand stacks, no more guards, no more memory.

#include <errno.h>
#include <sys/mman.h>

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "plait/runtime/stack/arena.h"
#include "plait/runtime/stack/stack_pool.h"

namespace plait::stack {
namespace {

bool LightGuardsWork() {
  StackPool pool;
  (void)pool.Get(kDefaultStackSize);
  return pool.stats().light_guards > 0;
}

// mprotect guards would end at vm.max_map_count / 2, 32,765.
TEST(StackLimits, AHundredThousandGuardedStacks) {
  if (!LightGuardsWork()) GTEST_SKIP() << "this kernel has no MADV_GUARD_INSTALL";
  StackPool pool;
  // LeakSanitizer needs 0.4 ms at exit for each stack in use.
  constexpr size_t kStacks = kDefaultStackSize == 64 << 10 ? 100'000 : 1'000;
  void* lowest = nullptr;
  for (size_t i = 0; i < kStacks; ++i) {
    Stack stack = pool.Get(kMinStackSize);
    ASSERT_TRUE(stack) << i;
    if (lowest == nullptr || stack.lo < lowest) lowest = stack.lo;
  }
  Stats stats = pool.stats();
  EXPECT_EQ(stats.stacks_in_use, kStacks);
  EXPECT_GE(stats.light_guards, kStacks);
  EXPECT_EQ(stats.protected_guards, 0u);
  EXPECT_EQ(stats.unguarded, 0u);
}

TEST(StackLimits, ProtectedGuardsAreRationedAndTheRestIsCountedAndSaid) {
  StackPool pool({.light_guards = false, .max_protected_guards = 20});
  testing::internal::CaptureStderr();
  std::vector<Stack> stacks;
  for (int i = 0; i < 100; ++i) stacks.push_back(pool.Get(kMinStackSize));
  const std::string said = testing::internal::GetCapturedStderr();
  Stats stats = pool.stats();
  EXPECT_EQ(stats.light_guards, 0u);
  EXPECT_EQ(stats.protected_guards, 20u);
  EXPECT_EQ(stats.protected_guards + stats.unguarded, stats.stacks_in_use + stats.stacks_pooled);
  EXPECT_NE(said.find("have no guard page"), std::string::npos);
  EXPECT_EQ(said.find('\n'), said.size() - 1);
  // A guard that is not there is not claimed.
  size_t guarded = 0;
  for (Stack stack : stacks) guarded += IsGuardAddress(static_cast<char*>(stack.lo) - 1);
  EXPECT_EQ(guarded, 20u);
}

std::atomic<size_t> map_limit{0};

void* LimitedMap(void* address, size_t size, int protection, int flags, int fd, off_t offset) {
  if (size <= map_limit) return mmap(address, size, protection, flags, fd, offset);
  errno = ENOMEM;
  return MAP_FAILED;
}

TEST(StackLimits, NoMemoryIsAnEmptyStack) {
  StackPool pool({.map = &LimitedMap});
  map_limit = 0;
  EXPECT_FALSE(pool.Get(kDefaultStackSize));
  EXPECT_EQ(pool.stats().reserved_bytes, 0u);
  // A little is taken piece by piece.
  map_limit = 3 * (kDefaultStackSize + 4096);
  std::set<void*> distinct;
  for (int i = 0; i < 10; ++i) {
    Stack stack = pool.Get(kDefaultStackSize);
    ASSERT_TRUE(stack);
    distinct.insert(stack.lo);
  }
  EXPECT_EQ(distinct.size(), 10u);
  map_limit = 0;
  while (pool.Get(kDefaultStackSize)) {
  }
  EXPECT_FALSE(pool.Get(kDefaultStackSize));
  EXPECT_EQ(pool.stats().stacks_pooled, 0u);
}

}  // namespace
}  // namespace plait::stack
