#ifndef PLAIT_RUNTIME_SCHED_M_H_
#define PLAIT_RUNTIME_SCHED_M_H_

#include <atomic>
#include <cstdint>
#include <thread>

#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/sched/random.h"
#include "plait/runtime/sched/run_queue.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait {

namespace sched {
class Scheduler;

// A processor: what an M needs in order to run goroutines. There are GOMAXPROCS of them.
struct P {
  explicit P(int id_) : id(id_) {}

  const int id;
  RunQueue<256> queue;
  // Runs before the queue: the goroutine readied or created last (SCHED-02). Its owner exchanges it; thieves only once
  // the monitor has seen it stand there while its P ran something else (`next_stale`).
  std::atomic<G*> next{nullptr};
  std::atomic<bool> next_stale{false};
  std::atomic<G*> current{nullptr};  // for the monitor: whom to preempt
  bool retired = true;               // beyond GOMAXPROCS: no M has it; guarded by Scheduler's procs_lock_
  std::atomic<uint64_t> tick{0};     // goroutines started or resumed so far; written by the owner only
  TimerHeap timers;                  // only the M that has the P adds to it; anybody may run what is due
};
}  // namespace sched

// A worker thread. Its own stack (g0) runs the scheduler, and the commit functions of goroutines that park.
struct M {
  enum class After : uint8_t { kPark, kYield, kEnd, kNeedsProcessor };

  M(sched::Scheduler* scheduler_, uint64_t seed) : scheduler(scheduler_), random(seed) {}

  sched::Scheduler* const scheduler;
  sched::P* p = nullptr;  // null: it runs nothing but a Blocking(), or sleeps (processors.cc)
  G g0;
  arch::ThreadRegs regs{};

  // What the goroutine that has just switched to g0 wants.
  After after = After::kPark;
  ParkCommit commit = nullptr;
  void* commit_arg = nullptr;

  bool spinning = false;
  uint32_t next_streak = 0;  // how often in a row p->next ran before the queue
  sched::Random random;
  M* idle_link = nullptr;              // in IdleMs
  bool idle = false;                   // in IdleMs; guarded by its lock
  std::atomic<uint32_t> wake_word{0};  // 1: woken
  // What an M without a P is woken with; written before wake_word. Null: the scheduler stops.
  sched::P* handed_p = nullptr;
  M* spare_link = nullptr;  // in the list of spare Ms
  // Written by itself only.
  std::atomic<uint64_t> parks{0};
  std::atomic<uint64_t> steals{0};
  std::atomic<uint64_t> stolen{0};
  bool ends = false;  // a goroutine has ended that was locked to this thread, and so the thread ends
  std::thread thread;
};

// Adds to a counter that nobody else writes: no need for a locked instruction.
inline void Count(std::atomic<uint64_t>& counter, uint64_t n = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);  // relaxed: a number alone
}

namespace sched {

// For the goroutine that runs on the calling worker: to the scheduler's side (Scheduler::Execute) and back. See park.h.
void ParkCurrent(G* g, ParkCommit commit, void* arg);
void YieldCurrent(G* g);
[[noreturn]] void EndCurrent(G* g);
// As YieldCurrent, when the monitor has asked for it. Nothing without a processor, in a Blocking().
void PreemptCurrent(G* g);
// After a Blocking(): comes back with a processor.
void RequeueCurrent(G* g);

}  // namespace sched

}  // namespace plait

#endif  // PLAIT_RUNTIME_SCHED_M_H_
