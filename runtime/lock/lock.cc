#include "plait/runtime/lock/lock.h"

#include <sched.h>

#include <algorithm>

#include "plait/runtime/lock/futex.h"

namespace plait {
namespace {

constexpr int kSpins = 100;
constexpr int kYields = 10;  // the holder may be waiting for this very processor
constexpr int64_t kShortestPause = 10'000;
constexpr int64_t kLongestPause = 100'000;

}  // namespace

void Lock::LockSlow() {
  int64_t pause = kShortestPause;
  for (int round = 0;; ++round) {
    uint32_t expected = 0;
    // relaxed load: only a hint whether the exchange is worth trying. acquire: as in lock().
    if (word_.load(std::memory_order_relaxed) == 0 &&
        word_.compare_exchange_strong(expected, 1, std::memory_order_acquire, std::memory_order_relaxed)) {
      return;
    }
    if (round < kSpins) {
      __builtin_ia32_pause();
    } else if (round < kSpins + kYields) {
      sched_yield();
    } else {
      FutexWait(word_, 1, pause);  // a pause: there is no wake
      pause = std::min(pause * 2, kLongestPause);
    }
  }
}

}  // namespace plait
