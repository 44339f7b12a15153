#include "plait/runtime/sched/run_queue.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/runtime/sched/global_queue.h"

namespace plait::sched {
namespace {

// R2: first in, first out; full is full; the ring goes round.
TEST(RunQueue, IsABoundedFifo) {
  auto gs = std::make_unique<G[]>(4);
  RunQueue<4> queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.Pop(), nullptr);
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(queue.Push(&gs[i]));
    EXPECT_FALSE(queue.Push(&gs[0]));
    EXPECT_FALSE(queue.empty());
    EXPECT_EQ(queue.Pop(), &gs[0]);
    EXPECT_TRUE(queue.Push(&gs[0]));
    for (int i : {1, 2, 3, 0}) EXPECT_EQ(queue.Pop(), &gs[i]);
    EXPECT_EQ(queue.Pop(), nullptr);
  }
}

// A thief takes half, rounded up, the oldest first, and leaves the rest in order.
TEST(RunQueue, ThievesTakeHalf) {
  auto gs = std::make_unique<G[]>(8);
  RunQueue<8> queue;
  G* batch[4];
  EXPECT_EQ(queue.Steal(batch, 4), 0u);
  const struct {
    int queued;
    uint32_t stolen;
  } cases[] = {{1, 1}, {2, 1}, {3, 2}, {5, 3}, {8, 4}};
  for (const auto& c : cases) {
    for (int i = 0; i < c.queued; ++i) ASSERT_TRUE(queue.Push(&gs[i]));
    ASSERT_EQ(queue.Steal(batch, 4), c.stolen);
    for (uint32_t i = 0; i < c.stolen; ++i) EXPECT_EQ(batch[i], &gs[i]);
    for (int i = static_cast<int>(c.stolen); i < c.queued; ++i) EXPECT_EQ(queue.Pop(), &gs[i]);
    EXPECT_EQ(queue.Pop(), nullptr);
  }
}

// R1 to R3 under thieves: whatever the owner has pushed comes out once, by whomever. A small ring, so that slots are
// used again while somebody still reads them.
TEST(RunQueue, EachGoroutineComesOutOnce) {
  constexpr size_t kGs = 20'000;
  auto gs = std::make_unique<G[]>(kGs);
  std::vector<std::atomic<int>> taken(kGs);
  // Not in a frame: GCC 12 does not align AddressSanitizer's fake frames to 64 bytes (GCC bug 110027).
  const auto ring = std::make_unique<RunQueue<8>>();
  RunQueue<8>& queue = *ring;
  std::atomic<bool> done{false};
  const auto take = [&](G* g) { ++taken[static_cast<size_t>(g - gs.get())]; };
  std::vector<std::thread> thieves;
  for (int t = 0; t < 3; ++t) {
    thieves.emplace_back([&] {
      G* batch[4];
      for (bool last = false; !last;) {
        last = done.load();  // one more look after the owner has finished
        for (uint32_t n; (n = queue.Steal(batch, 4)) != 0;) {
          for (uint32_t i = 0; i < n; ++i) take(batch[i]);
        }
        std::this_thread::yield();
      }
    });
  }
  for (size_t i = 0; i < kGs; ++i) {
    while (!queue.Push(&gs[i])) {
      if (G* g = queue.Pop()) take(g);
    }
    if (i % 5 == 0) {
      if (G* g = queue.Pop()) take(g);
    }
  }
  while (G* g = queue.Pop()) take(g);
  done = true;
  for (std::thread& thief : thieves) thief.join();
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(std::all_of(taken.begin(), taken.end(), [](const auto& n) { return n == 1; }));
}

// The global queue: unbounded, first in, first out, for many on either side.
TEST(GlobalQueue, IsAFifoForMany) {
  constexpr size_t kEach = 5'000;
  auto gs = std::make_unique<G[]>(2 * kEach);
  GlobalQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.Pop(), nullptr);
  std::vector<std::thread> threads;
  for (size_t p = 0; p < 2; ++p) {
    threads.emplace_back([&, p] {
      for (size_t i = 0; i < kEach; ++i) queue.Push(&gs[p * kEach + i]);
    });
  }
  std::atomic<size_t> taken{0};
  std::atomic<bool> in_order{true};
  for (int c = 0; c < 2; ++c) {
    threads.emplace_back([&] {
      const G* last[2] = {nullptr, nullptr};
      while (taken < 2 * kEach) {
        const G* g = queue.Pop();
        if (g == nullptr) {
          std::this_thread::yield();
          continue;
        }
        ++taken;
        const G*& before = last[static_cast<size_t>(g - gs.get()) / kEach];
        if (before != nullptr && before >= g) in_order = false;
        before = g;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(in_order);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace plait::sched
