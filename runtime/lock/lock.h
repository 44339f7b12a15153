#ifndef PLAIT_RUNTIME_LOCK_LOCK_H_
#define PLAIT_RUNTIME_LOCK_LOCK_H_

#include <atomic>
#include <cstdint>

#include "plait/runtime/seam/uninstrumented.h"

namespace plait {

// The runtime's own short lock: for a few dozen instructions, never held across a park, except that a park's commit
// function releases it on the scheduler's side. One word; constant-initialised.
//
//   L1  word_ is 0 (free), 1 (held, nobody sleeps) or 2 (held, somebody may sleep).
//   L2  Only the holder stores 0, and wakes one sleeper if it replaced 2.
// A sleeper has set 2 with the exchange before it sleeps, and sleeps only while the word is 2:
//
//   sleeper                                holder
//   old = exchange(word, 2)                old = exchange(word, 0)
//   old != 0: futex_wait(word == 2)        old == 2: futex_wake
//
// If the holder's exchange comes first the sleeper's returns 0 and it owns the lock; if it comes second it returns 2
// and wakes. All accesses are read-modify-writes on one word, so there is no other order.
class Lock {
 public:
  constexpr Lock() = default;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  PLAIT_UNINSTRUMENTED void lock() {
    uint32_t expected = 0;
    // acquire: pairs with the release in unlock(), so that what the last holder wrote is seen.
    // Failure order relaxed: nothing is read on that path before LockSlow's own exchange.
    if (!word_.compare_exchange_strong(expected, 1, std::memory_order_acquire, std::memory_order_relaxed))
        [[unlikely]] {
      LockSlow();
    }
  }

  PLAIT_UNINSTRUMENTED void unlock() {
    // release: pairs with the acquire in lock().
    if (word_.exchange(0, std::memory_order_release) == 2) [[unlikely]]
      WakeOne();
  }

 private:
  void LockSlow();
  void WakeOne();

  std::atomic<uint32_t> word_{0};
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_LOCK_LOCK_H_
