#ifndef PLAIT_RUNTIME_SCHED_MONITOR_H_
#define PLAIT_RUNTIME_SCHED_MONITOR_H_

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "plait/runtime/time/timer_heap.h"

namespace plait::sched {

class Scheduler;

// The thread beside the workers (Go's sysmon): notices a goroutine that waits in a P's `next` while that P goes on
// computing, so that an idle worker takes it; asks a goroutine that has run for 10 ms to let others run at its next
// operation; fires the timers of plain threads, and those that a P has left lying; starts threads for Ps without one; and
// speaks for threads that have crashed. It sleeps when there is neither a timer nor a busy P; now and then it wakes, when
// all goroutines are asleep but foreign threads exist, to see whether they still do.
//
//   N1  asleep_ is true, and until_ not earlier than the monitor will get up by itself, from before its last look at its
//       reasons to wake until it is nudged.
//   N2  Whoever gives it a reason (arms an earlier timer, submits work from outside) does so before reading them.
// Both sides write before they read (seq_cst), so a reason given too late for the monitor's look finds it asleep. Who runs
// which timer, and why none is late, stands in scheduler.cc.
class Monitor {
 public:
  explicit Monitor(Scheduler& scheduler) : scheduler_(scheduler) {}

  void Start();
  void Stop();

  // Work came from outside: workers may be busy from now on.
  void Nudge();
  // The monitor is to look at the timers at `when`.
  void BeUpAt(int64_t when) {
    if (asleep_.load() && when < until_.load()) Nudge();
  }

  // How much later than its deadline the monitor fires a timer that a P's worker should have fired.
  static constexpr int64_t kSlack = 500'000;

  // Odd while the monitor fires timers.
  uint64_t firings() const { return firings_.load(); }

 private:
  void Run();
  // One look at every P.
  void LookAtPs(int64_t now);
  void FireOverdue(int64_t now);
  int64_t NextDeadline() const;

  Scheduler& scheduler_;
  std::vector<uint64_t> last_tick_;
  std::vector<int64_t> tick_since_;  // when it was first seen
  std::atomic<uint32_t> wake_word_{0};
  std::atomic<bool> asleep_{false};
  std::atomic<int64_t> until_{0};
  std::atomic<uint64_t> firings_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_MONITOR_H_
