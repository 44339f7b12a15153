#ifndef PLAIT_RUNTIME_SYNC_WAIT_GROUP_H_
#define PLAIT_RUNTIME_SYNC_WAIT_GROUP_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <utility>

#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/goroutine/wait_queue.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/panic/frame.h"
#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/step.h"
#include "plait/runtime/seam/uninstrumented.h"

namespace plait::sync {

// Waits for a set of goroutines to finish.
//
//   sync::WaitGroup wg;
//   for (int i = 0; i < 5; ++i) wg.Go([&, i] { Work(i); });
//   wg.Wait();
//
// Thread safety: every member may be called from any goroutine or thread. May be used again once every Wait has
// returned (WG-07), or be destroyed then: a Done that is on its way out touches it no more. Not copyable (WG-18).
// Complexity: an Add or Done is one atomic read-modify-write, a Wait that need not wait one load; the Done that releases
// waiters is linear in them.
class WaitGroup : public Object {
 public:
  constexpr WaitGroup() : Object(ObjectKind::kWaitGroup) {}

  // Adds delta, which may be negative, to the counter; at 0 all waiters are released, in the order in which they came.
  // Panics "sync: negative WaitGroup counter" if the counter would go below zero (WG-03) or above 2^31-1 (WG-15).
  // A positive delta while the counter is zero must happen before Wait (WG-04).
  // What happened before the Add (or Done) that brings it to zero happens before the Wait it releases returns (WG-10).
  void Add(int64_t delta, SourceLocation where = SourceLocation::current()) {
    if (!Unobserved(*this)) [[unlikely]]
      AddObserved(delta, where);
    else
      DoAdd(delta);
  }
  void Done(SourceLocation where = SourceLocation::current()) { Add(-1, where); }
  // Waits until the counter is zero.
  void Wait(SourceLocation where = SourceLocation::current()) {
    if (!Unobserved(*this) || state_.load() != 0) [[unlikely]]
      WaitSlow(where);
  }

  // Add(1), then `go` a goroutine that calls f and then Done (WG-12). If f panics there is no Done: the process ends, and
  // no Wait returns first (WG-13). After Goexit there is (WG-14).
  template <class F>
  void Go(F&& f, SourceLocation where = SourceLocation::current()) {
    Add(1, where);
    go(
        [this, where, f = std::forward<F>(f)]() mutable {
          try {
            f();
          } catch (const GoexitUnwind&) {
            Done(where);
            throw;
          } catch (...) {
            Repanic(std::current_exception());  // WG-13
          }
          Done(where);
        },
        where);
  }

  // Names it in the explorer's reports.
  WaitGroup& name(const char* name) {
    SetName(name);
    return *this;
  }

  // For a controller, between steps.
  int64_t count() const { return state_.load() / kOne; }

 private:
  static constexpr int64_t kWaited = 1;  // somebody waits
  static constexpr int64_t kOne = 2;     // one in the counter, which is above the flag
  static constexpr int64_t kMost = std::numeric_limits<int32_t>::max();

  PLAIT_UNINSTRUMENTED void DoAdd(int64_t delta) {
    delta = std::clamp(delta, -2 * kMost, 2 * kMost);
    const int64_t state = state_.fetch_add(delta * kOne) + delta * kOne;
    // Neither is common: the counter is zero and somebody waits, or it is out of its range.
    if (state == kWaited || state < 0 || state > kMost * kOne + kWaited) [[unlikely]]
      AddSlow(delta, state);
  }
  void AddObserved(int64_t delta, SourceLocation where);
  void AddSlow(int64_t delta, int64_t state);
  void ReleaseWaiters();
  void WaitSlow(SourceLocation where);
  bool DoWait(G* g, SourceLocation where);

  std::atomic<int64_t> state_{0};
  Lock lock_;  // guards waiters_, and changes of kWaited
  WaitQueue waiters_;
};

}  // namespace plait::sync

#endif  // PLAIT_RUNTIME_SYNC_WAIT_GROUP_H_
