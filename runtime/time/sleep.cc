#include "plait/runtime/time/sleep.h"

#include <limits>
#include <memory>

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/lock/futex.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/time/clock.h"
#include "plait/runtime/time/now.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait::time {
namespace {

Time ToTime(int64_t ns) { return Time(Duration(ns)); }

int64_t Deadline(int64_t now, Duration d) {
  constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
  if (d.count() <= 0) return now;
  return d.count() > kNever - now ? kNever : now + d.count();
}

void Arm(G* g, Timer& timer) {
  if (g->controller != nullptr) {
    g->controller->Arm(timer);
    return;
  }
  sched::Scheduler* scheduler = sched::Scheduler::Current();
  if (scheduler == nullptr) Fatal("plait: a timer without a Runtime: nobody would fire it");
  scheduler->monitor().Arm(timer);
}

bool Disarm(G* g, Timer& timer) {
  if (g->controller != nullptr) return g->controller->Disarm(timer);
  sched::Scheduler* scheduler = sched::Scheduler::Current();
  return scheduler != nullptr && scheduler->monitor().Disarm(timer);
}

// A sleeping goroutine's timer. Armed by the park's commit, so that it cannot fire before the goroutine is parked.
struct Sleeper {
  G* g;
  Timer timer;
  bool armed = false;

  ~Sleeper() {
    if (armed && timer.index != Timer::kNotArmed) Disarm(g, timer);  // only when it is being unwound
  }
};

bool ArmCommit(void* arg) {
  auto* sleeper = static_cast<Sleeper*>(arg);
  sleeper->armed = true;
  Arm(sleeper->g, sleeper->timer);  // not touched after this: it may have fired and the goroutine be gone
  return true;
}

void SleepThread(int64_t deadline) {
  std::atomic<uint32_t> word{0};
  for (int64_t left; (left = deadline - MonotonicNow()) > 0;) FutexWait(word, 0, left);
}

// The timer of After: owns itself and a reference to the channel.
struct AfterTimer {
  Timer timer;
  SendChan<Time> chan;
};

void FireAfter(Timer& timer, int64_t now) {
  const std::unique_ptr<AfterTimer> self(static_cast<AfterTimer*>(timer.arg));
  Time time = ToTime(now);
  internal::ChanAccess::Core(self->chan)->SendFromTimer(&time);
}

void DropAfter(Timer& timer) { delete static_cast<AfterTimer*>(timer.arg); }

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
  const int64_t deadline = Deadline(internal::Nanotime(), d);
  if (g->is_thread && controller == nullptr) {
    SleepThread(deadline);
    return;
  }
  Sleeper sleeper{.g = g, .timer = {.when = deadline, .sleeper = g}};
  sleeper.timer.arg = g;
  sleeper.timer.fire = [](Timer& timer, int64_t) { Ready(static_cast<G*>(timer.arg)); };
  if (!Park(WaitReason::kSleep, where, ArmCommit, &sleeper)) return;
  sleeper.armed = false;
  if (controller != nullptr) controller->AfterStep(op);
}

RecvChan<Time> After(Duration d, SourceLocation where) {
  G* g = CurrentG();
  Chan<Time> chan = make_chan<Time>(1);
  internal::ChanAccess::Core(chan)->HideBuffer();
  chan.name("time.After");
  auto timer = std::make_unique<AfterTimer>();
  timer->chan = chan;
  timer->timer.arg = timer.get();
  timer->timer.fire = FireAfter;
  timer->timer.drop = DropAfter;
  timer->timer.object = internal::ChanAccess::Core(chan);
  Op op{.kind = OpKind::kTimerStart, .object = timer->timer.object, .where = where, .arg = d.count()};
  Controller* controller = g->controller;
  if (controller != nullptr && controller->BeforeStep(op) != Controller::Admission::kProceed) return chan;
  timer->timer.when = Deadline(internal::Nanotime(), d);
  race::Release(timer->timer.object);
  Arm(g, timer.release()->timer);
  if (controller != nullptr) controller->AfterStep(op);
  return chan;
}

}  // namespace plait::time
