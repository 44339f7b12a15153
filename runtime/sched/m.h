#ifndef PLAIT_RUNTIME_SCHED_M_H_
#define PLAIT_RUNTIME_SCHED_M_H_

#include <atomic>
#include <cstdint>
#include <thread>

#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/goroutine/g_cache.h"
#include "plait/runtime/sched/random.h"
#include "plait/runtime/sched/run_queue.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/stack/stack_cache.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait {

namespace sched {
class Scheduler;

// Larger than Go's 256: what overflows goes through the global queue's lock, twice.
inline constexpr uint32_t kRunQueue = 1024;
inline constexpr uint32_t kMostAtOnce = 128;  // that go from queue to queue

// A processor: what an M needs in order to run goroutines. There are GOMAXPROCS of them.
struct P {
  explicit P(int id_) : id(id_) {}

  const int id;
  RunQueue<kRunQueue> queue;
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
  // Scheduler::TakeNext, Scheduler::Arrived and Scheduler::Displaced, which this file cannot name: the scheduler is
  // built on it.
  G* (*take_next)(M* m) = nullptr;
  void (*arrived)(M* m, G* leaving) = nullptr;
  void (*displaced)(M* m, G* g) = nullptr;
  const std::atomic<int64_t>* coarse_now = nullptr;  // Scheduler::coarse_now
  G g0;
  arch::ThreadRegs regs{};

  // Who has switched away last, until whoever runs next has done for it what it wanted: see below.
  G* leaving = nullptr;
  After after = After::kPark;
  ParkCommit commit = nullptr;
  void* commit_arg = nullptr;

  GCache gs;
  stack::StackCache stacks;

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

// A goroutine that stops running switches straight to the next one of its P if there is one, else to the worker's own
// stack, which looks further (Scheduler::FindRunnable). It cannot do its last things itself: while its registers are not saved
// nobody may find it. So whoever arrives does them for it, first thing:
//
//   D1  m.leaving is null whenever a goroutine of m's runs its own code. It is set by the goroutine that leaves and
//       cleared on the stack that was switched to: a goroutine's, in Begun(); or the worker's, in Execute.
//   D2  Between the two nothing can make the leaving goroutine run: it is in no queue yet (yield, called-off park), or
//       its waiters are behind a lock that its commit releases (park), or it has ended.
//
// All of it is inline, so that between the switch and the user's code there are few returns: the processor predicts
// each from the other goroutine's calls, wrongly (some 5 ns apiece; six of them were half of a ping-pong's time).

// Goroutines that are locked to a thread, and what is left to do after a Blocking(), take the way over the worker's own
// stack (Scheduler::Execute).

// What a goroutine that runs again, or for the first time, owes to whoever has switched to it. No m: Runtime::Stop
// unwinds it. Nobody leaves: it comes from the worker's own stack.
[[gnu::always_inline]] inline void Begun(G* g) {
  M* m = g->m;
  if (m == nullptr) return;
  G* leaving = m->leaving;
  if (leaving == nullptr) return;
  m->leaving = nullptr;
  if (m->after == M::After::kPark) [[likely]] {
    leaving->set_status(GStatus::kWaiting);
    Count(m->parks);
    if (m->commit == nullptr || m->commit(m->commit_arg)) return;
  }
  m->arrived(m, leaving);
}

// For the goroutine that runs on the calling worker. Returns on its next turn, perhaps on another worker.
[[gnu::always_inline]] inline void Leave(G* g, M* m, M::After after) {
  // What a goroutine did before it stopped running happens before its unwinding, should it never run again
  // (Runtime::Stop).
  race::Release(&race::goroutine_ends);
  m->after = after;
  m->leaving = g;
  G* next = m->take_next(m);
  SetCurrentG(next);
  arch::Switch(g->fiber, next->fiber, m->regs);
  Begun(g);
}

[[gnu::always_inline]] inline void ParkCurrent(G* g, ParkCommit commit, void* arg) {
  M* m = g->m;
  m->commit = commit;
  m->commit_arg = arg;
  Leave(g, m, M::After::kPark);
}

[[gnu::always_inline]] inline void YieldCurrent(G* g) { Leave(g, g->m, M::After::kYield); }

[[noreturn]] void EndCurrent(G* g);
// As YieldCurrent, when the monitor has asked for it. Nothing without a processor, in a Blocking().
void PreemptCurrent(G* g);
// After a Blocking(): comes back with a processor.
void RequeueCurrent(G* g);

// Makes g runnable on the calling worker's P, in front. The caller will soon park or end in most programs, so g is not
// worth a wake-up of another M (8.5 us against 30 ns); what it displaces is. If the caller goes on computing instead,
// the monitor notices.
[[gnu::always_inline]] inline void ReadyNext(M* m, G* g) {
  g->set_status(GStatus::kRunnable);
  std::atomic<G*>& next = m->p->next;
  // relaxed: nobody but the owner makes it anything but null.
  if (next.load(std::memory_order_relaxed) == nullptr) [[likely]] {
    // release: a thief that takes g sees what it was made with.
    next.store(g, std::memory_order_release);
    return;
  }
  if (G* displaced = next.exchange(g)) m->displaced(m, displaced);
}

}  // namespace sched

}  // namespace plait

#endif  // PLAIT_RUNTIME_SCHED_M_H_
