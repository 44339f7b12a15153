#ifndef PLAIT_RUNTIME_TIME_TIMER_HEAP_H_
#define PLAIT_RUNTIME_TIME_TIMER_HEAP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/object.h"

namespace plait {

struct G;

// Something to be done at a time. Lives inside whatever it belongs to; must be disarmed before it goes.
struct Timer {
  int64_t when = 0;  // nanoseconds, of the clock it is armed on
  // Runs once, on the monitor's thread or the explorer's, and may free the timer; must not block.
  void (*fire)(Timer& timer, int64_t now) = nullptr;
  void (*drop)(Timer& timer) = nullptr;  // instead of fire, if the timer's world ends first; may be null
  void* arg = nullptr;
  Object* object = nullptr;  // what the timer acts on (its channel), for the explorer; may be null
  G* sleeper = nullptr;      // who sleeps on it, for the explorer; may be null
  size_t index = kNotArmed;  // in its heap; guarded by the heap's lock
  uint64_t control = 0;      // the controller's own number for it,
  uint64_t identity = 0;     // and what it is in every schedule

  static constexpr size_t kNotArmed = ~size_t{0};
};

// A binary heap of armed timers, earliest first. Thread safe.
//
//   H1  timer.index is its place in heap_, or kNotArmed.
//   H2  earliest_ is heap_[0]->when, or -1; changed under the lock only.
//   H3  A timer counts as pending until its fire() has returned: whoever sees none pending sees all effects.
class TimerHeap {
 public:
  // The timer must not be armed. True if it is now the earliest.
  bool Arm(Timer& timer);
  // True if it was armed; then it will not fire. False: it has fired, or its fire() is running.
  bool Disarm(Timer& timer);

  // Fires everything due at `now`, in order of time, without the lock held.
  void RunExpired(int64_t now);

  // Disarms and drops whatever is armed.
  void DropAll();

  int64_t earliest() const { return earliest_.load(); }
  size_t pending_timers() const { return pending_.load(); }
  bool pending() const { return pending_.load() != 0; }

 private:
  void RemoveAt(size_t i);
  void Up(size_t i);
  void Down(size_t i);
  void Place(size_t i, Timer* timer);
  void UpdateEarliest();

  Lock lock_;
  std::vector<Timer*> heap_;
  std::atomic<int64_t> earliest_{-1};
  std::atomic<size_t> pending_{0};
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_TIME_TIMER_HEAP_H_
