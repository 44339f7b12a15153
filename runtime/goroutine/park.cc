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

namespace internal {

bool ParkElsewhere(G* g, ParkCommit commit, void* arg) {
  g->waiting_since = 0;
  if (g->controller == nullptr) {
    ParkThread(g, commit, arg);
    return true;
  }
  ParkControlled(g, commit, arg);
  return !g->controller->Unwinding();
}

// Runtime::Stop unwinds it.
bool ResumedForTeardown(G* g) {
  g->controller->Parked();
  return !g->controller->Unwinding();
}

void ReadyElsewhere(G* g) {
  if (g->controller != nullptr) {
    g->set_status(GStatus::kRunnable);
    g->controller->Readied(g);
  } else if (g->is_thread) {
    g->wake_word = 1;
    FutexWake(g->wake_word, 1);
  } else {
    sched::Scheduler::Current()->Ready(g);
  }
}

}  // namespace internal

}  // namespace plait
