#include "plait/runtime/sync/wait_group.h"

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// Invariants:
//   W1  0 <= the counter <= 2^31-1, except while an Add that is about to panic has not taken its delta back.
//   W2  kWaited is set if waiters_ is not empty, whenever the lock is free. Only under the lock is it set or cleared.
//   W3  The read-modify-write that brings the counter to zero says whether somebody waits. If so, whoever made it takes
//       the lock, clears the flag if the counter is still zero, and takes all waiters out before the lock is free. A
//       released Wait never looks at the counter again, so the group may be reused, or destroyed, as soon as Wait has
//       returned. (Go's waiters do look, and may panic with WG-05 or WG-06; ours cannot get there.)
// A wake-up cannot be lost: kWaited is set, under the lock, by a compare-and-swap that finds the counter above zero; the
// addition that brings it to zero comes later and sees the flag, so it takes the lock, which is free only when the
// waiter has been published and its goroutine is marked waiting (park.h). If somebody adds in between, which WG-07
// forbids, the waiters stay for the next zero.
//
// Destruction after Wait is safe. Without waiters the last access of the Done that brings zero is the read-modify-write
// that a Wait has to see before it returns. With waiters it is the unlocking; they are readied after that, and whoever
// sees the zero before may return, but not destroy what another one still waits for.

namespace plait::sync {
namespace {

bool ZeroNow(const Op& op, int) { return static_cast<const WaitGroup*>(op.object)->count() == 0; }

}  // namespace

void WaitGroup::AddObserved(int64_t delta, SourceLocation where) {
  G* g = CurrentG();
  Op op{.kind = OpKind::kWaitGroupAdd, .object = this, .where = where, .arg = delta};
  if (Observed(g, *this) && !Announce(g, op)) return;
  AssertInStep();
  if (delta < 0) race::Release(this);
  DoAdd(delta);
  Conclude(g, op);
}

// `state` is what the addition has led to.
void WaitGroup::AddSlow(int64_t delta, int64_t state) {
  if (state != kWaited) {
    if (state_.fetch_sub(delta * kOne) - delta * kOne == kWaited) ReleaseWaiters();  // who came meanwhile
    PanicRuntime(texts::kNegativeWaitGroup);
  }
  ReleaseWaiters();
}

// The counter is zero, or was a moment ago, and somebody waits.
void WaitGroup::ReleaseWaiters() {
  lock_.lock();
  int64_t zero = kWaited;
  Waiter* released = state_.compare_exchange_strong(zero, 0) ? waiters_.PopAll() : nullptr;
  lock_.unlock();
  // From here on *this may be gone: a released Wait may have been the last use.
  while (released != nullptr) {
    G* g = released->g;
    released = released->next;  // before Ready: the waiter dies with its goroutine's wait
    Ready(g);
  }
}

void WaitGroup::WaitSlow(SourceLocation where) {
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
  const auto zero = [](int64_t state) { return state == 0 || state == kWaited; };
  int64_t old = state_.load();
  if (zero(old)) {
    race::Acquire(this);
    return true;
  }
  lock_.lock();
  do {
    if (zero(old)) {
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
