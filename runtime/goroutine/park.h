#ifndef PLAIT_RUNTIME_GOROUTINE_PARK_H_
#define PLAIT_RUNTIME_GOROUTINE_PARK_H_

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/sched/m.h"

namespace plait {

namespace internal {
bool ParkElsewhere(G* g, ParkCommit commit, void* arg);  // a plain thread, or under a controller
bool ResumedForTeardown(G* g);
void ReadyElsewhere(G* g);
}  // namespace internal

// Parks g, the current goroutine (or plain thread), until somebody calls Ready() on it. The order, first the status,
// then the commit, is what makes a wake-up impossible to lose:
//
//   sleeper                          waker
//   enqueue(w)        (lock held)    lock
//   status = waiting                 w = dequeue()      finds w only after the sleeper's commit released the lock,
//   commit: unlock                   Ready(w->g)        when its status is waiting and its fiber is saved
//
// Returns true when readied (or called off), false when the goroutine is being unwound while an exception is in flight:
// the caller must then return with a zero result. Throws Unwind when it is being unwound otherwise.
//
// Inline for the reason that sched/m.h gives.
[[nodiscard, gnu::always_inline]] inline bool Park(G* g, WaitReason reason, SourceLocation where, ParkCommit commit,
                                                   void* arg) {
  g->wait_reason = reason;
  g->waits_at = where;
  if (g->controller != nullptr || g->is_thread) [[unlikely]]
    return internal::ParkElsewhere(g, commit, arg);
  // relaxed: a number alone.
  g->waiting_since = g->m->coarse_now->load(std::memory_order_relaxed);
  sched::ParkCurrent(g, commit, arg);
  if (g->controller != nullptr) [[unlikely]]
    return internal::ResumedForTeardown(g);
  return true;
}

[[nodiscard]] inline bool Park(WaitReason reason, SourceLocation where, ParkCommit commit, void* arg) {
  return Park(CurrentG(), reason, where, commit, arg);
}

// Makes a parked goroutine runnable. Exactly one Ready per Park: whoever takes the waiter out of its queue.
// The caller goes on running (CH-34); the goroutine is next on the caller's P.
inline void Ready(G* g) {
  const G* self = CurrentGOrNull();
  // A worker's own stack (g0, which is_thread) runs timers: Scheduler::Ready has their order.
  if (g->controller == nullptr && !g->is_thread && self != nullptr && !self->is_thread && self->m != nullptr &&
      self->m->p != nullptr) [[likely]] {
    sched::ReadyNext(self->m, g);
  } else {
    internal::ReadyElsewhere(g);
  }
}

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_PARK_H_
