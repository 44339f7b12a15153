#ifndef PLAIT_RUNTIME_LOCK_LOCK_H_
#define PLAIT_RUNTIME_LOCK_LOCK_H_

#include <atomic>
#include <cstdint>

#include "plait/runtime/seam/uninstrumented.h"

namespace plait {

// The runtime's own short lock: for a few dozen instructions, never held across a park, except that a park's commit
// function releases it on the scheduler's side. One word; constant-initialised.
//
//   L1  word_ is 1 while somebody holds the lock, else 0. Only the holder stores 0.
// Nobody is ever woken, so no wake-up can be lost: whoever finds the lock held looks again, after pauses that grow to
// 100 us. That makes unlocking a plain store, where a lock that wakes sleepers needs a read-modify-write (2 ns, on the
// path of every channel operation); and the holder runs on within nanoseconds, unless the system has taken its thread
// off the processor, for which the longer pauses are.
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

  // release: pairs with the acquire in lock().
  PLAIT_UNINSTRUMENTED void unlock() { word_.store(0, std::memory_order_release); }

 private:
  void LockSlow();

  std::atomic<uint32_t> word_{0};
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_LOCK_LOCK_H_
