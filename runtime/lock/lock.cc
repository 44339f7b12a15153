#include "plait/runtime/lock/lock.h"

#include "plait/runtime/lock/futex.h"

namespace plait {

void Lock::LockSlow() {
  // The critical sections are shorter than a futex call (8 us for a wake): spin a little first.
  for (int spin = 0; spin < 64; ++spin) {
    __builtin_ia32_pause();
    uint32_t expected = 0;
    // relaxed load: only a hint whether the exchange is worth trying. acquire: as in lock().
    if (word_.load(std::memory_order_relaxed) == 0 &&
        word_.compare_exchange_strong(expected, 1, std::memory_order_acquire, std::memory_order_relaxed)) {
      return;
    }
  }
  // acquire: as in lock().
  while (word_.exchange(2, std::memory_order_acquire) != 0) FutexWait(word_, 2);
}

void Lock::WakeOne() { FutexWake(word_, 1); }

}  // namespace plait
