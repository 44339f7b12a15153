#include "plait/runtime/goroutine/park.h"

#include "plait/runtime/lock/futex.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/seam/controller.h"

namespace plait {
namespace {

void ParkThread(G* g, ParkCommit commit, void* arg) {
  g->wake_word = 0;
  g->set_status(GStatus::kWaiting);
  if (commit == nullptr || commit(arg)) {
    // A waker found g only after the commit's unlock; it stores 1 before it wakes.
    while (g->wake_word.load() == 0) FutexWait(g->wake_word, 0);
  }
  g->set_status(GStatus::kRunning);
}

// One thread, so the commit can run right here: nobody else runs before Parked() has switched away.
void ParkControlled(G* g, ParkCommit commit, void* arg) {
  g->set_status(GStatus::kWaiting);
  if (commit == nullptr || commit(arg)) g->controller->Parked();
  g->set_status(GStatus::kRunning);
}

}  // namespace

bool Park(WaitReason reason, SourceLocation where, ParkCommit commit, void* arg) {
  G* g = CurrentG();
  g->wait_reason = reason;
  g->waits_at = where;
  if (g->controller != nullptr) [[unlikely]] {
    ParkControlled(g, commit, arg);
  } else if (g->is_thread) {
    ParkThread(g, commit, arg);
    return true;
  } else {
    g->waiting_since = g->m->scheduler->coarse_now();
    sched::ParkCurrent(g, commit, arg);
    if (g->controller != nullptr) [[unlikely]]
      g->controller->Parked();  // being unwound at Stop
  }
  return !(g->controller != nullptr && g->controller->Unwinding());
}

void Ready(G* g) {
  if (g->controller != nullptr) [[unlikely]] {
    g->set_status(GStatus::kRunnable);
    g->controller->Readied(g);
  } else if (g->is_thread) {
    g->wake_word = 1;
    FutexWake(g->wake_word, 1);
  } else {
    sched::Scheduler::Current()->Ready(g);
  }
}

}  // namespace plait
