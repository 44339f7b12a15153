#include "plait/runtime/sync/mutex_core.h"

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/sched/m.h"
#include "plait/runtime/time/now.h"

// After Go's mutex: normal mode lets whoever runs take the lock, which is fast; starvation mode hands it over in order,
// once somebody has waited for more than a millisecond.
//
//   X1  kLocked: held, or (starving) on its way to the waiter that was woken.
//   X2  The count in state_ is that of goroutines which wait on sema_, or are between announcing that and parking, or
//       have been woken and not yet competed.
//   X3  kStarving is only set while waiters exist. Then nobody takes a free lock: it is handed over with the
//       semaphore's unit, and the receiver sets kLocked itself.
//   X4  kWoken: one goroutine that is awake competes; Unlock leaves the waking to it.
//   X5  Unlock gives the lock up and decides whom to wake in one compare-and-swap, and touches state_ no more: whoever
//       gets the mutex then may be its last user, and free it. If there is somebody to wake, that is a user who cannot
//       go on before the semaphore's Release, which is as careful (semaphore.h).
// Waking is not lost: a waiter is counted in state_ by the same compare-and-swap that found the lock held, so the
// Unlock that comes after sees the count and releases the semaphore, which remembers (semaphore.h).

namespace plait::internal {
namespace {

constexpr int64_t kStarvationNs = 1'000'000;
constexpr int kSpins = 4;

// Spinning helps only if the holder runs on another thread right now; under a controller never.
bool MaySpin(const G* g) {
  return g->controller == nullptr && g->m != nullptr && g->m->p != nullptr && g->m->p->queue.empty();
}

}  // namespace

bool MutexCore::LockSlow(SourceLocation where) {
  G* g = CurrentG();
  int64_t waiting_since = 0;
  bool queued_before = false;
  bool starving = false;
  bool awoke = false;
  int spins = 0;
  uint32_t old = state_.load();
  for (;;) {
    if ((old & (kLocked | kStarving)) == kLocked && spins < kSpins && MaySpin(g)) {
      if (!awoke && (old & kWoken) == 0 && old >= kWaiter && state_.compare_exchange_strong(old, old | kWoken)) {
        awoke = true;
      }
      for (int i = 0; i < 30; ++i) __builtin_ia32_pause();
      ++spins;
      old = state_.load();
      continue;
    }
    uint32_t next = old;
    if ((old & kStarving) == 0) next |= kLocked;              // X3
    if ((old & (kLocked | kStarving)) != 0) next += kWaiter;  // X2
    if (starving && (old & kLocked) != 0) next |= kStarving;
    if (awoke) next &= ~kWoken;
    if (!state_.compare_exchange_strong(old, next)) continue;
    if ((old & (kLocked | kStarving)) == 0) return true;
    if (!queued_before) waiting_since = Nanotime();
    if (!sema_.Acquire(queued_before, WaitReason::kMutexLock, where)) return false;
    queued_before = true;
    starving = starving || Nanotime() - waiting_since > kStarvationNs;
    old = state_.load();
    if ((old & kStarving) != 0) {
      // Handed over: take the lock, leave the queue; the last one, or one that came quickly, ends starvation mode.
      uint32_t delta = kLocked - kWaiter;
      if (!starving || (old / kWaiter) == 1) delta -= kStarving;
      state_.fetch_add(delta);
      return true;
    }
    awoke = true;
    spins = 0;
    // Woken in normal mode: compete again. Unlock has taken this waiter off the count.
  }
}

void MutexCore::UnlockSlow(const char* if_unlocked) {
  for (uint32_t old = state_.load();;) {
    if ((old & kLocked) == 0) Fatal(if_unlocked);
    uint32_t next = old - kLocked;
    bool wake = (old & kStarving) != 0;  // X3: the receiver takes itself off the count
    if (!wake && old >= kWaiter && (old & kWoken) == 0) {
      wake = true;
      next = (next - kWaiter) | kWoken;
    }
    if (!state_.compare_exchange_strong(old, next)) continue;
    if (wake) sema_.Release();  // X5
    return;
  }
}

}  // namespace plait::internal
