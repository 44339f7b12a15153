#include "plait/runtime/lock/lock.h"

#include <gtest/gtest.h>

#include <mutex>
#include <thread>
#include <vector>

#include "plait/runtime/lock/futex.h"

namespace plait {
namespace {

// L1, L2: mutual exclusion under contention, with sleepers; a lost wake-up would hang here.
TEST(Lock, ExcludesAndWakes) {
  Lock lock;
  // Load and store apart, so that a missing exclusion loses counts; atomic, because ThreadSanitizer is not told of the
  // runtime's own locks.
  std::atomic<int> counter{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        std::scoped_lock guard(lock);
        counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.load(), 80'000);
}

// The holder may be another thread than the one that unlocks: a park's commit runs on whichever worker it is.
TEST(Lock, UnlockedByAnotherThread) {
  Lock lock;
  lock.lock();
  std::thread([&] { lock.unlock(); }).join();
  lock.lock();
  lock.unlock();
}

TEST(Futex, ReturnsAtOnceIfTheWordDiffers) {
  std::atomic<uint32_t> word{1};
  FutexWait(word, 0);
}

TEST(Futex, TimesOut) {
  std::atomic<uint32_t> word{0};
  FutexWait(word, 0, 1'000'000);
}

TEST(Futex, WakesASleeper) {
  std::atomic<uint32_t> word{0};
  std::thread sleeper([&] {
    while (word.load() == 0) FutexWait(word, 0);
  });
  word = 1;
  FutexWake(word, 1);
  sleeper.join();
}

}  // namespace
}  // namespace plait
