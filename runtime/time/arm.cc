#include "plait/runtime/time/arm.h"

#include <limits>

#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/seam/controller.h"

namespace plait::internal {

int64_t Deadline(int64_t now, int64_t d) {
  constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
  if (d <= 0) return now;
  return d > kNever - now ? kNever : now + d;
}

void ArmTimer(G* g, Timer& timer) {
  if (g->controller != nullptr) {
    g->controller->Arm(timer);
    return;
  }
  sched::Scheduler* scheduler = sched::Scheduler::Current();
  if (scheduler == nullptr) Fatal("plait: a timer without a Runtime: nobody would fire it");
  scheduler->monitor().Arm(timer);
}

bool DisarmTimer(G* g, Timer& timer) {
  if (g->controller != nullptr) return !g->controller->Unwinding() && g->controller->Disarm(timer);
  sched::Scheduler* scheduler = sched::Scheduler::Current();
  return scheduler != nullptr && scheduler->monitor().Disarm(timer);
}

}  // namespace plait::internal
