#include "plait/runtime/sync/cond.h"

#include <mutex>

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// Invariants, whenever the lock is free:
//   D1  waiters_ holds, in the order in which they entered Wait, those who have not been notified; waiting_ is how many.
//   D2  A waiter that has been taken out is notified (`success`). It was readied if and only if it had parked (`parked`).
// A wake-up cannot be lost. A waiter stands in the queue before it unlocks L, so whoever signals after having taken L
// finds it there. It may be notified before it has parked; it looks for that under the lock before it does, and the park
// releases the lock only when its goroutine is marked waiting (park.h):
//
//   Wait                                     Signal
//   lock; enqueue; unlock                    lock
//   L.Unlock()                               w = dequeue; w.notified; parked = w.parked
//   lock                                     unlock
//   notified: unlock, return                 parked: Ready(w.g)
//   otherwise: parked, park (unlocks)
//
// Under a controller Wait is three steps: entering the queue, the Unlock, and the Lock afterwards; the last two are steps
// of L. The wait itself needs none: nobody can see it.

namespace plait::sync {
namespace {

bool& ParkedIn(Waiter& waiter) { return waiter.is_select; }  // a select's waiter never comes here

}  // namespace

void Cond::Wait(SourceLocation where) {
  G* g = CurrentG();
  const bool observed = Observed(g, *this);
  Op op{.kind = OpKind::kCondWait, .object = this, .where = where};
  if (observed && !Announce(g, op)) return;
  AssertInStep();
  Waiter waiter;
  waiter.g = g;
  try {
    Enter(waiter);
    L.Unlock(where);
    if (!Sleep(waiter, where)) return;
    L.Lock(where);
  } catch (const Unwind&) {
    throw;  // the waiter leaves the queue by itself; the Cond may be gone
  } catch (...) {
    Leave(waiter);
    if (g->controller != nullptr) g->controller->StepPanicked();
    throw;
  }
  if (observed) Conclude(g, op);
}

void Cond::Enter(Waiter& waiter) {
  std::lock_guard guard(lock_);
  waiters_.PushBack(&waiter);
  // relaxed, as all accesses to waiting_: written under the lock; who reads it without is DoWake, which says why.
  waiting_.fetch_add(1, std::memory_order_relaxed);
}

// L's Unlock or Lock has panicked.
void Cond::Leave(Waiter& waiter) {
  std::lock_guard guard(lock_);
  if (waiter.queue == nullptr) return;
  waiters_.Remove(&waiter);
  waiting_.fetch_sub(1, std::memory_order_relaxed);
}

bool Cond::Sleep(Waiter& waiter, SourceLocation where) {
  lock_.lock();
  if (waiter.success) {
    lock_.unlock();
  } else {
    ParkedIn(waiter) = true;
    const auto unlock = [](void* lock) {
      static_cast<Lock*>(lock)->unlock();
      return true;
    };
    if (!Park(WaitReason::kCondWait, where, unlock, &lock_)) return false;
  }
  race::Acquire(&waiter);
  return true;
}

void Cond::Signal(SourceLocation where) { Wake(/*all=*/false, where); }
void Cond::Broadcast(SourceLocation where) { Wake(/*all=*/true, where); }

void Cond::Wake(bool all, SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    DoWake(all);
    return;
  }
  Op op{.kind = all ? OpKind::kCondBroadcast : OpKind::kCondSignal, .object = this, .where = where};
  if (!Announce(g, op)) return;
  DoWake(all);
  Conclude(g, op);
}

void Cond::DoWake(bool all) {
  AssertInStep();
  // relaxed: a waiter whom this must wake has entered before, in happens-before order (COND-01), so coherence alone
  // makes its addition seen. A number that is out of date in the other direction costs a look at the queue.
  if (waiting_.load(std::memory_order_relaxed) == 0) return;
  Waiter* parked = nullptr;
  Waiter** end = &parked;
  {
    std::lock_guard guard(lock_);
    while (Waiter* w = waiters_.PopFront()) {
      waiting_.fetch_sub(1, std::memory_order_relaxed);
      race::Release(w);
      w->success = true;
      w->next = nullptr;
      if (ParkedIn(*w)) {
        *end = w;
        end = &w->next;
      }
      if (!all) break;
    }
  }
  while (parked != nullptr) {
    G* g = parked->g;
    parked = parked->next;  // before Ready: the waiter dies with its goroutine's wait
    Ready(g);
  }
}

}  // namespace plait::sync
