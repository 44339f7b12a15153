#ifndef PLAIT_RUNTIME_SYNC_SEMAPHORE_H_
#define PLAIT_RUNTIME_SYNC_SEMAPHORE_H_

#include <cstdint>

#include "plait/runtime/goroutine/wait_queue.h"
#include "plait/runtime/lock/lock.h"

namespace plait::internal {

// Go's runtime semaphore, embedded in what uses it: where Mutex and its like park. No step of its own: its owner has
// announced one. For slow paths: there is no short cut around the lock.
//
//   M1  Whenever the lock is free: value_ == 0 or queue_ is empty.
//   M2  A unit is handed to the first waiter, or left in value_, under the lock; and it is taken under the lock or from
//       the waiter's own frame. So Release is done with the semaphore before the goroutine that it lets go can return from
//       Acquire, and that one may free it.
// A waiter is published before its goroutine parks, and the park's commit releases the lock: see park.h.
class Semaphore {
 public:
  constexpr Semaphore() = default;

  // Takes a unit, or waits for one. `lifo`: queue in front. False: the goroutine is being unwound.
  bool Acquire(bool lifo, WaitReason reason, SourceLocation where);
  // Gives a unit to the first waiter, or to the next Acquire.
  void Release();

 private:
  Lock lock_;  // guards the rest
  uint32_t value_ = 0;
  WaitQueue queue_;
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_SYNC_SEMAPHORE_H_
