#include "plait/runtime/sched/monitor.h"

#include <algorithm>

#include "plait/runtime/lock/futex.h"
#include "plait/runtime/sched/crash_report.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/time/clock.h"

namespace plait::sched {
namespace {

// A look costs a futex timeout of some 100 us of real time here; rounds without news make it rarer.
constexpr int64_t kShortest = 100'000;
constexpr int64_t kLongest = 10'000'000;
// How long a goroutine may run while others wait for its P (SCHED-01, SCHED-07).
constexpr int64_t kTimeSlice = 10'000'000;
// Between two looks whether the foreign threads that forbid a deadlock report have ended. Idle processes should be
// idle.
constexpr int64_t kLongestForeign = 1'000'000'000;

}  // namespace

void Monitor::Start() {
  last_tick_.assign(Scheduler::kMostProcs, 0);
  tick_since_.assign(Scheduler::kMostProcs, 0);
  thread_ = std::thread([this] { Run(); });
}

void Monitor::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake_word_ = 1;
  FutexWake(wake_word_, 1);
  thread_.join();
}

void Monitor::Nudge() {
  if (!asleep_.load()) return;  // N2
  if (!asleep_.exchange(false)) return;
  wake_word_ = 1;
  FutexWake(wake_word_, 1);
}

void Monitor::LookAtPs(int64_t now) {
  for (size_t i = 0; i < static_cast<size_t>(scheduler_.made_ps_.load()); ++i) {
    P& p = *scheduler_.ps_[i];
    const uint64_t tick = p.tick.load();
    if (tick != last_tick_[i]) tick_since_[i] = now;
    if (tick == last_tick_[i]) {  // the same goroutine has run since the last look
      if (p.next.load() != nullptr) p.next_stale = true;
      if (p.next_stale.load() || !p.queue.empty()) scheduler_.WakeIfNeeded();
      // It may have ended meanwhile: then another one lets others run once too often.
      G* g = p.current.load();
      const bool others = p.next.load() != nullptr || !p.queue.empty() || !scheduler_.global_.empty();
      if (g != nullptr && others && now - tick_since_[i] >= kTimeSlice && g->attention.exchange(1) == 0) {
        scheduler_.preemptions_.fetch_add(1);
      }
    }
    last_tick_[i] = tick;
  }
}

void Monitor::FireOverdue(int64_t now) {
  if (NextDeadline() > now) return;
  firings_.fetch_add(1);
  scheduler_.outside_timers_.RunExpired(now);
  for (int i = 0; i < scheduler_.made_ps_.load(); ++i) {
    TimerHeap& timers = scheduler_.ps_[static_cast<size_t>(i)]->timers;
    if (timers.earliest() <= now - kSlack) timers.RunExpired(now);
  }
  firings_.fetch_add(1);
}

// When it is the monitor's turn to fire something.
int64_t Monitor::NextDeadline() const {
  int64_t next = scheduler_.outside_timers_.earliest();
  for (int i = 0; i < scheduler_.made_ps_.load(); ++i) {
    const int64_t earliest = scheduler_.ps_[static_cast<size_t>(i)]->timers.earliest();
    if (earliest < kNever - kSlack) next = std::min(next, earliest + kSlack);
  }
  return next;
}

void Monitor::Run() {
  race::Ignore ignore;
  int64_t pause = kShortest;
  int64_t foreign_pause = kShortest;
  while (!stopping_.load()) {
    if (CrashReportDue()) MakeCrashReport();
    if (scheduler_.thread_wanted()) scheduler_.StartWantedThreads();
    const int64_t now = MonotonicNow();
    scheduler_.set_coarse_now(now);
    FireOverdue(now);
    LookAtPs(now);
    // A timer that fired may have woken nobody, and then no worker will look for a deadlock again.
    if (scheduler_.idle_.idle() == scheduler_.procs()) scheduler_.AllIdle();

    wake_word_ = 0;
    until_ = kNever;
    asleep_ = true;  // N1: before the looks below
    const bool busy = scheduler_.idle_.idle() < scheduler_.procs();
    pause = busy ? std::min(pause * 2, kLongest) : kShortest;
    int64_t timeout = busy ? pause : -1;
    const bool foreign = scheduler_.foreign_threads_.load() && scheduler_.idle_.idle() == scheduler_.procs();
    foreign_pause = foreign ? std::min(foreign_pause * 2, kLongestForeign) : kShortest;
    if (foreign) timeout = foreign_pause;
    const int64_t deadline = NextDeadline();
    if (deadline != kNever || timeout >= 0) {
      const int64_t then = MonotonicNow();
      const int64_t until = timeout < 0 ? deadline : std::min(deadline, then + timeout);
      until_ = until;
      timeout = std::max<int64_t>(until - then, 0);
    }
    const bool asked = CrashReportDue() || scheduler_.thread_wanted();
    if (timeout != 0 && !asked && !stopping_.load()) FutexWait(wake_word_, 0, timeout);
    asleep_ = false;
  }
}

}  // namespace plait::sched
