#include "plait/runtime/sync/cond.h"

#include <atomic>
#include <mutex>
#include <string>
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

using CondTest = test::RuntimeTest;
PLAIT_WITH_PROCS(CondTest);

// COND-09: Go panics when a copy is used; here there is none.
static_assert(!std::is_copy_constructible_v<sync::Cond> && !std::is_copy_assignable_v<sync::Cond>);
static_assert(!std::is_move_constructible_v<sync::Cond> && !std::is_move_assignable_v<sync::Cond>);

TEST(Cond, IsNotCopyable) { EXPECT_FALSE(std::is_copy_constructible_v<sync::Cond>); }

// Waits once, n times in order, and says who came back.
struct Waiters {
  sync::Mutex mu;
  sync::Cond cond{mu};
  std::vector<int> back;

  void Start(int n) {
    for (int i = 0; i < n; ++i) {
      GoAndPark([this, i] {
        std::scoped_lock guard(mu);
        cond.Wait();
        back.push_back(i);
      });
    }
  }
};

// COND-03: a Signal wakes one waiter; with none it is forgotten.
// COND-05: the one that has waited longest. COND-12: what a waiter says it waits for.
TEST_P(CondTest, SignalWakesTheOldest) {
  Waiters waiters;
  waiters.cond.Signal();
  waiters.cond.Broadcast();
  waiters.Start(3);
  EXPECT_EQ(test::WaitReasons(), std::vector<std::string>(3, "sync.Cond.Wait"));
  for (int left = 2; left >= 0; --left) {
    waiters.cond.Signal();  // COND-06: without the lock
    test::AwaitGoroutines(left);
  }
  EXPECT_EQ(waiters.back, (std::vector<int>{0, 1, 2}));
}

// COND-04: a Broadcast wakes all who wait, and nobody who comes later.
TEST_P(CondTest, BroadcastWakesAll) {
  Waiters waiters;
  waiters.Start(4);
  waiters.cond.Broadcast();
  runtime_.Drain();
  EXPECT_EQ(waiters.back.size(), 4u);
  waiters.Start(1);
  EXPECT_EQ(waiters.back.size(), 4u);
  waiters.mu.Lock();
  waiters.cond.Signal();
  waiters.mu.Unlock();
  runtime_.Drain();
  EXPECT_EQ(waiters.back.size(), 5u);
}

// COND-01: Wait unlocks and waits in one: who signals after having taken the lock finds the waiter. A queue with room for
// one, in goroutines and plain threads.
TEST_P(CondTest, NoWakeUpIsLost) {
  constexpr int kEach = 300;
  sync::Mutex mu;
  sync::Cond filled(mu), emptied(mu);
  int full = 0;
  int64_t received = 0;
  const auto produce = [&] {
    for (int i = 0; i < kEach; ++i) {
      std::unique_lock guard(mu);
      while (full == 1) emptied.Wait();
      full = 1;
      if (i % 2 == 0) guard.unlock();
      filled.Signal();
    }
  };
  const auto consume = [&] {
    for (int i = 0; i < kEach; ++i) {
      std::scoped_lock guard(mu);
      while (full == 0) filled.Wait();
      full = 0;
      ++received;
      emptied.Signal();
    }
  };
  for (int i = 0; i < 2; ++i) {
    go(produce);
    go(consume);
  }
  std::thread producer(produce), consumer(consume);
  producer.join();
  consumer.join();
  runtime_.Drain();
  EXPECT_EQ(received, 3 * kEach);
}

// COND-02: nobody comes back without a Signal: as many as there were signals (TestCondSignalGenerations).
// COND-07: whoever was woken competes for the lock with everybody else.
TEST_P(CondTest, ComesBackOnlyWhenSignalled) {
  Waiters waiters;
  waiters.Start(5);
  waiters.mu.Lock();
  waiters.cond.Signal();
  waiters.cond.Signal();
  waiters.mu.Unlock();
  test::AwaitGoroutines(3);
  AwaitParked(3);
  EXPECT_EQ(waiters.back.size(), 2u);
  waiters.cond.Broadcast();
  runtime_.Drain();
  EXPECT_EQ(waiters.back.size(), 5u);
}

// COND-11, RW-15: over the readers' side of a RWMutex several goroutines can hold it and go to wait.
TEST_P(CondTest, OverReaders) {
  sync::RWMutex mu;
  sync::Cond cond(mu.RLocker());
  bool ready = false;
  std::atomic<int> seen{0};
  for (int i = 0; i < 3; ++i) {
    GoAndPark([&] {
      cond.L.Lock();
      while (!ready) cond.Wait();
      ++seen;
      cond.L.Unlock();
    });
  }
  {
    std::unique_lock guard(mu);
    ready = true;
  }
  cond.Broadcast();
  runtime_.Drain();
  EXPECT_EQ(seen, 3);
}

// COND-11: any class that can be locked will do. What its Unlock throws leaves nobody in the queue.
TEST_P(CondTest, OverALockOfYours) {
  struct Picky {
    sync::Mutex mu;
    bool refuses = false;
    void Lock() { mu.Lock(); }
    void Unlock() {
      if (refuses) panic("not now");
      mu.Unlock();
    }
  };
  Picky lock;
  sync::Cond cond(lock);
  Run([&] {
    lock.Lock();
    lock.refuses = true;
    EXPECT_EQ(test::PanicTextOf([&] { cond.Wait(); }), "not now");
    EXPECT_FALSE(cond.has_waiters());
    lock.refuses = false;
    lock.Unlock();
  });
  GoAndPark([&] {
    std::scoped_lock guard(lock.mu);
    cond.Wait();
  });
  cond.Signal();
  runtime_.Drain();
}

// Stop unwinds those who wait; a guard's unlock, of a mutex that is not held then, does no harm.
TEST_P(CondTest, StopUnwindsWaiters) {
  Waiters waiters;
  waiters.Start(2);
  EXPECT_EQ(runtime_.Stop(), 2);
  EXPECT_FALSE(waiters.cond.has_waiters());
}

// COND-08: Wait without the lock is fatal.
TEST(CondDeathTest, WaitWithoutTheLock) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        sync::Mutex mu;
        sync::Cond(mu).Wait();
        _exit(0);
      },
      testing::ExitedWithCode(2), "^fatal error: sync: unlock of unlocked mutex\n");
}

}  // namespace
}  // namespace plait
