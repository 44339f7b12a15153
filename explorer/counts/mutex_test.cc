// Known numbers of classes for programs over mutexes. A TryLock that fails is a read: only its order against the
// Unlock and Lock on either side counts (nidhugg orders it like a write and counts 6, 24 and 16 where we have 3, 21 and
// 15).

#include <vector>

#include "plait/explorer/counts/count.h"

namespace plait::explore {
namespace {

// Explores n goroutines that share a mutex.
Counted CountThreads(int n, const std::function<void(sync::Mutex&, int)>& thread) {
  const Counted counted = Count([&] {
    auto mu = std::make_shared<sync::Mutex>();
    InParallel(n, [&thread, mu](int i) { thread(*mu, i); });
  });
  EXPECT_TRUE(counted.optimal);
  return counted;
}

TEST(Count, MutexOrder) {
  const auto lock_unlock = [](sync::Mutex& mu, int) { std::scoped_lock guard(mu); };
  EXPECT_EQ(CountThreads(2, lock_unlock).executions, 2u);
  EXPECT_EQ(CountThreads(3, lock_unlock).executions, 6u);
  EXPECT_EQ(CountThreads(4, lock_unlock).executions, 24u);
  EXPECT_EQ(CountThreads(5, lock_unlock).executions, 120u);
}

TEST(Count, MutexThreeTimesTwo) {
  const auto twice = [](sync::Mutex& mu, int) {
    for (int i = 0; i < 2; ++i) std::scoped_lock guard(mu);
  };
  EXPECT_EQ(CountThreads(3, twice).executions, 90u);  // 6! / (2! 2! 2!)
}

TEST(Count, DisjointMutexesAreOneClass) {
  const Counted counted = Count([] {
    auto mutexes = std::make_shared<std::vector<sync::Mutex>>(4);
    InParallel(4, [mutexes](int i) { std::scoped_lock guard((*mutexes)[static_cast<size_t>(i)]); });
  });
  EXPECT_EQ(counted.executions, 1u);
}

// lockinc(n), lock2inc(n): what a mutex guards adds no class.
TEST(Count, MutexGuardsCounter) {
  for (const auto& [n, classes] : {std::pair(2, 2u), std::pair(3, 6u), std::pair(4, 24u)}) {
    const Counted counted = Count([n = n] {
      struct Shared {
        sync::Mutex mu;
        sync::atomic::Int64 x;
      };
      auto shared = std::make_shared<Shared>();
      InParallel(n, [shared](int) {
        std::scoped_lock guard(shared->mu);
        shared->x.Store(shared->x.Load() + 1);
      });
    });
    EXPECT_EQ(counted.executions, classes);
  }
}

TEST(Count, MutexNeverUnlocked) {
  const auto lock = [](sync::Mutex& mu, int) { mu.Lock(); };
  for (const int n : {2, 3}) {
    const Counted counted = CountThreads(n, lock);
    EXPECT_EQ(counted.executions, static_cast<uint64_t>(n));
    EXPECT_EQ(counted.blocked, static_cast<uint64_t>(n));
  }
  // mutex_deadlock_one: the third one keeps it.
  const Counted one = CountThreads(3, [](sync::Mutex& mu, int i) {
    mu.Lock();
    if (i != 2) mu.Unlock();
  });
  EXPECT_EQ(one.executions, 5u);
  EXPECT_EQ(one.blocked, 3u);
}

// mutex_hard: a goroutine unlocks only if it came in the order of the numbers.
TEST(Count, MutexHard) {
  const Counted counted = Count([] {
    struct Shared {
      sync::Mutex mu;
      sync::atomic::Int64 x;
    };
    auto shared = std::make_shared<Shared>();
    InParallel(3, [shared](int i) {
      shared->mu.Lock();
      if (shared->x.Add(1) - 1 == i) shared->mu.Unlock();
    });
  });
  EXPECT_EQ(counted.executions, 4u);
  EXPECT_EQ(counted.blocked, 3u);
}

TEST(Count, TryLock) {
  const auto keep = [](sync::Mutex& mu, int) { static_cast<void>(mu.TryLock()); };
  EXPECT_EQ(CountThreads(3, keep).executions, 3u);
  const auto unlock = [](sync::Mutex& mu, int) {
    if (mu.TryLock()) mu.Unlock();
  };
  EXPECT_EQ(CountThreads(3, unlock).executions, 21u);
  const auto against_lock = [&unlock](sync::Mutex& mu, int i) {
    if (i != 0) return unlock(mu, i);
    mu.Lock();
    mu.Unlock();
  };
  EXPECT_EQ(CountThreads(2, against_lock).executions, 3u);
  EXPECT_EQ(CountThreads(3, against_lock).executions, 15u);
}

}  // namespace
}  // namespace plait::explore
