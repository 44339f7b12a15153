#include "plait/runtime/time/timer_chan.h"

#include <mutex>

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"
#include "plait/runtime/time/arm_timer.h"
#include "plait/runtime/time/now.h"
#include "plait/runtime/time/sleep.h"

namespace plait::internal {
namespace {

using Time = time::Time;
static_assert(sizeof(Elem<Time>) == sizeof(int64_t));

Time ToTime(int64_t ns) { return Time(time::Duration(ns)); }

}  // namespace

TimerChan::TimerChan(int64_t period, const char* name)
    : ChanCore(period > 0 ? ObjectKind::kTicker : ObjectKind::kTimer, kElemOps<Time>, slot_),
      period_(period),
      controlled_(record() != nullptr) {
  timer_.arg = this;
  timer_.object = this;
  timer_.sends = true;
  timer_.periodic = period > 0;
  timer_.fire = Fire;
  timer_.drop = timer_.release = [](RuntimeTimer& timer) { static_cast<TimerChan*>(timer.arg)->Unref(); };
  if (!controlled_) timer_.drop = nullptr;
  if (name != nullptr) SetName(name);
}

TimerChan* TimerChan::Start(int64_t d, int64_t period, const char* name, SourceLocation where) {
  G* g = CurrentG();
  auto* self = new TimerChan(period, name);
  Op op{.kind = OpKind::kTimerStart, .object = self, .where = where, .arg = d};
  const bool observed = Observed(g, *self);
  if (observed && !Announce(g, op)) return self;
  self->Set(d, period);  // no lock: nobody knows it yet
  if (observed) Conclude(g, op);
  return self;
}

bool TimerChan::Stop(SourceLocation where) {
  G* g = CurrentG();
  Op op{.kind = OpKind::kTimerStop, .object = this, .where = where};
  const bool observed = Observed(g, *this);
  if (observed && !Announce(g, op)) return false;
  {
    std::lock_guard guard(mutex());
    op.ok = Unset();
  }
  if (op.ok && !observed) TimerStopped(g);
  if (observed) Conclude(g, op);
  return op.ok;
}

bool TimerChan::Reset(int64_t d, int64_t period, SourceLocation where) {
  G* g = CurrentG();
  Op op{.kind = OpKind::kTimerReset, .object = this, .where = where, .arg = d};
  const bool observed = Observed(g, *this);
  if (observed && !Announce(g, op)) return false;
  {
    std::lock_guard guard(mutex());
    op.ok = Unset();
    Set(d, period);
  }
  if (observed) Conclude(g, op);
  return op.ok;
}

// No value from before can be received once the lock is free (TIME-05, TIME-06).
bool TimerChan::Unset() {
  AssertInStep();
  const bool running = when_ != kUnset || count() > 0;
  when_ = kUnset;
  timer_.setting = 0;
  DropBuffered();
  if (timer_.armed) {
    record()->controller->Disarm(timer_);
    Unref();  // the timer's own; the caller has one
  }
  return running;
}

void TimerChan::Set(int64_t d, int64_t period) {
  AssertInStep();
  race::Release(this);
  const int64_t now = Nanotime();
  when_ = Deadline(now, d);
  period_ = period;
  if (!controlled_) {
    if (!recvq().empty()) Awaited();
  } else if (when_ > now) {
    ArmControlled();
  } else {
    // In production the clock has passed a deadline of now whenever anybody looks. Virtual time stands still, so it is
    // delivered here, and never missed by a default (SEL-27).
    Deliver(now);
  }
}

void TimerChan::ArmControlled() {
  Ref();
  timer_.when = when_;
  record()->controller->Arm(timer_);
}

void TimerChan::Poll() {
  if (controlled_ || when_ == kUnset) return;
  const int64_t now = Nanotime();
  if (when_ <= now) Deliver(now);
}

void TimerChan::Awaited() {
  if (controlled_ || when_ == kUnset || timer_.setting.load() != 0) return;
  timer_.setting = ++settings_;
  Ref();
  AddTimer(CurrentG(), timer_, settings_, when_);
}

void TimerChan::Forsaken() {
  if (recvq().empty()) timer_.setting = 0;
}

// The tick that would have come meanwhile, and found the slot full, is gone (TIME-17).
void TimerChan::Taken() {
  if (!controlled_ || when_ == kUnset || timer_.armed) return;
  const int64_t now = Nanotime();
  if (when_ <= now) when_ = NextTick(when_, period_, now);
  ArmControlled();
}

// The value is the deadline, whenever it is delivered (TIME-20).
void TimerChan::Deliver(int64_t now) {
  Time value = ToTime(when_);
  when_ = period_ > 0 ? NextTick(when_, period_, now) : kUnset;
  G* wake = nullptr;
  static_cast<void>(SendLocked(&value, wake));  // dropped if the slot is full
  // With the lock held: whoever it is may come and take it a moment later.
  if (wake != nullptr) Ready(wake);
}

void TimerChan::Fire(RuntimeTimer& timer, int64_t now, TimerHeap* heap) {
  auto* self = static_cast<TimerChan*>(timer.arg);
  {
    std::lock_guard guard(self->mutex());
    if (self->when_ != kUnset && self->when_ <= now) self->Deliver(now);
    const bool set = self->when_ != kUnset;
    if (self->controlled_) {
      if (set && self->count() == 0) self->ArmControlled();
    } else if (set && !self->recvq().empty() && timer.setting.load() == 0) {  // T3
      timer.setting = ++self->settings_;
      self->Ref();
      heap->Add(timer, self->settings_, self->when_);
    }
  }
  if (self->controlled_) self->Unref();  // in production the heap's, by `release`
}

}  // namespace plait::internal
