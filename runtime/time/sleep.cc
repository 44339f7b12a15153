#include "plait/runtime/time/sleep.h"

#include <memory>

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/lock/futex.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/time/arm.h"
#include "plait/runtime/time/clock.h"
#include "plait/runtime/time/now.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait::time {
namespace {

Time ToTime(int64_t ns) { return Time(Duration(ns)); }

// A sleeping goroutine's timer. Armed by the park's commit, so that it cannot fire before the goroutine is parked.
struct Sleeper {
  G* g;
  Timer timer;
  bool armed = false;

  ~Sleeper() {
    if (armed && timer.index != Timer::kNotArmed) internal::DisarmTimer(g, timer);  // only when it is being unwound
  }
};

bool ArmCommit(void* arg) {
  auto* sleeper = static_cast<Sleeper*>(arg);
  sleeper->armed = true;
  internal::ArmTimer(sleeper->g,
                     sleeper->timer);  // not touched after this: it may have fired and the goroutine be gone
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
  const int64_t deadline = internal::Deadline(internal::Nanotime(), d.count());
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
  timer->timer.when = internal::Deadline(internal::Nanotime(), d.count());
  race::Release(timer->timer.object);
  internal::ArmTimer(g, timer.release()->timer);
  if (controller != nullptr) controller->AfterStep(op);
  return chan;
}

}  // namespace plait::time
