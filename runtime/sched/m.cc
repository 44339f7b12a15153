#include "plait/runtime/sched/m.h"

namespace plait::sched {

void PreemptCurrent(G* g) {
  g->attention.store(0, std::memory_order_relaxed);  // relaxed: see g.h
  if (g->m != nullptr && g->m->p != nullptr) YieldCurrent(g);
}

void RequeueCurrent(G* g) { Leave(g, g->m, M::After::kNeedsProcessor); }

void EndCurrent(G* g) {
  M* m = g->m;
  m->after = M::After::kEnd;
  m->leaving = g;
  G* next = m->take_next(m);
  SetCurrentG(next);
  arch::SwitchAndEnd(g->fiber, next->fiber, m->regs);
}

}  // namespace plait::sched
