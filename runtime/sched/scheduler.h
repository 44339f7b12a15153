#ifndef PLAIT_RUNTIME_SCHED_SCHEDULER_H_
#define PLAIT_RUNTIME_SCHED_SCHEDULER_H_

#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/sched/global_queue.h"
#include "plait/runtime/sched/idle.h"
#include "plait/runtime/sched/m.h"
#include "plait/runtime/sched/monitor.h"

namespace plait::sched {

// Runs goroutines on worker threads (Ms) with work stealing. As many of them at a time as there are processors (Ps): an M
// needs a P to run goroutines, and has it for as long as it can. One scheduler at a time exists in a process; users meet
// it as plait::Runtime. How Ps go from M to M, for LockOSThread, Blocking and GOMAXPROCS: processors.cc.
class Scheduler {
 public:
  static constexpr int kMostProcs = 1024;

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

  // Puts a setting of a timer into the heap of the calling worker's P; m null: of the plain threads.
  void AddTimer(M* m, RuntimeTimer& timer, uint64_t setting, int64_t when);
  size_t TimersArmed();  // a snapshot, O(n)
  // After Stop: whatever is set is dropped.
  void DropTimers();

  // The monotonic clock as of a moment ago, right to some 10 ms: for how long a goroutine has waited, in minutes.
  int64_t coarse_now() const { return coarse_now_.load(std::memory_order_relaxed); }  // relaxed: a number alone
  void set_coarse_now(int64_t now) { coarse_now_.store(now, std::memory_order_relaxed); }

  // Ps in use. While GOMAXPROCS changes, more or fewer than target_procs().
  int procs() const { return procs_.load(); }
  int target_procs() const { return target_procs_.load(); }
  // GOMAXPROCS, and sets it if n >= 1. Returns the value before.
  int SetProcs(int n);

  // LockOSThread, UnlockOSThread for a goroutine that runs on a worker.
  void LockThread(G* g);
  void UnlockThread(G* g);
  // Makes an M of the calling plain thread, for one goroutine that is locked to it: before the goroutine is started, and
  // after. RunLocked returns when the goroutine has ended, or has unlocked itself and let go of the thread.
  M* NewLockedM();
  void RunLocked(M* m, G* g);

  // Around a Blocking() of the running goroutine: its P goes to another M.
  void EnterBlocking(G* g);
  void ExitBlocking(G* g);

  // Go's debug.SetMaxThreads. Returns the value before.
  int SetMaxThreads(int n) { return static_cast<int>(max_threads_.exchange(static_cast<uint32_t>(n))); }

  // By the monitor, from whose thread new ones inherit nothing that a goroutine has done to its own (SCHED-16): starts
  // the threads that are wanted for Ps without an M.
  bool thread_wanted() const { return thread_wanted_.load(); }
  void StartWantedThreads();

  // For metrics: metrics.h says what each is.
  struct Counts {
    int threads = 0;
    int idle_procs = 0;
    int blocking = 0;
    uint64_t runs = 0;
    uint64_t parks = 0;
    uint64_t steals = 0;
    uint64_t stolen = 0;
    uint64_t thread_wakes = 0;
    uint64_t hand_offs = 0;
    uint64_t preemptions = 0;
  };
  Counts ReadCounts();

  // See m.h. For a goroutine of m's that stops running: the next one of its P, ready to be switched to, if there is one
  // and nothing else has precedence; else m.g0.
  G* TakeNext(M* m);
  // After a switch: does what `leaving` wanted and Begun() has not done.
  void Arrived(M* m, G* leaving);
  // g stood in front of m's P until just now.
  void Displaced(M* m, G* g);

  Monitor& monitor() { return monitor_; }
  // Set when main has called Goexit: the deadlock report has another text then (DEAD-04).
  void set_main_exited() { main_exited_ = true; }

 private:
  friend class Monitor;

  void RunM(M* m);
  G* FindRunnable(M* m);
  G* TakeLocal(M* m);
  G* TakeGlobal(M* m);
  G* Steal(M* m);
  void Overflow(M* m, G* g);
  bool AnyWork() const;
  void RunOwnTimers(M* m);
  bool RunOthersTimers(M* m);
  bool TimersPending();
  // Sleeps until woken. Null work: the caller starts over.
  void GoIdle(M* m);

  // processors.cc
  void SetUp(M* m);
  void StartThread();
  bool AwaitP(M* m);
  void GiveP(P* p);
  bool Retires(M* m);
  bool StopLocked(M* m);
  void HandToLocked(M* m, G* g);
  void WakeEveryM();

  void Execute(M* m, G* g);
  void Prepare(M* m, G* g);
  void PushLocal(M* m, G* g);
  void WakeIfNeeded();
  // Called when the last worker has gone idle, or a timer has fired while all were.
  void AllIdle();
  void CheckDeadlock();
  uint64_t Quiescent();

  static std::atomic<Scheduler*> current_;

  std::array<std::unique_ptr<P>, kMostProcs> ps_;  // the first made_ps_; they stay
  std::atomic<int> made_ps_{0};
  std::atomic<int> procs_{0};
  std::atomic<int> target_procs_{0};
  Lock procs_lock_;  // guards the four above, for changes
  std::vector<std::unique_ptr<M>> ms_;
  M* spare_ms_ = nullptr;         // sleep without a P
  std::vector<P*> ps_without_m_;  // wait for a thread
  std::atomic<bool> thread_wanted_{false};
  Lock ms_lock_;  // guards the four above
  std::atomic<uint32_t> max_threads_{10000};
  std::atomic<uint64_t> hand_offs_{0};
  std::atomic<uint64_t> preemptions_{0};
  std::atomic<int> blocking_{0};  // goroutines in Blocking()
  GlobalQueue global_;
  TimerHeap outside_timers_;  // of plain threads
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
