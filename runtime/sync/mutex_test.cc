#include "plait/runtime/sync/mutex.h"

#include <atomic>
#include <memory>
#include <mutex>
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

using MutexTest = test::RuntimeTest;
PLAIT_WITH_PROCS(MutexTest);

// MU-17: not copyable, not movable.
static_assert(!std::is_copy_constructible_v<sync::Mutex> && !std::is_copy_assignable_v<sync::Mutex>);
static_assert(!std::is_move_constructible_v<sync::Mutex> && !std::is_move_assignable_v<sync::Mutex>);

constinit sync::Mutex static_mutex;

// MU-01: the zero value is unlocked, at compile time for a static one.
TEST(Mutex, IsUnlockedAtFirst) {
  sync::Mutex mu;
  EXPECT_TRUE(mu.TryLock());
  EXPECT_FALSE(mu.TryLock());  // MU-09: fails at once
  mu.Unlock();
  mu.Lock();
  mu.Unlock();
  std::scoped_lock guard(static_mutex, mu);
  EXPECT_FALSE(static_mutex.TryLock());
}

// MU-02: one holder at a time: what it guards is consistent, in goroutines and plain threads.
TEST_P(MutexTest, ExcludesEachOther) {
  constexpr int kEach = 1000;
  sync::Mutex mu;
  int64_t a = 0, b = 0;
  std::atomic<int> torn{0};
  const auto work = [&] {
    for (int i = 0; i < kEach; ++i) {
      std::scoped_lock guard(mu);
      torn += a != b;
      ++a;
      if (i % 16 == 0) Gosched();  // park while holding it
      ++b;
    }
  };
  for (int i = 0; i < 6; ++i) go(work);
  std::thread first(work), second(work);
  first.join();
  second.join();
  runtime_.Drain();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(a, 8 * kEach);
}

// MU-02, MU-08: the same through TryLock, which never waits.
TEST_P(MutexTest, TryLockExcludes) {
  sync::Mutex mu;
  int64_t n = 0;
  for (int i = 0; i < 4; ++i) {
    go([&] {
      for (int k = 0; k < 200; ++k) {
        while (!mu.TryLock()) Gosched();
        ++n;
        mu.Unlock();
      }
    });
  }
  runtime_.Drain();
  EXPECT_EQ(n, 800);
}

// MU-03, MU-18: Lock waits until the mutex is free, and says so.
// MU-05: whoever unlocks need not be who locked.
TEST_P(MutexTest, AnotherMayUnlock) {
  sync::Mutex mu;
  std::atomic<bool> locked{false};
  mu.Lock();  // by a plain thread
  GoAndPark([&] {
    mu.Lock();
    locked = true;
  });
  EXPECT_EQ(test::WaitReasons(), std::vector<std::string>{"sync.Mutex.Lock"});
  EXPECT_FALSE(locked);
  go([&] { mu.Unlock(); });
  runtime_.Drain();
  EXPECT_TRUE(locked);
  mu.Unlock();
}

// MU-06: not reentrant: to lock it again waits for ever.
TEST_P(MutexTest, IsNotReentrant) {
  sync::Mutex mu;
  GoAndPark([&] {
    mu.Lock();
    mu.Lock();
    ADD_FAILURE();
  });
  EXPECT_FALSE(mu.TryLock());
  EXPECT_EQ(runtime_.Stop(), 1);
}

// MU-03: many waiters, woken one by one; nobody is forgotten.
// MU-16: one Unlock lets one through.
TEST_P(MutexTest, ReleasesItsWaitersOneByOne) {
  sync::Mutex mu;
  std::atomic<int> inside{0}, at_most{0}, done{0};
  mu.Lock();
  for (int i = 0; i < 20; ++i) {
    GoAndPark([&] {
      mu.Lock();
      const int now = ++inside;
      for (int seen = at_most; seen < now && !at_most.compare_exchange_weak(seen, now);) {
      }
      Gosched();
      --inside;
      ++done;
      mu.Unlock();
    });
  }
  EXPECT_EQ(done, 0);
  mu.Unlock();
  runtime_.Drain();
  EXPECT_EQ(done, 20);
  EXPECT_EQ(at_most, 1);
  EXPECT_TRUE(mu.TryLock());
}

// MU-03, MU-12, MU-15: a goroutine that takes the mutex again and again, and keeps it longer than a waiter's patience
// (1 ms), does not keep another one out for ever (TestMutexFairness). Without the hand-over this test does not end.
TEST_P(MutexTest, AHogDoesNotStarveOthers) {
  sync::Mutex mu;
  std::atomic<bool> stop{false};
  go([&] {
    while (!stop) {
      mu.Lock();
      time::Sleep(std::chrono::microseconds(100));
      mu.Unlock();
    }
  });
  for (int i = 0; i < 10; ++i) {
    time::Sleep(std::chrono::microseconds(100));
    mu.Lock();
    mu.Unlock();
  }
  go([&] {
    for (int i = 0; i < 10; ++i) {
      time::Sleep(std::chrono::microseconds(100));
      mu.Lock();
      mu.Unlock();
    }
    stop = true;
  });
  runtime_.Drain();
}

// PANIC-25: a panic does not unlock; a guard does.
TEST_P(MutexTest, APanicDoesNotUnlock) {
  Run([] {
    sync::Mutex mu;
    EXPECT_THROW(
        {
          mu.Lock();
          panic("with the mutex held");
        },
        Panic);
    EXPECT_FALSE(mu.TryLock());
    mu.Unlock();
    EXPECT_THROW(
        {
          std::scoped_lock guard(mu);
          panic("under a guard");
        },
        Panic);
    EXPECT_TRUE(mu.TryLock());
  });
}

// Two guards in opposite order: std::lock backs off by try_lock.
TEST_P(MutexTest, WorksWithScopedLock) {
  sync::Mutex a, b;
  int n = 0;
  for (int i = 0; i < 4; ++i) {
    go([&, i] {
      for (int k = 0; k < 200; ++k) {
        if (i % 2 == 0) {
          std::scoped_lock guard(a, b);
          ++n;
        } else {
          std::scoped_lock guard(b, a);
          ++n;
        }
      }
    });
  }
  runtime_.Drain();
  EXPECT_EQ(n, 800);
}

// The last one out destroys it: an object may free itself, mutex and all, once nobody can want the mutex any more. An
// Unlock that is still under way must not touch it then. (AddressSanitizer watches.)
TEST_P(MutexTest, TheLastUserMayDestroyIt) {
  struct Shared {
    sync::Mutex mu;
    int users;
  };
  for (int round = 0; round < 2000; ++round) {
    auto* shared = new Shared{.mu = {}, .users = 3};
    for (int i = 0; i < 3; ++i) {
      go([shared] {
        shared->mu.Lock();
        Gosched();  // so that the others come and wait
        const bool last = --shared->users == 0;
        shared->mu.Unlock();
        if (last) delete shared;
      });
    }
  }
  runtime_.Drain();
}

using MutexDeathTest = test::RuntimeTest;

// MU-04: unlocking an unlocked mutex is fatal; no recover, no catch stops it (PANIC-21).
TEST(MutexDeathTest, UnlockOfUnlocked) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        sync::Mutex mu;
        mu.Lock();
        mu.Unlock();
        try {
          mu.Unlock();
        } catch (...) {
          _exit(0);
        }
      },
      testing::ExitedWithCode(2), "^fatal error: sync: unlock of unlocked mutex\n");
  EXPECT_EXIT(
      {
        Runtime runtime(2);
        go([] {
          frame([](Frame& f) {
            f.defer([] { static_cast<void>(recover()); });
            sync::Mutex().Unlock();
          });
        });
        runtime.Drain();
        _exit(0);
      },
      testing::ExitedWithCode(2), "^fatal error: sync: unlock of unlocked mutex\n\ngoroutine [0-9]+ \\[running\\]:\n");
}

}  // namespace
}  // namespace plait
