#include "plait/runtime/sched/m.h"

#include "plait/runtime/seam/race.h"

namespace plait::sched {

// What a goroutine did before it stopped running happens before its unwinding, should it never run again
// (Runtime::Stop).
void ParkCurrent(G* g, ParkCommit commit, void* arg) {
  M* m = g->m;
  race::Release(&race::goroutine_ends);
  m->after = M::After::kPark;
  m->commit = commit;
  m->commit_arg = arg;
  arch::Switch(g->fiber, m->g0.fiber, m->regs);
}

void YieldCurrent(G* g) {
  M* m = g->m;
  race::Release(&race::goroutine_ends);
  m->after = M::After::kYield;
  arch::Switch(g->fiber, m->g0.fiber, m->regs);
}

void PreemptCurrent(G* g) {
  g->attention.store(0, std::memory_order_relaxed);  // relaxed: see g.h
  if (g->m != nullptr && g->m->p != nullptr) YieldCurrent(g);
}

void RequeueCurrent(G* g) {
  M* m = g->m;
  race::Release(&race::goroutine_ends);
  m->after = M::After::kNeedsProcessor;
  arch::Switch(g->fiber, m->g0.fiber, m->regs);
}

void EndCurrent(G* g) {
  M* m = g->m;
  m->after = M::After::kEnd;
  arch::SwitchAndEnd(g->fiber, m->g0.fiber, m->regs);
}

}  // namespace plait::sched
