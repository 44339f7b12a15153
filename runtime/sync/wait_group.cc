#include "plait/runtime/sync/wait_group.h"

#include <algorithm>
#include <limits>

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// Invariants, at every instant:
//   W1  0 <= the counter <= 2^31-1.
//   W2  The counter is 0: kWaited is not set, and nobody will look at waiters_ but who has cleared it. Whoever brings the
//       counter to zero while somebody waits clears the flag with the same compare-and-swap, under the lock, and takes
//       all waiters out before the lock is free. So a released Wait never looks at the counter again, and the group may
//       be reused, or destroyed, as soon as Wait has returned. (Go's waiters do look, and may panic with WG-05 or WG-06;
//       ours cannot get there.)
//   W3  kWaited is set if waiters_ is not empty, whenever the lock is free.
// A wake-up cannot be lost: kWaited is set, under the lock, by a compare-and-swap that finds the counter above zero; the
// one that brings it to zero comes later and sees the flag, so it takes the lock, which is free only when the waiter has
// been published and its goroutine is marked waiting (park.h).
//
// Destruction after Wait is safe. Without waiters the last access of the Done that brings zero is the compare-and-swap
// that a Wait has to see before it returns. With waiters it is the unlocking; they are readied after that, and whoever
// sees the zero before may return, but not destroy what another one still waits for.

namespace plait::sync {
namespace {

constexpr int64_t kMost = std::numeric_limits<int32_t>::max();

bool ZeroNow(const Op& op, int) { return static_cast<const WaitGroup*>(op.object)->count() == 0; }

}  // namespace

void WaitGroup::Add(int64_t delta, SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    DoAdd(delta);
    return;
  }
  Op op{.kind = OpKind::kWaitGroupAdd, .object = this, .where = where, .arg = delta};
  if (!Announce(g, op)) return;
  DoAdd(delta);
  Conclude(g, op);
}

void WaitGroup::DoAdd(int64_t delta) {
  AssertInStep();
  if (delta < 0) race::Release(this);
  uint64_t old = state_.load();
  for (;;) {
    const int64_t count = static_cast<int64_t>(old / kOne) + std::clamp(delta, -2 * kMost, 2 * kMost);
    if (count < 0 || count > kMost) PanicRuntime(texts::kNegativeWaitGroup);
    const uint64_t next = static_cast<uint64_t>(count) * kOne + (old & kWaited);
    if (next == kWaited ? ReleaseWaiters(old) : state_.compare_exchange_weak(old, next)) return;
  }
}

// Brings the counter to zero from `old`, if that is still the state; otherwise `old` is what the state is now.
bool WaitGroup::ReleaseWaiters(uint64_t& old) {
  lock_.lock();
  if (!state_.compare_exchange_strong(old, 0)) {
    lock_.unlock();
    return false;
  }
  Waiter* released = waiters_.PopAll();
  lock_.unlock();
  // From here on *this may be gone: a released Wait may have been the last use.
  while (released != nullptr) {
    G* g = released->g;
    released = released->next;  // before Ready: the waiter dies with its goroutine's wait
    Ready(g);
  }
  return true;
}

void WaitGroup::Wait(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    DoWait(g, where);
    return;
  }
  Op op{.kind = OpKind::kWaitGroupWait, .object = this, .where = where, .ready = ZeroNow};
  if (!Announce(g, op)) return;
  if (DoWait(g, where)) Conclude(g, op);
}

bool WaitGroup::DoWait(G* g, SourceLocation where) {
  AssertInStep();
  if (state_.load() < kOne) {
    race::Acquire(this);
    return true;
  }
  lock_.lock();
  uint64_t old = state_.load();
  do {
    if (old < kOne) {
      lock_.unlock();
      race::Acquire(this);
      return true;
    }
  } while (!state_.compare_exchange_weak(old, old | kWaited));
  Waiter w;
  w.g = g;
  waiters_.PushBack(&w);
  const auto unlock = [](void* lock) {
    static_cast<Lock*>(lock)->unlock();
    return true;
  };
  if (!Park(WaitReason::kWaitGroupWait, where, unlock, &lock_)) return false;
  race::Acquire(this);
  return true;
}

}  // namespace plait::sync
