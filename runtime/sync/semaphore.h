#ifndef PLAIT_RUNTIME_SYNC_SEMAPHORE_H_
#define PLAIT_RUNTIME_SYNC_SEMAPHORE_H_

#include <atomic>
#include <cstdint>

#include "plait/runtime/goroutine/wait_queue.h"
#include "plait/runtime/lock/lock.h"

namespace plait::internal {

// Go's runtime semaphore, embedded in what uses it: where Mutex and its like park. No step of its own: its owner has
// announced one.
//
//   M1  value_ >= 0. waiters_ counts the goroutines between their announcement and their dequeue or success.
// No wake-up is lost:
//
//   Acquire (lock held)          Release
//   waiters_ + 1                 value_ + 1
//   value_ > 0? take it          waiters_ == 0? done
//   enqueue, park                lock; dequeue; take back value_; ready
//
// Each side writes before it reads, all seq_cst: either the acquirer sees the value or the releaser sees the waiter.
class Semaphore {
 public:
  constexpr Semaphore() = default;

  // Waits until value_ > 0 and takes one. `lifo`: queue in front. False: the goroutine is being unwound.
  bool Acquire(bool lifo, WaitReason reason, SourceLocation where);
  // Adds one and wakes the first waiter, if any. With `handoff` the unit goes to that waiter and to nobody else.
  void Release(bool handoff);

 private:
  bool TryTake();

  std::atomic<uint32_t> value_{0};
  std::atomic<uint32_t> waiters_{0};
  Lock lock_;  // guards queue_
  WaitQueue queue_;
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_SYNC_SEMAPHORE_H_
