#include "plait/runtime/metrics/metrics.h"

#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/stack/stack_pool.h"

namespace plait::metrics {

Metrics Read() {
  Metrics m;
  AllGoroutines& all = AllGoroutines::Instance();
  m.goroutines = static_cast<int>(all.count());
  m.goroutines_made = all.made();
  const stack::Stats stacks = stack::StackPool::Global().stats();
  m.stacks_in_use = stacks.stacks_in_use;
  m.stacks_pooled = stacks.stacks_pooled;
  m.stack_bytes = stacks.reserved_bytes;
  sched::Scheduler* scheduler = sched::Scheduler::Current();
  if (scheduler == nullptr) return m;
  m.procs = scheduler->target_procs();
  m.timers = scheduler->TimersArmed();
  const sched::Scheduler::Counts counts = scheduler->ReadCounts();
  m.threads = counts.threads;
  m.idle_procs = counts.idle_procs;
  m.blocking = counts.blocking;
  m.runs = counts.runs;
  m.parks = counts.parks;
  m.steals = counts.steals;
  m.stolen = counts.stolen;
  m.thread_wakes = counts.thread_wakes;
  m.hand_offs = counts.hand_offs;
  m.preemptions = counts.preemptions;
  return m;
}

}  // namespace plait::metrics
