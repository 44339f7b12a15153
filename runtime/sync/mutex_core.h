#ifndef PLAIT_RUNTIME_SYNC_MUTEX_CORE_H_
#define PLAIT_RUNTIME_SYNC_MUTEX_CORE_H_

#include <atomic>
#include <cstdint>

#include "plait/runtime/seam/source_location.h"
#include "plait/runtime/seam/uninstrumented.h"
#include "plait/runtime/sync/semaphore.h"

namespace plait::internal {

// What a Mutex is without the seam: for Mutex itself, and for RWMutex, whose writers compete for one. No step of its
// own: its owner has announced one. Tells ThreadSanitizer nothing: that is the owner's business too.
class MutexCore {
 public:
  constexpr MutexCore() = default;

  // False: the goroutine is being unwound, and does not hold it.
  PLAIT_UNINSTRUMENTED bool Lock(SourceLocation where) { return LockFree() || LockSlow(where); }
  // Locks it if it is free and nobody waits, and says so.
  PLAIT_UNINSTRUMENTED bool LockFree() {
    uint32_t unlocked = 0;
    return state_.compare_exchange_strong(unlocked, kLocked);
  }
  PLAIT_UNINSTRUMENTED bool TryLock() {
    uint32_t old = state_.load();
    return (old & (kLocked | kStarving)) == 0 && state_.compare_exchange_strong(old, old | kLocked);
  }
  // A fatal error with this text if it is not locked.
  PLAIT_UNINSTRUMENTED void Unlock(const char* if_unlocked) {
    if (!UnlockUnwaited()) [[unlikely]]
      UnlockSlow(if_unlocked);
  }
  // Unlocks it if it is locked and nobody waits, and says so.
  PLAIT_UNINSTRUMENTED bool UnlockUnwaited() {
    uint32_t locked = kLocked;
    return state_.compare_exchange_strong(locked, 0);
  }

  PLAIT_UNINSTRUMENTED bool locked() const { return (state_.load() & kLocked) != 0; }

 private:
  static constexpr uint32_t kLocked = 1;
  static constexpr uint32_t kWoken = 2;     // somebody woken or spinning competes: wake nobody else
  static constexpr uint32_t kStarving = 4;  // ownership is handed to the first waiter
  static constexpr uint32_t kWaiter = 8;    // one waiter; the count is above the flags

  bool LockSlow(SourceLocation where);
  void UnlockSlow(const char* if_unlocked);

  std::atomic<uint32_t> state_{0};
  Semaphore sema_;
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_SYNC_MUTEX_CORE_H_
