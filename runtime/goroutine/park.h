#ifndef PLAIT_RUNTIME_GOROUTINE_PARK_H_
#define PLAIT_RUNTIME_GOROUTINE_PARK_H_

#include "plait/runtime/goroutine/g.h"

namespace plait {

// Parks the current goroutine (or plain thread) until somebody calls Ready() on it. The order, first the status, then
// the commit, is what makes a wake-up impossible to lose:
//
//   sleeper                          waker
//   enqueue(w)        (lock held)    lock
//   status = waiting                 w = dequeue()      finds w only after the sleeper's commit released the lock,
//   commit: unlock                   Ready(w->g)        when its status is waiting and its fiber is saved
//
// Returns true when readied (or called off), false when the goroutine is being unwound while an exception is in flight:
// the caller must then return with a zero result. Throws Unwind when it is being unwound otherwise.
[[nodiscard]] bool Park(WaitReason reason, SourceLocation where, ParkCommit commit, void* arg);

// Makes a parked goroutine runnable. Exactly one Ready per Park: whoever takes the waiter out of its queue.
// The caller goes on running (CH-34); the goroutine is next on the caller's P.
void Ready(G* g);

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_PARK_H_
