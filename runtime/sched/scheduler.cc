#include "plait/runtime/sched/scheduler.h"

#include <algorithm>
#include <utility>

#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/goroutine/entry.h"
#include "plait/runtime/lock/futex.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/sched/deadlock.h"
#include "plait/runtime/sched/freeze.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/stack/overflow.h"
#include "plait/runtime/time/clock.h"

// Timers. Each P has a heap of those that its goroutines have set, and plain threads have one together.
//
//   T1  Only the M that has a P adds to its heap, so while that M sleeps no earlier deadline can appear there: it sleeps
//       until the first one, and nobody needs to wake it for a timer. If its P is taken meanwhile, whoever has taken it
//       is awake.
//   T2  While it is awake it looks at the heap between two goroutines, and before it goes idle.
//   T3  A worker that finds no work fires whatever is due in other heaps, before it goes idle.
//   T4  The monitor fires what is overdue by more than its slack, because the owner computes and all others do or sleep, or there is no owner just now;
//       and what plain threads have set, without slack. Whoever adds a timer that becomes the first of its heap tells the
//       monitor, if that would sleep too long (BeUpAt):
//
//         adder                                monitor
//         add: earliest_         (seq_cst)     until_ = never, asleep_ = true     (seq_cst)
//         read asleep_, until_                 look at every earliest_; until_ = the first of them; sleep
//
//       Both sides write before they read. Either the monitor sees the timer, or the adder sees that it sleeps, until
//       when, and nudges it.
//   T5  When a worker gets up for a timer, nobody has told the monitor that a worker is busy now. But the monitor was told
//       of that timer, and gets up a slack later to look; or it has looked when the timer was gone already. Then it had
//       set until_ before, the worker reads that before it fires, and nudges it.

namespace plait::sched {
namespace {

constexpr uint64_t kTimersEvery = 8;   // reading the clock costs as much as a switch
constexpr uint64_t kGlobalEvery = 61;  // as Go: now and then the global queue goes first (SCHED-04)
constexpr uint32_t kNextStreak = 64;   // a pair that readies each other must let the queue run as well (SCHED-06)
constexpr int kStealRounds = 4;

// Where there are thousands of goroutines none is in the processor's nearest cache when its turn comes, and each of its
// lines is waited for. So they are asked for in time: of the one after the next, what a scheduler looks at (g.h); of the
// next, what it will run with. Gs are never freed, so one that is out of date does no harm.
void Prefetch(const RunQueue<kRunQueue>& queue) {
  constexpr auto ask = [](const void* address) { __builtin_prefetch(address, /*rw=*/1); };
  if (const G* g = queue.Peek(1)) {
    ask(g);
    ask(&g->fiber);
  }
  if (const G* g = queue.Peek(0)) {
    if (g->stack.lo == nullptr) {  // begins
      ask(&g->task);
      ask(&g->task_room);
    } else if (const auto* sp = static_cast<const char*>(g->fiber.saved_sp())) {
      ask(sp);
      ask(sp + 64);
      ask(sp + 128);
    }
  }
}

}  // namespace

std::atomic<Scheduler*> Scheduler::current_{nullptr};

Scheduler::Scheduler(int procs) : monitor_(*this) {
  Scheduler* none = nullptr;
  if (!current_.compare_exchange_strong(none, this)) Fatal("plait: a Runtime is already running in this process");
  set_coarse_now(MonotonicNow());
  SetProcs(procs);
  StartWantedThreads();
  hand_offs_ = 0;
  monitor_.Start();
}

Scheduler::~Scheduler() {
  Stop(-1);
  current_ = nullptr;
}

bool Scheduler::Stop(int64_t grace_ns) {
  monitor_.Stop();
  stopping_ = true;
  idle_.WakeAll();
  WakeEveryM();
  const int64_t deadline = grace_ns < 0 ? -1 : MonotonicNow() + grace_ns;
  for (uint32_t running; (running = running_ms_.load()) != 0;) {
    const int64_t left = deadline < 0 ? -1 : deadline - MonotonicNow();
    if (deadline >= 0 && left <= 0) {
      for (auto& m : ms_) {
        if (m->thread.joinable()) m->thread.detach();
      }
      return false;
    }
    FutexWait(running_ms_, running, left);
  }
  for (auto& m : ms_) {
    if (m->thread.joinable()) m->thread.join();
  }
  return true;
}

void Scheduler::Ready(G* g) {
  const G* self = CurrentGOrNull();
  if (M* m = self != nullptr ? self->m : nullptr; m != nullptr && m->p != nullptr) {
    if (self != &m->g0) {
      ReadyNext(m, g);
      return;
    }
    // A timer fires: in the order of their deadlines, behind what was there before. The first one is for this worker.
    g->set_status(GStatus::kRunnable);
    const bool others = m->p->next.load() != nullptr || !m->p->queue.empty();
    PushLocal(m, g);
    if (others) WakeIfNeeded();
    return;
  }
  g->set_status(GStatus::kRunnable);
  global_.Push(g);
  WakeIfNeeded();
  monitor_.Nudge();  // after the wake: the monitor looks at the number of idle Ms
}

void Scheduler::PushLocal(M* m, G* g) {
  if (!m->p->queue.Push(g)) [[unlikely]]
    Overflow(m, g);
}

// The ring is full: its older goroutines and g go to everybody.
void Scheduler::Overflow(M* m, G* g) {
  G* batch[kMostAtOnce + 1];
  const uint32_t n = m->p->queue.Steal(batch, kMostAtOnce);
  batch[n] = g;
  global_.PushAll(batch, n + 1);
}

// The first of everybody's goroutines; more of them, this worker's share, come into its own queue.
G* Scheduler::TakeGlobal(M* m) {
  G* batch[kMostAtOnce];
  const uint32_t share = global_.size() / static_cast<uint32_t>(procs()) + 1;
  const uint32_t n = global_.PopSome(batch, std::min(share, kMostAtOnce));
  for (uint32_t i = 1; i < n; ++i) {
    if (!m->p->queue.PushQuietly(batch[i])) PushLocal(m, batch[i]);
  }
  return n != 0 ? batch[0] : nullptr;
}

void Scheduler::WakeIfNeeded() {
  if (idle_.worth_waking()) idle_.WakeOne();
}

void Scheduler::RunM(M* m) {
  race::Ignore ignore;
  stack::AltStack alt_stack;
  Freezable freezable;
  SetUp(m);
  while (G* g = FindRunnable(m)) {
    AwaitThaw();
    Execute(m, g);
    if (m->ends) break;
  }
  SetCurrentG(nullptr);
  if (running_ms_.fetch_sub(1) == 1) FutexWake(running_ms_, 1);
}

// Null: the scheduler stops.
G* Scheduler::FindRunnable(M* m) {
  while (!stopping_.load()) {
    if (m->p == nullptr && !AwaitP(m)) break;
    if (Retires(m)) continue;
    RunOwnTimers(m);
    G* g = TakeLocal(m);
    if (g == nullptr) g = TakeGlobal(m);
    if (g == nullptr) g = Steal(m);
    if (g == nullptr && RunOthersTimers(m)) continue;
    if (g != nullptr) {
      if (m->spinning) {
        m->spinning = false;
        // The last spinner to find work looks for a successor: there may be more where this came from.
        if (idle_.StopSpinning()) WakeIfNeeded();
      }
      return g;
    }
    GoIdle(m);
  }
  if (m->spinning) {
    m->spinning = false;
    idle_.StopSpinning();
  }
  return nullptr;
}

G* Scheduler::TakeLocal(M* m) {
  P* p = m->p;
  if ((p->tick.load() + 1) % kGlobalEvery == 0) {
    if (G* g = global_.Pop()) return g;
  }
  if (m->next_streak < kNextStreak) {
    if (p->next.load() != nullptr) {
      if (G* g = p->next.exchange(nullptr)) {
        ++m->next_streak;
        return g;
      }
    }
  } else if (G* g = p->next.exchange(nullptr)) {
    PushLocal(m, g);
  }
  m->next_streak = 0;
  G* g = p->queue.Pop();
  if (g != nullptr) Prefetch(p->queue);
  return g;
}

G* Scheduler::Steal(M* m) {
  if (made_ps_.load() == 1) return nullptr;
  if (!m->spinning) {
    if (!idle_.TryStartSpinning(procs())) return nullptr;
    m->spinning = true;
  }
  G* batch[kMostAtOnce];
  for (int round = 0; round < kStealRounds; ++round) {
    const auto ps = static_cast<uint32_t>(made_ps_.load());
    const uint32_t start = m->random.Below(ps);
    for (uint32_t i = 0; i < ps; ++i) {
      P* victim = ps_[(start + i) % ps].get();
      if (victim == m->p) continue;
      const uint32_t n = victim->queue.Steal(batch, kMostAtOnce);
      if (n != 0) {
        Count(m->steals);
        Count(m->stolen, n);
        for (uint32_t k = 1; k < n; ++k) PushLocal(m, batch[k]);
        return batch[0];
      }
      if (victim->next_stale.exchange(false)) {
        if (G* g = victim->next.exchange(nullptr)) return g;
      }
    }
    if (!global_.empty()) return TakeGlobal(m);
  }
  return nullptr;
}

void Scheduler::RunOwnTimers(M* m) {
  P* p = m->p;
  if (p->timers.earliest() == kNever) return;
  // relaxed: the owner's own.
  const bool work = p->next.load(std::memory_order_relaxed) != nullptr || !p->queue.empty();
  if (work && p->tick.load(std::memory_order_relaxed) % kTimersEvery != 0) return;
  const int64_t now = MonotonicNow();
  if (p->timers.earliest() <= now) p->timers.RunExpired(now);
}

bool Scheduler::RunOthersTimers(M* m) {
  int64_t now = 0;  // read if there is anything
  const auto run = [&now](TimerHeap& heap) {
    if (heap.earliest() == kNever) return false;
    if (now == 0) now = MonotonicNow();
    return heap.earliest() <= now && heap.RunExpired(now);
  };
  bool any = run(outside_timers_);
  for (int i = 0; i < made_ps_.load(); ++i) {
    P* p = ps_[static_cast<size_t>(i)].get();
    if (p != m->p) any |= run(p->timers);
  }
  return any;
}

void Scheduler::AddTimer(M* m, RuntimeTimer& timer, uint64_t setting, int64_t when) {
  if (m != nullptr && m->p != nullptr) {
    if (m->p->timers.Add(timer, setting, when) && when < kNever - Monitor::kSlack) {
      monitor_.BeUpAt(when + Monitor::kSlack);
    }
  } else if (outside_timers_.Add(timer, setting, when)) {
    monitor_.BeUpAt(when);
  }
}

void Scheduler::DropTimers() {
  outside_timers_.DropAll();
  for (int i = 0; i < made_ps_.load(); ++i) ps_[static_cast<size_t>(i)]->timers.DropAll();
}

size_t Scheduler::TimersArmed() {
  size_t armed = outside_timers_.CountLive();
  for (int i = 0; i < made_ps_.load(); ++i) armed += ps_[static_cast<size_t>(i)]->timers.CountLive();
  return armed;
}

bool Scheduler::TimersPending() {
  if (outside_timers_.AnyLive()) return true;
  for (int i = 0; i < made_ps_.load(); ++i) {
    if (ps_[static_cast<size_t>(i)]->timers.AnyLive()) return true;
  }
  return false;
}

// Whether any queue that others may take from holds work.
bool Scheduler::AnyWork() const {
  if (!global_.empty()) return true;
  for (int i = 0; i < made_ps_.load(); ++i) {
    const P* p = ps_[static_cast<size_t>(i)].get();
    if (!p->queue.empty()) return true;
    // The mark alone is no work: it stays when the owner was faster, and a worker whose own P bears it could never
    // sleep.
    if (p->next_stale.load() && p->next.load() != nullptr) return true;
  }
  return false;
}

void Scheduler::GoIdle(M* m) {
  const bool was_spinning = std::exchange(m->spinning, false);  // before Add: then it belongs to whoever wakes m
  const P* p = m->p;                                            // from here on it may be taken
  const int idle = idle_.Add(m);
  if (was_spinning) idle_.StopSpinning();
  // The second look; see idle.h for why it must come after the two lines above.
  if (AnyWork() || stopping_.load()) {
    if (idle_.Remove(m)) {
      monitor_.Nudge();  // it may have seen all of us idle, and gone to sleep for good
      return;
    }
  } else if (idle == procs()) {
    AllIdle();
  }
  AllGoroutines::Instance().TellDrainers();
  m->stacks.Flush();
  while (m->wake_word.load() == 0) {
    const int64_t deadline = p->timers.earliest();
    const int64_t left = deadline == kNever ? -1 : std::max<int64_t>(deadline - MonotonicNow(), 0);
    if (left != 0) {
      FutexWait(m->wake_word, 0, left);
    } else if (idle_.Remove(m)) {
      monitor_.BeUpAt(deadline + Monitor::kSlack);  // T5
      break;
    } else {
      // Somebody is waking m, or has taken its P.
      while (m->wake_word.load() == 0) FutexWait(m->wake_word, 0);
    }
  }
  if (m->p == nullptr) m->p = std::exchange(m->handed_p, nullptr);  // its own was taken meanwhile
  set_coarse_now(MonotonicNow());
}

void Scheduler::Prepare(M* m, G* g) {
  Count(m->p->tick);
  if (g->stack.lo == nullptr) BindStack(g, &m->stacks);
  g->m = m;
  g->set_status(GStatus::kRunning);
  m->p->current.store(g, std::memory_order_relaxed);  // relaxed: the monitor guesses
}

G* Scheduler::TakeNext(M* m) {
#ifdef PLAIT_TSAN
  // Over the worker's own stack always: whoever binds a goroutine's stack, and so makes its fiber, happens before it, says
  // ThreadSanitizer, and that must not be whichever goroutine left last.
  if (m != nullptr) return &m->g0;
#endif
  if (m->p == nullptr || m->leaving->locked_m != nullptr || m->after == M::After::kNeedsProcessor) return &m->g0;
  // relaxed: only the owner writes.
  const uint64_t tick = m->p->tick.load(std::memory_order_relaxed);
  if ((tick + 1) % kGlobalEvery == 0 || stopping_.load() || Freezing()) return &m->g0;
  if (tick % kTimersEvery == 0 && m->p->timers.earliest() != kNever) return &m->g0;
  G* g = TakeLocal(m);
  if (g == nullptr) return &m->g0;
  if (g->locked_m != nullptr) [[unlikely]] {
    global_.Push(g);  // for FindRunnable, and HandToLocked
    return &m->g0;
  }
  Prepare(m, g);
  return g;
}

// What Begun() has not done.
void Scheduler::Arrived(M* m, G* leaving) {
  switch (m->after) {
    case M::After::kPark:  // called off
      ReadyNext(m, leaving);
      return;
    case M::After::kYield:
      leaving->set_status(GStatus::kRunnable);
      if (!m->p->queue.PushQuietly(leaving)) Overflow(m, leaving);
      // What runs here next may compute for long.
      if (m->p->next.load(std::memory_order_relaxed) != nullptr) WakeIfNeeded();  // relaxed: the owner's own
      return;
    case M::After::kEnd:
      UnbindStack(leaving, &m->stacks);
      AllGoroutines::Instance().Free(leaving, &m->gs);
      return;
    case M::After::kNeedsProcessor:  // never: TakeNext
      return;
  }
}

void Scheduler::Displaced(M* m, G* g) {
  PushLocal(m, g);
  WakeIfNeeded();
}

// Runs g, and whoever is switched to straight from it, until somebody comes back here; then does his last things.
void Scheduler::Execute(M* m, G* g) {
  if (g->locked_m != nullptr && g->locked_m != m) [[unlikely]] {
    HandToLocked(m, g);
    return;
  }
  Prepare(m, g);
  for (;;) {
    SetCurrentG(g);
    arch::Switch(m->g0.fiber, g->fiber, m->regs);
    g = std::exchange(m->leaving, nullptr);
    // Nobody else runs it, so once it can be found it can also be handed to us.
    const bool locked = g->locked_m != nullptr;
    if (locked) [[unlikely]]
      m->wake_word = 0;
    switch (m->after) {
      case M::After::kPark:
        g->set_status(GStatus::kWaiting);
        Count(m->parks);
        if (m->commit != nullptr && !m->commit(m->commit_arg)) {  // called off
          g->set_status(GStatus::kRunning);
          continue;
        }
        break;
      case M::After::kYield:
        g->set_status(GStatus::kRunnable);
        if (locked || m->p == nullptr) {
          global_.Push(g);
          WakeIfNeeded();
          break;
        }
        PushLocal(m, g);
        // What runs here next may compute for long.
        if (m->p->next.load(std::memory_order_relaxed) != nullptr) WakeIfNeeded();  // relaxed: the owner's own
        break;
      case M::After::kNeedsProcessor:
        g->set_status(GStatus::kRunnable);
        global_.Push(g);
        blocking_.fetch_sub(1);  // now that it can be found in a queue
        WakeIfNeeded();
        break;
      case M::After::kEnd:
        UnbindStack(g, &m->stacks);
        AllGoroutines::Instance().Free(g, &m->gs);
        if (!locked) return;
        m->ends = true;  // SCHED-14
        if (m->p != nullptr) GiveP(std::exchange(m->p, nullptr));
        return;
    }
    if (!locked) return;
    if (!StopLocked(m)) return;
    AwaitThaw();
    g->m = m;
    g->set_status(GStatus::kRunning);
    if (m->p != nullptr) m->p->current.store(g, std::memory_order_relaxed);  // relaxed: as above
  }
}

void Scheduler::ReportDeadlocks() {
  Reports not_yet = Reports::kNotYet;
  if (!reports_.compare_exchange_strong(not_yet, Reports::kOn)) return;  // main has returned already
  // The last worker may have gone idle just before.
  if (idle_.idle() == procs()) CheckDeadlock();
}

void Scheduler::AllIdle() {
  if (quiet_waiters_.load() != 0) {
    quiet_.fetch_add(1);
    FutexWake(quiet_, 1 << 30);
  }
  CheckDeadlock();
}

// No wake-up is lost: both sides write before they read.
//
//   waiter                                last M to become idle
//   quiet_waiters_ + 1                    Add: in the list, idle_ + 1
//   look (Quiescent), else sleep          finds no work; read quiet_waiters_
//
// At rest all Ms are in the list and none leaves it. Consider the last Add there was: the M that made it was told
// `idle == procs`, and its second look found no work (or it would have left). So it came to AllIdle, after everything
// that Quiescent asks for, timers excepted. When the last of those fires, or is stopped, a worker gets up for it and
// becomes idle again, or the monitor comes here.
void Scheduler::WaitQuiescent() {
  quiet_waiters_.fetch_add(1);
  for (;;) {
    const uint32_t seen = quiet_.load();
    if (Quiescent() != 0) break;
    FutexWait(quiet_, seen);
  }
  quiet_waiters_.fetch_sub(1);
}

// Between the two looks at the list, if they agree, no M has left it: none ran a goroutine, fired a timer, or took
// anything from a queue. Nor did the monitor fire one: its number is the same, and even. So nobody armed a timer or filled
// a queue meanwhile, and what is read in between is true at one time. Timers that have been stopped do not count
// (DEAD-08). An idle M has nothing in its P's `next`: it looked there before it went idle, and only its own goroutines
// put anything there.
//
// Returns the number of that look, which is not 0, or 0.
uint64_t Scheduler::Quiescent() {
  const uint64_t firings = monitor_.firings();
  const uint64_t before = idle_.AllIdle(procs());
  const bool quiet = before != 0 && blocking_.load() == 0 && firings % 2 == 0 && !TimersPending() && !AnyWork() &&
                     monitor_.firings() == firings && idle_.AllIdle(procs()) == before;
  return quiet ? before : 0;
}

void Scheduler::CheckDeadlock() {
  if (reports_.load() != Reports::kOn) return;
  const uint64_t quiet = Quiescent();
  if (quiet == 0) return;
  // A foreign thread gives no sign when it ends: the monitor will ask again.
  const bool only_ours = OnlyOurThreads(static_cast<int>(running_ms_.load()));
  foreign_threads_ = !only_ours;
  if (!only_ours) {
    monitor_.Nudge();
    return;
  }
  // Again, since a foreign thread may have given work after the first look and ended before the count of threads.
  // Nobody has left the list since (it is the same number), so no goroutine has run that could have started another
  // thread.
  if (Quiescent() != quiet) return;
  // Read again, after the look that found all workers idle: main may have returned in between, and then it has said so
  // before its worker went idle. Or the owner stops us.
  if (reports_.load() != Reports::kOn || stopping_.load()) return;
  // Every worker is idle, no timer will fire and nobody else exists: nothing can ever run again.
  if (AllGoroutines::Instance().count() == 0) {
    if (main_exited_.load()) FatalAll(texts::kNoGoroutines);
    return;  // between main's end and Stop()
  }
  FatalAll(texts::kAllAsleep);
}

}  // namespace plait::sched
