#include "plait/runtime/time/sleep.h"

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/lock/futex.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/time/arm_timer.h"
#include "plait/runtime/time/clock.h"
#include "plait/runtime/time/now.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait::time {
namespace {

Time ToTime(int64_t ns) { return Time(Duration(ns)); }

// A sleeping goroutine's timer. Armed by the park's commit, so that it cannot fire before the goroutine is parked.
struct Sleeper {
  static constexpr uint64_t kOnlySetting = 1;

  G* g;
  RuntimeTimer timer;

  explicit Sleeper(G* g_) : g(g_) {
    timer.arg = timer.sleeper = g;
    timer.fire = [](RuntimeTimer& t, int64_t, TimerHeap*) { Ready(static_cast<G*>(t.arg)); };
    timer.setting = kOnlySetting;
  }
};

bool ArmCommit(void* arg) {
  auto* sleeper = static_cast<Sleeper*>(arg);
  // Neither is touched after this: it may have fired and the goroutine be gone.
  if (Controller* controller = sleeper->g->controller) {
    controller->Arm(sleeper->timer);
  } else {
    internal::AddTimer(sleeper->g, sleeper->timer, Sleeper::kOnlySetting, sleeper->timer.when);
  }
  return true;
}

void SleepThread(int64_t deadline) {
  std::atomic<uint32_t> word{0};
  for (int64_t left; (left = deadline - MonotonicNow()) > 0;) FutexWait(word, 0, left);
}

}  // namespace

Time Now(SourceLocation where) {
  const G* g = CurrentG();
  if (g->controller == nullptr) [[likely]]
    return ToTime(MonotonicNow());
  Op op{.kind = OpKind::kNow, .where = where};
  if (g->controller->BeforeStep(op) != Controller::Admission::kProceed) return {};
  op.out = g->controller->Now();
  g->controller->AfterStep(op);
  return ToTime(op.out);
}

void Sleep(Duration d, SourceLocation where) {
  if (d.count() <= 0) return;
  G* g = CurrentG();
  Op op{.kind = OpKind::kSleep, .where = where, .arg = d.count()};
  Controller* controller = g->controller;
  if (controller != nullptr && controller->BeforeStep(op) != Controller::Admission::kProceed) return;
  const int64_t deadline = internal::Deadline(internal::Nanotime(), d.count());
  if (g->is_thread && controller == nullptr) {
    SleepThread(deadline);
    return;
  }
  // Unwound, the goroutine leaves it unfired: then its world's timers have been dropped before.
  Sleeper sleeper(g);
  sleeper.timer.when = deadline;
  if (!Park(WaitReason::kSleep, where, ArmCommit, &sleeper)) return;
  if (controller != nullptr) controller->AfterStep(op);
}

}  // namespace plait::time
