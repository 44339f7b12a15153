#ifndef PLAIT_RUNTIME_SYNC_COND_H_
#define PLAIT_RUNTIME_SYNC_COND_H_

#include <atomic>
#include <cstdint>

#include "plait/runtime/goroutine/wait_queue.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/object.h"
#include "plait/runtime/sync/locker.h"

namespace plait::sync {

// A place where goroutines wait until something has happened to what a lock guards.
//
//   sync::Mutex mu;
//   sync::Cond ready(mu);
//   bool done = false;  // guarded by mu
//
//   std::unique_lock guard(mu);        // who waits
//   while (!done) ready.Wait();
//
//   std::scoped_lock guard(mu);        // who makes it happen
//   done = true;
//   ready.Broadcast();
//
// Wait in a loop: between the Signal and the waiter's return others may take the lock first (COND-07). A channel is often
// simpler: a close is a Broadcast that later comers see too.
//
// Thread safety: every member may be called from any goroutine or thread. Nobody may wait when it is destroyed. What
// happened before a Signal or Broadcast happens before the Wait that it wakes returns (COND-10). Complexity: O(1), a
// Broadcast linear in the waiters. Not copyable (COND-09).
class Cond : public Object {
 public:
  // `l` is held by whoever calls Wait: a Mutex, a RWMutex, its RLocker(), or a lock of yours (COND-11).
  explicit Cond(Locker l) : Object(ObjectKind::kCond), L(l) {}

  // Unlocks L, waits for a Signal or Broadcast, and locks L again. Whoever signals after L was unlocked finds the caller
  // waiting (COND-01). Never returns without one (COND-02). L must be held: a Mutex that is not ends the program with
  // "fatal error: sync: unlock of unlocked mutex" (COND-08).
  void Wait(SourceLocation where = SourceLocation::current());
  // Wakes whoever has waited longest, if anybody waits (COND-03, 05). L may be held, or not (COND-06).
  void Signal(SourceLocation where = SourceLocation::current());
  // Wakes all who wait now (COND-04).
  void Broadcast(SourceLocation where = SourceLocation::current());

  // Names it in the explorer's reports.
  Cond& name(const char* name) {
    SetName(name);
    return *this;
  }

  // For a controller, between steps.
  bool has_waiters() const { return !waiters_.empty(); }

 private:
  bool Sleep(Waiter& waiter, SourceLocation where);
  void Enter(Waiter& waiter);
  void Leave(Waiter& waiter);
  void DoWake(bool all);
  void Wake(bool all, SourceLocation where);

 public:
  const Locker L;  // Go's field: `cond.L.Lock()`

 private:
  std::atomic<uint32_t> waiting_{0};  // the length of waiters_
  Lock lock_;                         // guards waiters_, and what the waiters hold
  WaitQueue waiters_;
};

}  // namespace plait::sync

#endif  // PLAIT_RUNTIME_SYNC_COND_H_
