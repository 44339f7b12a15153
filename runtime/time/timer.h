#ifndef PLAIT_RUNTIME_TIME_TIMER_H_
#define PLAIT_RUNTIME_TIME_TIMER_H_

#include <memory>
#include <type_traits>
#include <utility>

#include "plait/runtime/chan/chan.h"
#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/time/func_timer.h"
#include "plait/runtime/time/sleep.h"

namespace plait::time {

// A single event in the future.
//
//   time::Timer timer = time::AfterFunc(5s, [] { GiveUp(); });
//   ...
//   if (timer.Stop()) ...   // in time: GiveUp will not be called
//
// A Timer is a handle, as Go's *Timer: copies are the same timer. Nothing needs to be stopped: an AfterFunc whose handles
// are gone still calls its function. Thread safety: everything may be called from any goroutine or thread.
class Timer {
 public:
  // Uninitialised: Stop panics "time: Stop called on uninitialized Timer" (TIME-10).
  Timer() = default;
  Timer(const Timer& other) : func_(other.func_) {
    if (func_ != nullptr) func_->Ref();
  }
  Timer(Timer&& other) noexcept : func_(std::exchange(other.func_, nullptr)) {}
  Timer& operator=(Timer other) noexcept {
    std::swap(func_, other.func_);
    return *this;
  }
  ~Timer() {
    if (func_ != nullptr) func_->Unref();
  }

  // True if the call stops the timer: its function will not be called. False if that has been started already, or the
  // timer stopped (TIME-12, TIME-36); Stop does not wait for the function to end.
  bool Stop(SourceLocation where = SourceLocation::current());

 private:
  explicit Timer(internal::FuncTimer* owned) : func_(owned) {}
  friend Timer AfterTask(Duration d, std::unique_ptr<Task> f, SourceLocation where);

  internal::FuncTimer* func_ = nullptr;
};

// AfterFunc for a task; what AfterFunc is made of.
Timer AfterTask(Duration d, std::unique_ptr<Task> f, SourceLocation where);

// Calls f() in a goroutine of its own, after at least d (TIME-11). f is moved or copied into the timer; see go() for
// what it may capture.
template <class F>
Timer AfterFunc(Duration d, F&& f, SourceLocation where = SourceLocation::current()) {
  using Function = std::decay_t<F>;
  static_assert(std::is_invocable_v<Function&>, "AfterFunc() takes a function of no arguments: bind them by capture");
  return AfterTask(d, std::make_unique<internal::FunctionTask<Function>>(std::forward<F>(f)), where);
}

}  // namespace plait::time

#endif  // PLAIT_RUNTIME_TIME_TIMER_H_
