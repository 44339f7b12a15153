#ifndef PLAIT_RUNTIME_SCHED_SCHEDULER_H_
#define PLAIT_RUNTIME_SCHED_SCHEDULER_H_

#include <atomic>
#include <memory>
#include <vector>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/sched/global_queue.h"
#include "plait/runtime/sched/idle.h"
#include "plait/runtime/sched/m.h"
#include "plait/runtime/sched/monitor.h"

namespace plait::sched {

// Runs goroutines on a fixed set of worker threads, one per P, with work stealing. One scheduler at a time exists in a
// process; users meet it as plait::Runtime.
class Scheduler {
 public:
  explicit Scheduler(int procs);  // starts that many workers
  ~Scheduler();                   // Stop()s

  static Scheduler* Current() { return current_.load(); }

  // Makes g runnable: on the P of the calling worker, in front; from any other thread on the global queue.
  void Ready(G* g);

  // Lets running goroutines come to their next park, and ends the workers. What is parked or runnable stays so.
  // After `grace_ns` gives up and returns false: a goroutine computes and never parks.
  bool Stop(int64_t grace_ns);

  // From now on "all goroutines are asleep" ends the process once no worker has work, no timer is pending and no thread
  // of the process is foreign (DEAD-01). Called by plait::Main when main's goroutine has been started.
  void ReportDeadlocks();
  // No more: main has returned, and whoever is left may stay blocked.
  void NoMoreReports() { reports_ = Reports::kNoMore; }

  // Waits, on a plain thread, until nothing can run any more: every worker is idle, no goroutine is runnable, no timer
  // is pending. So every goroutine that is left is parked, and what it did happens before the return. That is for good
  // as long as nobody outside gives work: no other plain thread may touch what goroutines wait for meanwhile.
  void WaitQuiescent();

  // The monotonic clock as of a moment ago: right to some 10 ms while more than one processor is busy, else to some ten
  // seconds. For how long a goroutine has waited, in minutes.
  int64_t coarse_now() const { return coarse_now_.load(std::memory_order_relaxed); }  // relaxed: a number alone
  void set_coarse_now(int64_t now) { coarse_now_.store(now, std::memory_order_relaxed); }

  int procs() const { return static_cast<int>(ps_.size()); }
  Monitor& monitor() { return monitor_; }
  // Set when main has called Goexit: the deadlock report has another text then (DEAD-04).
  void set_main_exited() { main_exited_ = true; }

 private:
  friend class Monitor;

  void RunM(M* m);
  G* FindRunnable(M* m);
  G* TakeLocal(M* m);
  G* Steal(M* m);
  bool AnyWork() const;
  // Sleeps until woken. Null work: the caller starts over.
  void GoIdle(M* m);
  void Execute(M* m, G* g);
  void PushLocal(M* m, G* g);
  void WakeIfNeeded();
  // Called when the last worker has gone idle, or a timer has fired while all were.
  void AllIdle();
  void CheckDeadlock();
  uint64_t Quiescent();

  static std::atomic<Scheduler*> current_;

  std::vector<std::unique_ptr<P>> ps_;
  std::vector<std::unique_ptr<M>> ms_;
  GlobalQueue global_;
  IdleMs idle_;
  Monitor monitor_;
  // kNotYet: main's goroutine may not be in a queue yet.
  enum class Reports : uint8_t { kNotYet, kOn, kNoMore };
  std::atomic<Reports> reports_{Reports::kNotYet};
  std::atomic<bool> foreign_threads_{false};  // the last CheckDeadlock() was stopped by nothing else
  std::atomic<bool> main_exited_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> coarse_now_{0};
  std::atomic<uint32_t> running_ms_{0};
  std::atomic<uint32_t> quiet_{0};  // futex word of WaitQuiescent: how often it was worth another look
  std::atomic<uint32_t> quiet_waiters_{0};
};

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_SCHEDULER_H_
