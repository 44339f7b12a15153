#include "plait/runtime/sync/wait_group.h"

#include <limits>
#include <mutex>

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// Invariants, whenever the lock is free:
//   W1  0 <= count_ <= 2^31-1.
//   W2  count_ == 0 implies that waiters_ is empty: whoever brings it to zero takes them all out in the same critical
//       section. So a released Wait never looks at the counter again, and the group may be reused, or destroyed, as
//       soon as Wait has returned. (Go's waiters do look, and may panic with WG-06; ours cannot get there.)
// A waiter is published before its goroutine parks and the commit releases the lock: see park.h.

namespace plait::sync {
namespace {

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
  Waiter* released = nullptr;
  Waiter** end = &released;
  race::Release(this);
  {
    std::unique_lock guard(lock_);
    const int64_t count = count_ + delta;
    if (count < 0 || count > std::numeric_limits<int32_t>::max()) {
      guard.unlock();
      PanicRuntime(texts::kNegativeWaitGroup);
    }
    count_ = count;
    if (count != 0) return;
    while (Waiter* w = waiters_.PopFront()) {
      w->next = nullptr;
      *end = w;
      end = &w->next;
    }
  }
  // From here on *this may be gone: a released Wait may have been the last use.
  while (released != nullptr) {
    G* g = released->g;
    released = released->next;  // before Ready: the waiter dies with its goroutine's wait
    Ready(g);
  }
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
  lock_.lock();
  if (count_ == 0) {
    lock_.unlock();
    race::Acquire(this);
    return true;
  }
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
