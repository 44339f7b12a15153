#include "plait/runtime/sched/m.h"

namespace plait::sched {

void ParkCurrent(G* g, ParkCommit commit, void* arg) {
  M* m = g->m;
  m->after = M::After::kPark;
  m->commit = commit;
  m->commit_arg = arg;
  arch::Switch(g->fiber, m->g0.fiber, m->regs);
}

void YieldCurrent(G* g) {
  M* m = g->m;
  m->after = M::After::kYield;
  arch::Switch(g->fiber, m->g0.fiber, m->regs);
}

void EndCurrent(G* g) {
  M* m = g->m;
  m->after = M::After::kEnd;
  arch::SwitchAndEnd(g->fiber, m->g0.fiber, m->regs);
}

}  // namespace plait::sched
