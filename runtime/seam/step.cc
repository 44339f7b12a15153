#include "plait/runtime/seam/step.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/sched/m.h"

namespace plait {

bool Announce(G* g, Op& op) {
  if (g->controller == nullptr && g->attention.load() != 0) sched::PreemptCurrent(g);
  if (g->controller != nullptr) return g->controller->BeforeStep(op) == Controller::Admission::kProceed;
  if (op.object == nullptr || op.object->record() == nullptr) return true;
  const char* name = op.object->record()->name;
  Fatal(std::string("plait: ") + OpName(op.kind) + " at " + op.where.file + ":" + std::to_string(op.where.line) +
        " on the " + ObjectKindName(op.object->kind()) + (name != nullptr ? std::string(" '") + name + "'" : "") +
        " of a running exploration, by a thread or goroutine outside it (an invariant counts as outside)");
}

void AbortOutsideStep() {
  std::fputs("plait: a primitive has changed state outside an announced step (a bug in plait)\n", stderr);
  std::abort();
}

}  // namespace plait
