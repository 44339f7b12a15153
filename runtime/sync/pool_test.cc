#include "plait/runtime/sync/pool.h"

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

// POOL-10: not copyable.
static_assert(!std::is_copy_constructible_v<sync::Pool<int>> && !std::is_copy_assignable_v<sync::Pool<int>>);

using PoolTest = test::RuntimeTest;
PLAIT_WITH_PROCS(PoolTest);

std::unique_ptr<int> Item(int n) { return std::make_unique<int>(n); }
int NumberOf(const std::unique_ptr<int>& item) { return item != nullptr ? *item : -1; }

// POOL-01: what was Put, else what New makes, else nothing.
TEST_P(PoolTest, GivesWhatWasPutOrNew) {
  Run([] {
    sync::Pool<int> plain;
    EXPECT_EQ(NumberOf(plain.Get()), -1);
    plain.Put(Item(1));
    EXPECT_EQ(NumberOf(plain.Get()), 1);
    EXPECT_EQ(NumberOf(plain.Get()), -1);

    int made = 0;
    sync::Pool<int> making([&made] { return Item(100 + made++); });
    EXPECT_EQ(NumberOf(making.Get()), 100);
    making.Put(Item(1));
    EXPECT_EQ(NumberOf(making.Get()), 1);
    EXPECT_EQ(NumberOf(making.Get()), 101);
  });
}

// POOL-04: null is ignored.
TEST_P(PoolTest, IgnoresNull) {
  Run([] {
    sync::Pool<int> pool;
    pool.Put(nullptr);
    pool.Put(Item(1));
    pool.Put(nullptr);
    EXPECT_EQ(NumberOf(pool.Get()), 1);
    EXPECT_EQ(NumberOf(pool.Get()), -1);
  });
}

// POOL-07: on one processor the last Put is the first Get; a thief takes the oldest, but not the private one.
TEST(PoolOrder, LastInFirstOutAndStealingFromTheOtherEnd) {
  Runtime runtime(2);
  sync::Pool<int> pool;
  go([&pool] {
    for (int i = 0; i < 5; ++i) pool.Put(Item(i));  // 0 is the private one, since it was the first
    EXPECT_EQ(NumberOf(pool.Get()), 0);
    EXPECT_EQ(NumberOf(pool.Get()), 4);
    test::MoveToAnotherThread();
    EXPECT_EQ(NumberOf(pool.Get()), 1);
    EXPECT_EQ(NumberOf(pool.Get()), 2);
  });
  runtime.Drain();
}

struct Counted {
  static inline std::atomic<int> alive{0};
  Counted() { ++alive; }
  ~Counted() { --alive; }
};

// POOL-06: a bound on what is kept; what no Get comes near goes; the rest goes with the pool.
TEST(PoolTrim, KeepsWhatIsUsed) {
  Runtime runtime(1);
  {
    sync::Pool<Counted> pool;
    go([&pool] {
      for (int i = 0; i < 200; ++i) pool.Put(std::make_unique<Counted>());
      EXPECT_EQ(Counted::alive, 129);
      for (int i = 0; i < 1024; ++i) pool.Put(pool.Get());  // one at a time: 128 are idle
      EXPECT_EQ(Counted::alive, 129 - 64);
      for (int i = 0; i < 20 * 1024; ++i) pool.Put(pool.Get());
      EXPECT_LE(Counted::alive, 2);
      EXPECT_GE(Counted::alive, 1);
    });
    runtime.Drain();
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(PoolTrim, PlainThreadsHaveAPlaceOfTheirOwn) {
  {
    sync::Pool<Counted> pool;
    for (int i = 0; i < 200; ++i) pool.Put(std::make_unique<Counted>());
    EXPECT_EQ(Counted::alive, 128);
    Runtime runtime(1);
    go([&pool] { EXPECT_NE(pool.Get(), nullptr); });
    runtime.Drain();
    EXPECT_EQ(Counted::alive, 127);
  }
  EXPECT_EQ(Counted::alive, 0);
}

// POOL-02, POOL-10: goroutines and threads all over each other: nobody has what somebody else has.
// POOL-05: what an item holds is handed over with it. Under --config=tsan a missing edge is a reported race.
TEST_P(PoolTest, StressNoItemTwice) {
  struct Box {
    bool taken = false;
    int uses = 0;
  };
  std::atomic<int> made{0};
  sync::Pool<Box> pool([&made] {
    ++made;
    return std::make_unique<Box>();
  });
  const auto use = [&pool] {
    for (int i = 0; i < 2000; ++i) {
      std::vector<std::unique_ptr<Box>> mine;
      for (int k = 0; k <= i % 7; ++k) {
        mine.push_back(pool.Get());
        EXPECT_FALSE(mine.back()->taken);
        mine.back()->taken = true;
        ++mine.back()->uses;
      }
      if (i % 50 == 0) Gosched();
      for (auto& box : mine) {
        box->taken = false;
        pool.Put(std::move(box));
      }
    }
  };
  for (int g = 0; g < 8; ++g) go(use);
  std::thread thread(use);
  thread.join();
  runtime_.Drain();
  EXPECT_LT(made, 9 * 2000);  // some were used again
}

}  // namespace
}  // namespace plait
