#ifndef PLAIT_RUNTIME_SYNC_LOCKER_H_
#define PLAIT_RUNTIME_SYNC_LOCKER_H_

#include <concepts>
#include <type_traits>

#include "plait/runtime/seam/source_location.h"

namespace plait::sync {

// Go's interface Locker: a reference to anything that can be locked and unlocked, a Mutex, a RWMutex, the readers' side
// of one (RWMutex::RLocker), or a class of yours with Lock() and Unlock(), or lock() and unlock().
//
//   void Twice(sync::Locker l) { l.Lock(); ... l.Unlock(); }
//   Twice(mu);
//   Twice(rw.RLocker());
//
// A value of three words; what it refers to must outlive it. Thread safety: that of what it refers to.
class Locker {
 public:
  using Function = void (*)(void* object, SourceLocation where);

  template <class L>
  requires(!std::same_as<std::remove_const_t<L>, Locker>)
      Locker(L& object)  // NOLINT(google-explicit-constructor): as an interface value in Go
      : Locker(&object, LockOf<L>, UnlockOf<L>) {}
  Locker(void* object, Function to_lock, Function to_unlock) : object_(object), lock_(to_lock), unlock_(to_unlock) {}

  void Lock(SourceLocation where = SourceLocation::current()) const { lock_(object_, where); }
  void Unlock(SourceLocation where = SourceLocation::current()) const { unlock_(object_, where); }

  // For std::unique_lock and std::scoped_lock.
  void lock() const { Lock(SourceLocation{}); }
  void unlock() const { Unlock(SourceLocation{}); }

 private:
  template <class L>
  static void LockOf(void* object, [[maybe_unused]] SourceLocation where) {
    L& l = *static_cast<L*>(object);
    if constexpr (requires { l.Lock(where); }) {
      l.Lock(where);
    } else if constexpr (requires { l.Lock(); }) {
      l.Lock();
    } else {
      l.lock();
    }
  }

  template <class L>
  static void UnlockOf(void* object, [[maybe_unused]] SourceLocation where) {
    L& l = *static_cast<L*>(object);
    if constexpr (requires { l.Unlock(where); }) {
      l.Unlock(where);
    } else if constexpr (requires { l.Unlock(); }) {
      l.Unlock();
    } else {
      l.unlock();
    }
  }

  void* object_;
  Function lock_;
  Function unlock_;
};

}  // namespace plait::sync

#endif  // PLAIT_RUNTIME_SYNC_LOCKER_H_
