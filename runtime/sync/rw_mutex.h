#ifndef PLAIT_RUNTIME_SYNC_RW_MUTEX_H_
#define PLAIT_RUNTIME_SYNC_RW_MUTEX_H_

#include <atomic>
#include <cstdint>

#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/source_location.h"
#include "plait/runtime/seam/step.h"
#include "plait/runtime/sync/locker.h"
#include "plait/runtime/sync/mutex_core.h"
#include "plait/runtime/sync/semaphore.h"

namespace plait::sync {

// A lock that many readers or one writer may hold.
//
//   sync::RWMutex mu;
//   std::map<std::string, int> ages;  // guarded by mu
//   int AgeOf(const std::string& name) {
//     std::shared_lock guard(mu);  // others may read at the same time
//     return ages.at(name);
//   }
//   void Born(const std::string& name) {
//     std::unique_lock guard(mu);  // alone
//     ages[name] = 0;
//   }
//
// Neither side starves (RW-18): from the moment a writer waits, readers that come wait behind it (RW-02), and the
// readers that came meanwhile go before the next writer (RW-05). Hence: never read-lock again what you hold for reading;
// if a writer comes in between, you wait for it and it waits for you, for ever (RW-03). There is no way from a read lock
// to the write lock either, or back (RW-04). Not bound to an owner, on either side: any goroutine may unlock (RW-14). A
// default-constructed RWMutex is unlocked (RW-01), at compile time for a static one. Not copyable.
//
// Thread safety: every member may be called from any goroutine or thread; it must outlive every call. An Unlock happens
// before the Lock or RLock that comes after it returns, a RUnlock before the next Lock returns; readers are not ordered
// among themselves (RW-13). Complexity: O(1), but Unlock is linear in the readers that waited; uncontended, a RLock or
// RUnlock is one atomic read-modify-write, a Lock or Unlock two.
class RWMutex : public Object {
 public:
  constexpr RWMutex() : Object(ObjectKind::kRWMutex) {}

  // Waits until no writer holds it or waits for it, and holds it for reading.
  void RLock(SourceLocation where = SourceLocation::current()) {
    if (!Unobserved(*this)) [[unlikely]]
      RLockObserved(where);
    else if (reader_count_.fetch_add(1) + 1 < 0) [[unlikely]]
      AwaitWriter(where);
  }
  // Holds it for reading if no writer does, or waits to (RW-11).
  bool TryRLock(SourceLocation where = SourceLocation::current());
  // "fatal error: sync: RUnlock of unlocked RWMutex" if no reader holds it (RW-08): not recoverable. A RUnlock too many
  // while other readers hold it is not noticed; nor, outside the explorer, one while readers wait for a writer that holds
  // it, and that spoils the state (RW-10).
  void RUnlock(SourceLocation where = SourceLocation::current()) {
    if (!Unobserved(*this)) [[unlikely]]
      RUnlockObserved(where);
    else if (const int32_t count = reader_count_.fetch_sub(1); count <= 0) [[unlikely]]
      RUnlockSlow(count);
  }

  // Keeps new readers out, waits for those that are in, and holds it alone. Writers compete as for a Mutex.
  void Lock(SourceLocation where = SourceLocation::current());
  // Holds it alone if nobody holds it or waits to. May fail although it is free (MU-08).
  bool TryLock(SourceLocation where = SourceLocation::current());
  // "fatal error: sync: Unlock of unlocked RWMutex" if no writer holds it (RW-09): not recoverable.
  void Unlock(SourceLocation where = SourceLocation::current());

  // The readers' side as a Locker: Lock is RLock, Unlock is RUnlock (RW-15).
  Locker RLocker();

  // For std::unique_lock and std::shared_lock. The explorer finds the caller's line by itself when it reports.
  void lock() { Lock(SourceLocation{}); }
  bool try_lock() { return TryLock(SourceLocation{}); }
  void unlock() { Unlock(SourceLocation{}); }
  void lock_shared() { RLock(SourceLocation{}); }
  bool try_lock_shared() { return TryRLock(SourceLocation{}); }
  void unlock_shared() { RUnlock(SourceLocation{}); }

  // Names it in the explorer's reports.
  RWMutex& name(const char* name) {
    SetName(name);
    return *this;
  }

  // For a controller, between steps.
  bool write_locked() const { return writers_.locked(); }  // or a writer waits for the readers to leave
  int readers() const;                                     // that hold it
  bool may_read() const { return reader_count_.load() >= 0; }
  bool may_write() const { return !write_locked() && reader_count_.load() == 0; }

 private:
  static constexpr int32_t kMaxReaders = 1 << 30;

  void RLockObserved(SourceLocation where);
  void RUnlockObserved(SourceLocation where);
  void DoRLock(SourceLocation where);
  bool AwaitWriter(SourceLocation where);
  bool DoTryRLock();
  void DoRUnlock();
  void RUnlockSlow(int32_t count);
  void DoLock(SourceLocation where);
  bool DoTryLock();
  void DoUnlock();

  internal::MutexCore writers_;
  internal::Semaphore writer_sema_;
  internal::Semaphore reader_sema_;
  std::atomic<int32_t> reader_count_{0};
  std::atomic<int32_t> reader_wait_{0};
};

}  // namespace plait::sync

#endif  // PLAIT_RUNTIME_SYNC_RW_MUTEX_H_
