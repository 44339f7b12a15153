#include "plait/runtime/sync/once.h"

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/seam/race.h"

// Invariants, whenever the lock is free:
//   O1  state_ goes from idle to running to done, each once. Who makes it running calls the function, and makes it done.
//   O2  waiters_ is empty unless state_ is running: whoever makes it done takes them all out in the same critical section.
// A waiter has seen, under the lock, that it is not done, and is published before its goroutine parks and the commit
// releases the lock (park.h): so it is among those that End takes out.

namespace plait::sync {
namespace {

bool NotRunning(const Op& op, int) { return static_cast<const Once*>(op.object)->state() != Once::State::kRunning; }

}  // namespace

bool Once::BeginSlow(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]]
    return DoBegin(g, where);
  Op op{.kind = OpKind::kOnceDo, .object = this, .where = where, .ready = NotRunning};
  if (!Announce(g, op)) return false;
  op.ok = DoBegin(g, where);
  Conclude(g, op);
  return op.ok;
}

bool Once::DoBegin(G* g, SourceLocation where) {
  AssertInStep();
  lock_.lock();
  switch (state_.load()) {
    case State::kIdle:
      state_ = State::kRunning;
      lock_.unlock();
      return true;
    case State::kDone:
      lock_.unlock();
      break;
    case State::kRunning: {
      Waiter w;
      w.g = g;
      waiters_.PushBack(&w);
      const auto unlock = [](void* lock) {
        static_cast<Lock*>(lock)->unlock();
        return true;
      };
      // Go's Once waits in its mutex, and a dump shows that (ONCE-04).
      if (!Park(WaitReason::kMutexLock, where, unlock, &lock_)) return false;
      break;
    }
  }
  race::Acquire(this);
  return false;
}

void Once::End(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    DoEnd();
    return;
  }
  Op op{.kind = OpKind::kOnceDone, .object = this, .where = where};
  if (!Announce(g, op)) return;
  DoEnd();
  Conclude(g, op);
}

void Once::DoEnd() {
  AssertInStep();
  race::Release(this);
  lock_.lock();
  // release: pairs with the acquire in Begin, which takes no lock.
  state_.store(State::kDone, std::memory_order_release);
  Waiter* released = waiters_.PopAll();
  lock_.unlock();
  while (released != nullptr) {
    G* g = released->g;
    released = released->next;  // before Ready: the waiter dies with its goroutine's wait
    Ready(g);
  }
}

}  // namespace plait::sync
