#include "plait/runtime/stack/stack_pool.h"

#include <sys/mman.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/runtime/stack/arena.h"

namespace plait::stack {
namespace {

TEST(StackPool, GivesWhatWasAskedFor) {
  StackPool pool;
  for (size_t size : {size_t{1}, kMinStackSize, kMinStackSize + 1, kDefaultStackSize, size_t{1} << 20}) {
    Stack stack = pool.Get(size);
    ASSERT_TRUE(stack) << size;
    EXPECT_GE(stack.size + 448, size);
    EXPECT_GE(stack.size + 448, kMinStackSize);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(stack.lo) % 4096, 0u);
    EXPECT_EQ(stack.size % 64, 0u);
    memset(stack.lo, 1, stack.size);
    pool.Put(stack);
  }
  EXPECT_FALSE(pool.Get(kMaxStackSize + 1));
}

TEST(StackPool, TheLastPutIsTheNextGot) {
  StackPool pool;
  Stack a = pool.Get(kDefaultStackSize);
  Stack b = pool.Get(kDefaultStackSize);
  EXPECT_NE(a.lo, b.lo);
  pool.Put(a);
  pool.Put(b);
  EXPECT_EQ(pool.Get(kDefaultStackSize).lo, b.lo);
  Stack again = pool.Get(kDefaultStackSize);
  EXPECT_EQ(again.lo, a.lo);
  EXPECT_EQ(again.size, a.size);
}

TEST(StackPool, SizesDoNotMix) {
  StackPool pool;
  Stack small = pool.Get(kMinStackSize);
  pool.Put(small);
  Stack large = pool.Get(4 * kMinStackSize);
  EXPECT_NE(small.lo, large.lo);
  memset(large.lo, 1, large.size);
}

TEST(StackPool, Stats) {
  StackPool pool;
  Stats stats = pool.stats();
  EXPECT_EQ(stats.reserved_bytes, 0u);
  EXPECT_EQ(stats.stacks_in_use + stats.stacks_pooled, 0u);
  Stack a = pool.Get(kDefaultStackSize);
  Stack b = pool.Get(2 * kDefaultStackSize);
  stats = pool.stats();
  EXPECT_EQ(stats.stacks_in_use, 2u);
  EXPECT_GT(stats.reserved_bytes, 3 * kDefaultStackSize);
  EXPECT_EQ(stats.light_guards + stats.protected_guards, stats.stacks_in_use + stats.stacks_pooled);
  EXPECT_EQ(stats.unguarded, 0u);
  pool.Put(a);
  pool.Put(b);
  stats = pool.stats();
  EXPECT_EQ(stats.stacks_in_use, 0u);
  EXPECT_GE(stats.stacks_pooled, 2u);
}

TEST(StackPool, GuardsAreBelowEachStack) {
  StackPool pool;
  for (int i = 0; i < 100; ++i) {
    Stack stack = pool.Get(kMinStackSize);
    char* lo = static_cast<char*>(stack.lo);
    EXPECT_TRUE(IsGuardAddress(lo - 1));
    EXPECT_TRUE(IsGuardAddress(lo - 4096));
    EXPECT_FALSE(IsGuardAddress(lo));
    EXPECT_FALSE(IsGuardAddress(lo + stack.size - 1));
    EXPECT_FALSE(IsGuardAddress(lo - 4097));
  }
  EXPECT_FALSE(IsGuardAddress(nullptr));
  EXPECT_FALSE(IsGuardAddress(&pool));
}

TEST(StackPool, GuardsOfADestroyedPoolAreForgotten) {
  void* guard;
  {
    StackPool pool;
    guard = static_cast<char*>(pool.Get(kMinStackSize).lo) - 1;
    EXPECT_TRUE(IsGuardAddress(guard));
  }
  EXPECT_FALSE(IsGuardAddress(guard));
}

size_t ResidentPages(Stack stack) {
  std::vector<unsigned char> pages((stack.size + 4095) / 4096);
  EXPECT_EQ(mincore(stack.lo, stack.size, pages.data()), 0);
  size_t resident = 0;
  for (unsigned char page : pages) resident += page & 1;
  return resident;
}

TEST(StackPool, TrimGivesMemoryBackAndKeepsGuards) {
  StackPool pool;
  std::vector<Stack> stacks;
  for (int i = 0; i < 200; ++i) {
    stacks.push_back(pool.Get(kMinStackSize));
    memset(stacks.back().lo, 1, stacks.back().size);
  }
  Stack kept = pool.Get(kMinStackSize);
  memset(kept.lo, 7, kept.size);
  for (Stack stack : stacks) pool.Put(stack);
  const Stats before = pool.stats();
  pool.Trim();
  const Stats after = pool.stats();
  EXPECT_EQ(after.stacks_pooled, before.stacks_pooled);
  EXPECT_EQ(after.light_guards + after.protected_guards, before.light_guards + before.protected_guards);
  for (Stack stack : stacks) {
    EXPECT_EQ(ResidentPages(stack), 0u);
    EXPECT_TRUE(IsGuardAddress(static_cast<char*>(stack.lo) - 1));
  }
  EXPECT_EQ(static_cast<char*>(kept.lo)[0], 7);
  for (size_t i = 0; i < stacks.size(); ++i) {
    Stack stack = pool.Get(kMinStackSize);
    EXPECT_EQ(static_cast<char*>(stack.lo)[0], 0);
    EXPECT_DEATH(static_cast<volatile char*>(stack.lo)[-1] = 1, "") << i;
    if (i == 4) break;  // a few: each is a process
  }
}

TEST(StackPool, ManyThreads) {
  StackPool pool;
  constexpr int kThreads = 4;
  std::vector<std::thread> threads;
  std::atomic<bool> stop{false};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&pool, t] {
      std::vector<Stack> mine;
      for (int i = 0; i < 3000; ++i) {
        Stack stack = pool.Get(i % 7 == 0 ? 2 * kMinStackSize : kMinStackSize);
        ASSERT_TRUE(stack);
        // Nobody else has it: what is written stays.
        memset(stack.lo, t, 64);
        mine.push_back(stack);
        if (i % 3 != 0) {
          Stack back = mine[static_cast<size_t>(i * 31) % mine.size()];
          for (int b = 0; b < 64; ++b) ASSERT_EQ(static_cast<char*>(back.lo)[b], t);
          std::swap(mine[static_cast<size_t>(i * 31) % mine.size()], mine.back());
          pool.Put(mine.back());
          mine.pop_back();
        }
      }
      for (Stack stack : mine) pool.Put(stack);
    });
  }
  std::thread trimmer([&] {
    while (!stop.load()) pool.Trim();
  });
  for (std::thread& thread : threads) thread.join();
  stop = true;
  trimmer.join();
  EXPECT_EQ(pool.stats().stacks_in_use, 0u);
}

TEST(StackPool, GlobalIsOne) {
  Stack stack = StackPool::Global().Get(kDefaultStackSize);
  ASSERT_TRUE(stack);
  StackPool::Global().Put(stack);
  EXPECT_EQ(&StackPool::Global(), &StackPool::Global());
}

}  // namespace
}  // namespace plait::stack
