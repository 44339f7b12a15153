#ifndef PLAIT_RUNTIME_SCHED_MONITOR_H_
#define PLAIT_RUNTIME_SCHED_MONITOR_H_

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "plait/runtime/time/timer_heap.h"

namespace plait::sched {

class Scheduler;

// The thread beside the workers (Go's sysmon): fires timers, and notices a goroutine that waits in a P's `next` while
// that P goes on computing, so that an idle worker takes it; asks a goroutine that has run for 10 ms to let others run at
// its next operation; starts threads for Ps without one; and speaks for threads that have crashed. It sleeps when there is neither a timer nor a busy P; now
// and then it wakes, when all goroutines are asleep but foreign threads exist, to see whether they still do.
//
//   N1  asleep_ is true from before the monitor's last look at its reasons to wake until it is nudged.
//   N2  Whoever gives it a reason (arms an earlier timer, submits work from outside) does so before reading asleep_.
// Both sides write before they read (seq_cst), so a reason given too late for the monitor's look finds asleep_ true.
class Monitor {
 public:
  explicit Monitor(Scheduler& scheduler) : scheduler_(scheduler) {}

  void Start();
  void Stop();
  void DropTimers() { timers_.DropAll(); }  // after Stop

  void Arm(Timer& timer);
  bool Disarm(Timer& timer);
  size_t timers_armed() const { return timers_.pending_timers(); }
  bool timers_pending() const { return timers_.pending(); }

  // Work came from outside: workers may be busy from now on.
  void Nudge();

 private:
  void Run();
  // One look at every P.
  void LookAtPs(int64_t now);

  Scheduler& scheduler_;
  TimerHeap timers_;
  std::vector<uint64_t> last_tick_;
  std::vector<int64_t> tick_since_;  // when it was first seen
  std::atomic<uint32_t> wake_word_{0};
  std::atomic<bool> asleep_{false};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_MONITOR_H_
