// How Ps go from M to M. An M runs goroutines only while it has a P; there are GOMAXPROCS of those.
//
//   S1  A P belongs to exactly one of: an M (m->p), a hand-over (m->handed_p, until that M wakes), ps_without_m_, or
//       nobody, when it is retired. procs_ counts those that are not retired.
//   S2  An M in the idle list has a P; an M in the spare list has none. Both sleep on wake_word, which is set to 0 before
//       the M can be found in the list, and to 1 by whoever takes it out. TakeP moves one from the first to the second
//       list in its sleep.
//   S3  A goroutine with a locked_m is run by that M only. Another M that finds it in a queue hands its own P over with it
//       and goes on as a spare. While the goroutine waits its M gives the P away and sleeps.
//   S4  blocking_ counts goroutines in Blocking() until they are found in a queue again, or run with a P: so all Ps idle,
//       empty queues and blocking_ == 0 together mean that nothing runs.
// No hand-over is lost: wake_word is 0 before the M is published (in a list; or, locked, by its goroutine's commit), and
// handed_p is written before wake_word becomes 1.

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/goroutine/dump.h"
#include "plait/runtime/lock/futex.h"
#include "plait/runtime/panic/die.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/sched/freeze.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/stack/overflow.h"

namespace plait::sched {

void Scheduler::SetUp(M* m) {
  m->take_next = [](M* self) { return self->scheduler->TakeNext(self); };
  m->arrived = [](M* self, G* leaving) { self->scheduler->Arrived(self, leaving); };
  m->displaced = [](M* self, G* g) { self->scheduler->Displaced(self, g); };
  m->coarse_now = &coarse_now_;
  m->regs = arch::ThreadRegs::OfThisThread();
  m->g0.is_thread = true;
  m->g0.m = m;
  m->g0.set_status(GStatus::kRunning);
  SetCurrentG(&m->g0);
}

void Scheduler::StartWantedThreads() {
  thread_wanted_ = false;  // before the look: a P that comes later sets it again
  size_t n = 0;
  {
    std::lock_guard guard(ms_lock_);
    n = ps_without_m_.size();
  }
  // One too many, if a spare M was faster, is one more spare.
  for (size_t i = 0; i < n; ++i) StartThread();
}

void Scheduler::StartThread() {
  std::lock_guard guard(ms_lock_);
  const auto threads = running_ms_.fetch_add(1) + 1;
  if (threads > max_threads_.load()) {
    Die("runtime: program exceeds " + std::to_string(max_threads_.load()) +
        "-thread limit\nfatal error: " + texts::kThreadExhaustion + "\n" + CrashTrace());
  }
  M* m = ms_.emplace_back(std::make_unique<M>(this, ms_.size() + 1)).get();
  m->thread = std::thread([this, m] { RunM(m); });
}

// The caller has no P and sleeps until it is given one. False: the scheduler stops.
bool Scheduler::AwaitP(M* m) {
  if (m->spinning) {
    m->spinning = false;
    if (idle_.StopSpinning()) WakeIfNeeded();
  }
  {
    std::lock_guard guard(ms_lock_);
    if (stopping_.load()) return false;  // Stop sets it, then takes the lock and wakes all
    if (!ps_without_m_.empty()) {
      m->p = ps_without_m_.back();
      ps_without_m_.pop_back();
      return true;
    }
    m->wake_word = 0;
    m->spare_link = spare_ms_;
    spare_ms_ = m;
  }
  // As in GoIdle: when its processor has retired, nobody else tells of the goroutines that ended here.
  AllGoroutines::Instance().TellDrainers();
  m->stacks.Flush();
  while (m->wake_word.load() == 0) FutexWait(m->wake_word, 0);
  m->p = std::exchange(m->handed_p, nullptr);
  return m->p != nullptr;
}

// To a spare M, or to a thread that the monitor is asked for.
void Scheduler::GiveP(P* p) {
  hand_offs_.fetch_add(1);
  p->current = nullptr;
  M* m = nullptr;
  {
    std::lock_guard guard(ms_lock_);
    m = spare_ms_;
    if (m != nullptr) {
      spare_ms_ = m->spare_link;
    } else {
      ps_without_m_.push_back(p);
    }
  }
  if (m == nullptr) {
    thread_wanted_ = true;
    monitor_.Nudge();
    return;
  }
  m->handed_p = p;
  m->wake_word = 1;
  FutexWake(m->wake_word, 1);
}

void Scheduler::WakeEveryM() {
  std::lock_guard guard(ms_lock_);
  for (const auto& m : ms_) {
    m->wake_word = 1;
    FutexWake(m->wake_word, 1);
  }
}

int Scheduler::SetProcs(int n) {
  std::vector<P*> fresh;
  int before = 0;
  {
    std::lock_guard guard(procs_lock_);
    before = target_procs_.load();
    if (n < 1) return before;
    n = std::min(n, kMostProcs);
    for (int i = made_ps_.load(); i < n; ++i) {
      ps_[static_cast<size_t>(i)] = std::make_unique<P>(i);
      made_ps_ = i + 1;  // after the P: thieves look at the first made_ps_
    }
    target_procs_ = n;
    for (int i = 0; i < n; ++i) {
      P* p = ps_[static_cast<size_t>(i)].get();
      if (!p->retired) continue;
      p->retired = false;
      idle_.Bump();
      procs_.fetch_add(1);
      fresh.push_back(p);
    }
  }
  for (P* p : fresh) GiveP(p);
  if (n < before) idle_.WakeAll();  // those beyond retire
  return before;
}

// Whether m's P was one too many; its work goes to the others. No wake-up is lost: like a submitter it pushes first and
// then looks for somebody to wake. And the last of two, a P that retires here and another one that goes idle, sees that
// all are idle: each changes its own number and then reads the other's.
bool Scheduler::Retires(M* m) {
  if (m->p->id < target_procs_.load()) [[likely]]
    return false;
  {
    std::lock_guard guard(procs_lock_);
    P* p = m->p;
    if (p->id < target_procs_.load()) return false;
    if (G* g = p->next.exchange(nullptr)) global_.Push(g);
    while (G* g = p->queue.Pop()) global_.Push(g);
    p->retired = true;
    m->p = nullptr;
    idle_.Bump();
    procs_.fetch_sub(1);
  }
  if (m->spinning) {
    m->spinning = false;
    idle_.StopSpinning();
  }
  WakeIfNeeded();
  if (idle_.idle() == procs()) AllIdle();
  return true;
}

void Scheduler::LockThread(G* g) {
  ++g->thread_locks;
  g->locked_m = g->m;
}

void Scheduler::UnlockThread(G* g) {
  if (g->thread_locks == 0 || --g->thread_locks != 0) return;
  g->locked_m = nullptr;
}

// m's own goroutine, to which it is locked, does not run. True: it may go on, with a P. False: the scheduler stops.
bool Scheduler::StopLocked(M* m) {
  if (m->p != nullptr) GiveP(std::exchange(m->p, nullptr));
  while (m->wake_word.load() == 0 && !stopping_.load()) FutexWait(m->wake_word, 0);
  m->p = std::exchange(m->handed_p, nullptr);
  return m->p != nullptr;
}

void Scheduler::HandToLocked(M* m, G* g) {
  M* locked = g->locked_m;
  locked->handed_p = std::exchange(m->p, nullptr);
  locked->wake_word = 1;
  FutexWake(locked->wake_word, 1);
}

M* Scheduler::NewLockedM() {
  std::lock_guard guard(ms_lock_);
  return ms_.emplace_back(std::make_unique<M>(this, ms_.size() + 1)).get();
}

void Scheduler::RunLocked(M* m, G* g) {
  race::Ignore ignore;
  G* before = CurrentGOrNull();
  stack::AltStack alt_stack;
  const Freezable freezable;
  SetUp(m);
  if (StopLocked(m)) Execute(m, g);
  if (m->p != nullptr) GiveP(std::exchange(m->p, nullptr));
  SetCurrentG(before);
}

Scheduler::Counts Scheduler::ReadCounts() {
  Counts counts;
  counts.threads = static_cast<int>(running_ms_.load());
  counts.idle_procs = idle_.idle();
  counts.blocking = blocking_.load();
  counts.thread_wakes = idle_.wakes();
  counts.hand_offs = hand_offs_.load();
  counts.preemptions = preemptions_.load();
  for (int i = 0; i < made_ps_.load(); ++i) counts.runs += ps_[static_cast<size_t>(i)]->tick.load();
  std::lock_guard guard(ms_lock_);
  for (const auto& m : ms_) {
    counts.parks += m->parks.load();
    counts.steals += m->steals.load();
    counts.stolen += m->stolen.load();
  }
  return counts;
}

void Scheduler::EnterBlocking(G* g) {
  blocking_.fetch_add(1);
  g->set_status(GStatus::kSyscall);
  if (g->m->p != nullptr) GiveP(std::exchange(g->m->p, nullptr));
}

void Scheduler::ExitBlocking(G* g) {
  M* m = g->m;
  if (m->p == nullptr) {
    m->p = idle_.TakeP([this](M* spare) {
      std::lock_guard guard(ms_lock_);
      spare->spare_link = spare_ms_;
      spare_ms_ = spare;
    });
    if (m->p == nullptr) {
      RequeueCurrent(g);
      return;
    }
  }
  g->set_status(GStatus::kRunning);
  blocking_.fetch_sub(1);
}

}  // namespace plait::sched
