#include "plait/runtime/sync/rw_mutex.h"

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::AwaitParked;
using test::GoAndPark;

using RWMutexTest = test::RuntimeTest;
PLAIT_WITH_PROCS(RWMutexTest);

static_assert(!std::is_copy_constructible_v<sync::RWMutex> && !std::is_move_constructible_v<sync::RWMutex>);

constinit sync::RWMutex static_mutex;

// RW-01, RW-20: the zero value is unlocked, at compile time for a static one; Lock does not wait then.
// RW-11: TryLock fails if anybody is in, TryRLock only if a writer is.
TEST(RWMutex, IsUnlockedAtFirst) {
  static_mutex.Lock();
  EXPECT_FALSE(static_mutex.TryLock());
  EXPECT_FALSE(static_mutex.TryRLock());
  static_mutex.Unlock();
  static_mutex.RLock();
  EXPECT_FALSE(static_mutex.TryLock());
  EXPECT_TRUE(static_mutex.TryRLock());
  static_mutex.RUnlock();
  static_mutex.RUnlock();
  EXPECT_TRUE(static_mutex.TryLock());
  static_mutex.Unlock();
}

// RW-01: a writer is alone, readers see nothing half done, in goroutines and plain threads (HammerRWMutex).
TEST_P(RWMutexTest, ExcludesWriters) {
  constexpr int kEach = 300;
  sync::RWMutex mu;
  int64_t a = 0, b = 0;
  std::atomic<int> torn{0}, writers{0};
  const auto read = [&] {
    for (int i = 0; i < kEach; ++i) {
      std::shared_lock guard(mu);
      torn += a != b || writers != 0;
      if (i % 16 == 0) Gosched();
    }
  };
  const auto write = [&] {
    for (int i = 0; i < kEach; ++i) {
      std::unique_lock guard(mu);
      torn += ++writers != 1;
      ++a;
      if (i % 16 == 0) Gosched();  // park while holding it
      ++b;
      --writers;
    }
  };
  for (int i = 0; i < 4; ++i) go(read);
  for (int i = 0; i < 2; ++i) go(write);
  std::thread reader(read), writer(write);
  reader.join();
  writer.join();
  runtime_.Drain();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(a, 3 * kEach);
}

// RW-11: the same through TryLock and TryRLock, which never wait.
TEST_P(RWMutexTest, TriesExclude) {
  sync::RWMutex mu;
  int64_t n = 0;
  std::atomic<int> writers{0}, torn{0};
  for (int i = 0; i < 2; ++i) {
    go([&] {
      for (int k = 0; k < 200; ++k) {
        while (!mu.TryLock()) Gosched();
        torn += ++writers != 1;
        ++n;
        --writers;
        mu.Unlock();
      }
    });
    go([&] {
      for (int k = 0; k < 200; ++k) {
        while (!mu.TryRLock()) Gosched();
        torn += writers != 0;
        mu.RUnlock();
      }
    });
  }
  runtime_.Drain();
  EXPECT_EQ(n, 400);
  EXPECT_EQ(torn, 0);
}

// RW-19: all readers can be inside at once (TestParallelReaders): each waits, inside, for all the others.
TEST_P(RWMutexTest, ReadersRunInParallel) {
  constexpr int kReaders = 10;
  sync::RWMutex mu;
  sync::WaitGroup inside;
  inside.Add(kReaders);
  for (int i = 0; i < kReaders; ++i) {
    go([&] {
      mu.RLock();
      inside.Done();
      inside.Wait();
      mu.RUnlock();
    });
  }
  runtime_.Drain();
}

// RW-02, RW-07: a writer that waits keeps new readers out, and waits only for those that were in before it came.
// RW-05: when it unlocks, the readers that waited are in before the next writer.
// RW-14: whoever unlocks need not be who locked, on either side.
// RW-17: what each of them says it waits for. The second writer waits for the first one, as for a Mutex.
TEST_P(RWMutexTest, WritersGoBeforeNewReadersAndReadersBeforeTheNextWriter) {
  sync::RWMutex mu;
  std::vector<std::string> order;
  const auto write = [&](const char* name) {
    mu.Lock();
    order.emplace_back(name);
  };
  std::atomic<int> inside{0};
  const auto read = [&] {
    mu.RLock();
    ++inside;
  };
  mu.RLock();  // by a plain thread
  GoAndPark([&] { write("first"); });
  GoAndPark(read);
  GoAndPark(read);
  GoAndPark([&] { write("second"); });
  EXPECT_EQ(test::WaitReasons(), (std::vector<std::string>{"sync.RWMutex.Lock", "sync.RWMutex.RLock",
                                                           "sync.RWMutex.RLock", "sync.Mutex.Lock"}));
  EXPECT_FALSE(mu.TryRLock());
  mu.RUnlock();  // the first writer has it, although readers came before it was free
  test::AwaitGoroutines(3);
  EXPECT_EQ(order, std::vector<std::string>{"first"});
  EXPECT_EQ(inside, 0);
  go([&] { mu.Unlock(); });
  test::AwaitGoroutines(1);  // both readers have been in; the second writer waits for them
  AwaitParked(1);
  EXPECT_EQ(inside, 2);
  EXPECT_EQ(order.size(), 1u);
  EXPECT_EQ(test::WaitReasons(), std::vector<std::string>{"sync.RWMutex.Lock"});
  mu.RUnlock();
  mu.RUnlock();
  runtime_.Drain();
  EXPECT_EQ(order.size(), 2u);
  mu.Unlock();
  EXPECT_TRUE(mu.TryLock());
}

// RW-03: to read-lock again waits for the writer that came in between, which waits for the first one: for ever.
// RW-04: no way from a read lock to the write lock.
TEST_P(RWMutexTest, IsNotRecursive) {
  sync::RWMutex mu, other;
  go([&] {
    mu.RLock();
    go([&] {
      mu.Lock();
      ADD_FAILURE();
    });
    while (mu.TryRLock()) {  // until the writer has come
      mu.RUnlock();
      Gosched();
    }
    mu.RLock();
    ADD_FAILURE();
  });
  AwaitParked(2);
  GoAndPark([&] {
    other.RLock();
    other.Lock();
    ADD_FAILURE();
  });
  EXPECT_EQ(runtime_.Stop(), 3);
}

// RW-18: readers that always overlap do not keep a writer out, and writers that come all the time no reader.
TEST_P(RWMutexTest, NeitherSideStarves) {
  sync::RWMutex mu;
  std::atomic<bool> stop{false};
  for (int i = 0; i < 2; ++i) {
    go([&] {
      while (!stop) {
        std::shared_lock guard(mu);
        Gosched();
      }
    });
    go([&] {
      while (!stop) {
        std::unique_lock guard(mu);
        Gosched();
      }
    });
  }
  go([&] {
    for (int i = 0; i < 50; ++i) {
      std::unique_lock guard(mu);
    }
    for (int i = 0; i < 50; ++i) {
      std::shared_lock guard(mu);
    }
    stop = true;
  });
  runtime_.Drain();
}

// RW-15: RLocker's Lock and Unlock are RLock and RUnlock.
TEST(RWMutex, RLocker) {
  sync::RWMutex mu;
  const sync::Locker readers = mu.RLocker();
  readers.Lock();
  readers.Lock();
  EXPECT_FALSE(mu.TryLock());
  readers.Unlock();
  {
    std::unique_lock guard(readers);
    EXPECT_FALSE(mu.TryLock());
  }
  readers.Unlock();
  EXPECT_TRUE(mu.TryLock());
  EXPECT_FALSE(mu.TryRLock());
}

template <class F>
void ExpectFatal(F f, const char* text) {
  EXPECT_EXIT(
      {
        try {
          f();
        } catch (...) {
        }
        _exit(0);
      },
      testing::ExitedWithCode(2), text);
}

// RW-08: a RUnlock without a reader is fatal, also while a writer holds it (TestMutexMisuse).
TEST(RWMutexDeathTest, RUnlockOfUnlocked) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  constexpr char kText[] = "^fatal error: sync: RUnlock of unlocked RWMutex\n";
  ExpectFatal([] { sync::RWMutex().RUnlock(); }, kText);
  ExpectFatal(
      [] {
        sync::RWMutex mu;
        mu.Lock();
        mu.RUnlock();
      },
      kText);
  ExpectFatal(
      [] {
        sync::RWMutex mu;
        mu.Lock();
        mu.Unlock();
        mu.RUnlock();
      },
      kText);
}

// RW-09: an Unlock without a writer is fatal, also while a reader holds it, or while a writer only waits.
TEST(RWMutexDeathTest, UnlockOfUnlocked) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  constexpr char kText[] = "^fatal error: sync: Unlock of unlocked RWMutex\n";
  ExpectFatal([] { sync::RWMutex().Unlock(); }, kText);
  ExpectFatal(
      [] {
        sync::RWMutex mu;
        mu.RLock();
        mu.Unlock();
      },
      kText);
  ExpectFatal(
      [] {
        Runtime runtime(1);
        sync::RWMutex mu;
        mu.RLock();
        GoAndPark([&] { mu.Lock(); });
        mu.Unlock();
      },
      kText);
}

}  // namespace
}  // namespace plait
