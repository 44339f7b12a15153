#ifndef PLAIT_RUNTIME_SYNC_MUTEX_H_
#define PLAIT_RUNTIME_SYNC_MUTEX_H_

#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/source_location.h"
#include "plait/runtime/seam/step.h"
#include "plait/runtime/sync/mutex_core.h"

namespace plait::sync {

// A mutual exclusion lock for goroutines and plain threads.
//
//   sync::Mutex mu;
//   std::map<std::string, int> ages;             // guarded by mu
//   {
//     std::scoped_lock guard(mu);
//     ages["ada"] = 36;
//   }
//
// A goroutine that waits parks: its thread runs others meanwhile. Holding one across a channel operation is legal; a
// std::mutex held there stalls a worker. Not recursive: locking again by the holder waits for ever (MU-06). Not bound
// to an owner: any goroutine may unlock (MU-05). A panic does not unlock it: use a guard (PANIC-25). A
// default-constructed Mutex is unlocked (MU-01), at compile time for a static one. Not copyable (MU-17).
//
// Thread safety: every member may be called from any goroutine or thread. Unlock happens before the next Lock returns
// (MU-07). Complexity: O(1); uncontended, one atomic read-modify-write each.
class Mutex : public Object {
 public:
  constexpr Mutex() : Object(ObjectKind::kMutex) {}

  // Waits until the mutex is free and takes it. A goroutine that arrives just then may overtake one that was woken
  // (MU-10), but not for long: who has waited for more than 1 ms gets the mutex handed over (MU-12).
  void Lock(SourceLocation where = SourceLocation::current()) {
    if (!Unobserved(*this) || !core_.LockFree()) [[unlikely]]
      LockSlow(where);
  }
  // Takes the mutex if it is free. May fail although it is (MU-08).
  bool TryLock(SourceLocation where = SourceLocation::current());
  // "fatal error: sync: unlock of unlocked mutex" if it is not locked (MU-04): not recoverable. Whoever locks the mutex
  // next may destroy it, if he is its last user, even before this call has returned.
  void Unlock(SourceLocation where = SourceLocation::current()) {
    if (!Unobserved(*this) || !core_.UnlockUnwaited()) [[unlikely]]
      UnlockSlow(where);
  }

  // For std::scoped_lock, std::unique_lock and std::lock. The explorer finds the caller's line by itself when it
  // reports.
  void lock() { Lock(SourceLocation{}); }
  bool try_lock() { return TryLock(SourceLocation{}); }
  void unlock() { Unlock(SourceLocation{}); }

  // Names the mutex in the explorer's reports.
  Mutex& name(const char* name) {
    SetName(name);
    return *this;
  }

  // For a controller, between steps.
  bool locked() const { return core_.locked(); }

 private:
  void LockSlow(SourceLocation where);
  void UnlockSlow(SourceLocation where);
  void DoLock(SourceLocation where);
  bool DoTryLock();
  void DoUnlock();

  internal::MutexCore core_;
};

}  // namespace plait::sync

#endif  // PLAIT_RUNTIME_SYNC_MUTEX_H_
