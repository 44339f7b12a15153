// Numbers of classes for programs over RWMutex, Once, WaitGroup and Cond: what nobody can observe adds none.

#include <mutex>
#include <shared_mutex>
#include <vector>

#include "plait/explorer/counts/count.h"

namespace plait::explore {
namespace {

uint64_t ReadersAndWriters(int readers, int writers) {
  const Counted counted = Count([=] {
    auto mu = std::make_shared<sync::RWMutex>();
    InParallel(readers + writers, [=](int i) {
      if (i < readers) {
        std::shared_lock guard(*mu);
      } else {
        std::unique_lock guard(*mu);
      }
    });
  });
  EXPECT_EQ(counted.blocked, 0u);
  return counted.executions;
}

// Readers are not ordered among themselves. Each is before or after a writer, and that is all there is to see: that the
// writer had been waiting makes no difference to those that come after it.
TEST(Count, RWMutex) {
  for (const int n : {1, 2, 3, 4, 5}) EXPECT_EQ(ReadersAndWriters(n, 0), 1u) << n;
  for (const int n : {1, 2, 3, 4}) EXPECT_EQ(ReadersAndWriters(n, 1), uint64_t{1} << n) << n;
  EXPECT_EQ(ReadersAndWriters(0, 3), 6u);
  EXPECT_EQ(ReadersAndWriters(2, 2), 2u * 9u);  // the writers' order, and for each reader its place among them
  EXPECT_EQ(ReadersAndWriters(3, 2), 2u * 27u);
}

// Where a TryRLock could see that a writer waits for a reader, the writer's arrival is a step. The try fails while it waits
// (1), or holds the lock (2: the reader is before or after it), and succeeds before it (2) and after it (2); two more in
// which the writer has waited, and the try came later.
TEST(Count, TryRLock) {
  const Counted counted = Count([] {
    auto mu = std::make_shared<sync::RWMutex>();
    InParallel(3, [mu](int i) {
      if (i == 0) {
        std::shared_lock guard(*mu);
      } else if (i == 1) {
        std::unique_lock guard(*mu);
      } else if (mu->TryRLock()) {
        mu->RUnlock();
      }
    });
  });
  EXPECT_EQ(counted.blocked, 0u);
  EXPECT_EQ(counted.executions, 9u);
}

TEST(Count, Once) {
  for (const int n : {1, 2, 3, 4, 5}) {
    const Counted counted = Count([n] {
      auto once = std::make_shared<sync::Once>();
      InParallel(n, [once](int) { once->Do([] {}); });
    });
    EXPECT_EQ(counted.executions, static_cast<uint64_t>(n));
    EXPECT_EQ(counted.blocked, 0u);
  }
}

TEST(Count, DisjointMutexes) {
  const Counted counted = Count([] {
    auto mutexes = std::make_shared<std::vector<sync::Mutex>>(5);
    InParallel(5, [mutexes](int i) { std::scoped_lock guard((*mutexes)[static_cast<size_t>(i)]); });
  });
  EXPECT_EQ(counted.executions, 1u);
}

TEST(Count, DonesAndOneWait) {
  for (const int n : {1, 3, 6}) {
    const Counted counted = Count([n] {
      auto wg = std::make_shared<sync::WaitGroup>();
      wg->Add(n);
      for (int i = 0; i < n; ++i) go([wg] { wg->Done(); });
      wg->Wait();
    });
    EXPECT_EQ(counted.executions, 1u) << n;
  }
}

// One waits for what the other sets, in the usual loop: it looks before that, or after.
TEST(Count, Cond) {
  for (const bool under_lock : {true, false}) {
    const Counted counted = Count([under_lock] {
      sync::Mutex mu;
      sync::Cond cond(mu);
      bool done = false;
      go([&, under_lock] {
        mu.Lock();
        done = true;
        if (under_lock) cond.Signal();
        mu.Unlock();
        if (!under_lock) cond.Signal();
      });
      mu.Lock();
      while (!done) cond.Wait();
      mu.Unlock();
      join_all();
    });
    EXPECT_EQ(counted.executions, 2u) << under_lock;
    EXPECT_EQ(counted.blocked, 0u);
  }
}

}  // namespace
}  // namespace plait::explore
