#include "plait/runtime/time/arm_timer.h"

#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/sched/scheduler.h"

namespace plait::internal {

int64_t Deadline(int64_t now, int64_t d) {
  if (d <= 0) return now;
  return d > kNever - now ? kNever : now + d;
}

int64_t NextTick(int64_t when, int64_t period, int64_t now) {
  const int64_t missed = now > when ? (now - when) / period : 0;
  int64_t step = 0, next = 0;
  if (__builtin_mul_overflow(period, missed + 1, &step) || __builtin_add_overflow(when, step, &next)) return kNever;
  return next;
}

void AddTimer(const G* g, RuntimeTimer& timer, uint64_t setting, int64_t when) {
  sched::Scheduler* scheduler = sched::Scheduler::Current();
  if (scheduler == nullptr) Fatal("plait: a timer without a Runtime: nobody would fire it");
  scheduler->AddTimer(g->m, timer, setting, when);
}

void TimerStopped(const G* g) {
  if (g->m != nullptr) return;  // its worker looks for a deadlock when it goes idle
  if (sched::Scheduler* scheduler = sched::Scheduler::Current()) scheduler->monitor().Nudge();
}

}  // namespace plait::internal
