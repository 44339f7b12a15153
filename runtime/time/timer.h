#ifndef PLAIT_RUNTIME_TIME_TIMER_H_
#define PLAIT_RUNTIME_TIME_TIMER_H_

#include <memory>
#include <type_traits>
#include <utility>

#include "plait/runtime/chan/chan.h"
#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/time/func_timer.h"
#include "plait/runtime/time/sleep.h"
#include "plait/runtime/time/timer_chan.h"

namespace plait::time {

// A single event in the future: a value in the channel C, or the call of a function.
//
//   time::Timer timer = time::NewTimer(5s);
//   Select{
//       recv_case(results, [&](int r) { Use(r); }),
//       recv_case(timer.C, [&] { GiveUp(); }),
//   };
//   timer.Stop();
//
//   time::Timer watchdog = time::AfterFunc(5s, [] { Alarm(); });
//   ...
//   if (watchdog.Stop()) ...   // in time: Alarm will not be called
//
// A Timer is a handle, as Go's *Timer: copies are the same timer. Nothing needs to be stopped: a timer with a channel is
// freed with its last handle and the last copy of C (TIME-21); an AfterFunc still calls its function.
//
// Stop and Reset are exact, as in Go since 1.23: once one of them has returned, nothing from before can be received
// (TIME-05, TIME-06), and if nobody has received the value Stop says true, even if the time has passed (TIME-07). So
// there is nothing to drain.
//
// Thread safety: everything may be called from any goroutine or thread. Complexity: NewTimer, Stop and Reset O(1);
// waiting on C, and AfterFunc, O(log n) for n timers of the same P.
class Timer {
 public:
  // Uninitialised: Stop and Reset panic "time: Stop called on uninitialized Timer" and its like (TIME-10).
  Timer() = default;
  Timer(const Timer& other) : C(other.C), func_(other.func_) {
    if (func_ != nullptr) func_->Ref();
  }
  Timer(Timer&& other) noexcept : C(std::move(other.C)), func_(std::exchange(other.func_, nullptr)) {}
  Timer& operator=(Timer other) noexcept {
    std::swap(C, other.C);
    std::swap(func_, other.func_);
    return *this;
  }
  ~Timer() {
    if (func_ != nullptr) func_->Unref();
  }

  // Receives the deadline once it has passed. Nil for an AfterFunc (TIME-11). To the user it is unbuffered (TIME-04).
  RecvChan<Time> C;

  // True if the call stops the timer: nothing will be received, or the function not called. False if the value has been
  // received or the function started already, or the timer stopped (TIME-12, TIME-36). Stop does not wait for the
  // function to end.
  bool Stop(SourceLocation where = SourceLocation::current());

  // Sets the timer to fire after at least d from now; whoever waits on C goes on waiting, for the new deadline (TIME-26).
  // True if it had been active: what Stop would have said (TIME-08). If false, the function may be running still, and
  // will then run twice at the same time (TIME-13).
  bool Reset(Duration d, SourceLocation where = SourceLocation::current());

 private:
  friend Timer NewTimer(Duration d, SourceLocation where);
  friend Timer AfterTask(Duration d, std::unique_ptr<Task> f, SourceLocation where);

  internal::FuncTimer* func_ = nullptr;
};

// A timer that sends the deadline on C once, after at least d, or at once if d <= 0 (TIME-03). A duration beyond the
// clock's end never elapses (TIME-32).
Timer NewTimer(Duration d, SourceLocation where = SourceLocation::current());

// NewTimer(d).C (TIME-27).
//
//   Select{
//       recv_case(result, [&](int r) { Use(r); }),
//       recv_case(time::After(1s), [&] { GiveUp(); }),
//   };
RecvChan<Time> After(Duration d, SourceLocation where = SourceLocation::current());

// AfterFunc for a task; what AfterFunc is made of.
Timer AfterTask(Duration d, std::unique_ptr<Task> f, SourceLocation where);

// Calls f() in a goroutine of its own, after at least d (TIME-11). f is moved or copied into the timer, and destroyed with
// its last handle, or after its last call; see go() for what it may capture.
template <class F>
Timer AfterFunc(Duration d, F&& f, SourceLocation where = SourceLocation::current()) {
  using Function = std::decay_t<F>;
  static_assert(std::is_invocable_v<Function&>, "AfterFunc() takes a function of no arguments: bind them by capture");
  return AfterTask(d, std::make_unique<internal::FunctionTask<Function>>(std::forward<F>(f)), where);
}

}  // namespace plait::time

#endif  // PLAIT_RUNTIME_TIME_TIMER_H_
