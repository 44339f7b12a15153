#ifndef PLAIT_RUNTIME_TIME_OWNED_TIMER_H_
#define PLAIT_RUNTIME_TIME_OWNED_TIMER_H_

#include <cstdint>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait::internal {

// A timer of something that may be destroyed while a heap still has an orphan of it (timer_heap.h): a block apart, which
// the orphan keeps. Set at most once. Not thread safe by itself, except that Stop and the firing decide who claims it.
class OwnedTimer {
 public:
  OwnedTimer() = default;
  OwnedTimer(const OwnedTimer&) = delete;
  OwnedTimer& operator=(const OwnedTimer&) = delete;
  ~OwnedTimer();

  // Calls fire(timer) at `when`, with timer.arg == arg; or drop, if the timer's world ends before.
  void Set(G* g, int64_t when, Object* object, void* arg, void (*fire)(RuntimeTimer&, int64_t, TimerHeap*),
           void (*drop)(RuntimeTimer&));

  // True if the call claims it: it does not fire. `controller` is the one under which it was set, or null.
  bool Stop(Controller* controller);

 private:
  struct Block;
  static void Unref(Block* block);

  Block* block_ = nullptr;
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_TIME_OWNED_TIMER_H_
