#ifndef PLAIT_RUNTIME_SYNC_ONCE_H_
#define PLAIT_RUNTIME_SYNC_ONCE_H_

#include <atomic>
#include <cstdint>
#include <utility>

#include "plait/runtime/goroutine/wait_queue.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/step.h"

namespace plait::sync {

// Does something once.
//
//   sync::Once once;
//   Config config;
//   const Config& TheConfig() {
//     once.Do([] { config = Load(); });
//     return config;
//   }
//
// Thread safety: Do may be called from any goroutine or thread; the Once must outlive every call. Complexity: once it is
// done, one atomic load (ONCE-14). Not copyable. For a function that remembers its result see once_func.h.
class Once : public Object {
 public:
  constexpr Once() : Object(ObjectKind::kOnce) {}

  // Calls f if no Do of this Once has called one before, whatever their functions were (ONCE-01). Returns only when that
  // one call has ended, however many call Do meanwhile (ONCE-02); what it did happens before the return (ONCE-03). So an
  // f that calls Do of the same Once waits for ever (ONCE-04). If f panics, or calls Goexit, that is passed on to the
  // one who called it, and counts as done: the others return (ONCE-05, 06, 07).
  template <class F>
  void Do(F&& f, SourceLocation where = SourceLocation::current()) {
    if (!Begin(where)) return;
    try {
      std::forward<F>(f)();
    } catch (...) {
      End(where);
      throw;
    }
    End(where);
  }

  // Names it in the explorer's reports.
  Once& name(const char* name) {
    SetName(name);
    return *this;
  }

  // For a controller, between steps.
  enum class State : uint8_t { kIdle, kRunning, kDone };
  State state() const { return state_.load(); }

 private:
  // True: the caller shall do it, and then call End.
  bool Begin(SourceLocation where) {
    // acquire: pairs with the release in End, so that what f did is seen.
    if (Unobserved(*this) && state_.load(std::memory_order_acquire) == State::kDone) [[likely]]
      return false;
    return BeginSlow(where);
  }
  bool BeginSlow(SourceLocation where);
  bool DoBegin(G* g, SourceLocation where);
  void End(SourceLocation where);
  void DoEnd();

  std::atomic<State> state_{State::kIdle};
  Lock lock_;  // guards the rest, and changes of state_
  WaitQueue waiters_;
};

}  // namespace plait::sync

#endif  // PLAIT_RUNTIME_SYNC_ONCE_H_
