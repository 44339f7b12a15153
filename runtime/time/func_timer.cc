#include "plait/runtime/time/func_timer.h"

#include <utility>

#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"
#include "plait/runtime/time/arm_timer.h"
#include "plait/runtime/time/now.h"

namespace plait::internal {

// The goroutine of one firing. The release in Arm is acquired by the goroutine itself and not by whoever fires: nothing
// orders it after an earlier firing of the same thread (TIME-31).
class FuncTimer::Firing final : public Task {
 public:
  explicit Firing(FuncTimer* timer) : timer_(timer) {}
  ~Firing() override { timer_->Unref(); }
  void Run() override {
    race::Acquire(timer_);  // the call that set it happens before (TIME-30)
    timer_->f_->Run();
  }

 private:
  FuncTimer* const timer_;
};

FuncTimer::FuncTimer(std::unique_ptr<Task> f, SourceLocation where)
    : Object(ObjectKind::kAfterFunc), f_(std::move(f)), where_(where) {
  timer_.arg = timer_.object = this;
  timer_.fire = Fire;
  timer_.drop = [](RuntimeTimer& timer) { static_cast<FuncTimer*>(timer.arg)->Unref(); };
  timer_.release = [](RuntimeTimer& timer) { static_cast<FuncTimer*>(timer.arg)->UnrefEntry(); };
}

void FuncTimer::Unref() {
  race::Release(&users_);
  if (users_.fetch_sub(1) != 1) return;
  race::Acquire(&users_);
  f_.reset();
  UnrefEntry();
}

void FuncTimer::UnrefEntry() {
  race::Ignore ignore;  // ordered by entries_, of which the detector is not told
  if (entries_.fetch_sub(1) == 1) delete this;
}

FuncTimer* FuncTimer::Start(int64_t d, std::unique_ptr<Task> f, SourceLocation where) {
  G* g = CurrentG();
  auto* self = new FuncTimer(std::move(f), where);
  Op op{.kind = OpKind::kTimerStart, .object = self, .where = where, .arg = d};
  const bool observed = Observed(g, *self);
  if (observed && !Announce(g, op)) return self;
  self->Arm(g, d);
  if (observed) Conclude(g, op);
  return self;
}

bool FuncTimer::Stop(SourceLocation where) {
  G* g = CurrentG();
  Op op{.kind = OpKind::kTimerStop, .object = this, .where = where};
  const bool observed = Observed(g, *this);
  if (observed && !Announce(g, op)) return false;
  op.ok = Disarm(g);
  if (observed) Conclude(g, op);
  return op.ok;
}

bool FuncTimer::Reset(int64_t d, SourceLocation where) {
  G* g = CurrentG();
  Op op{.kind = OpKind::kTimerReset, .object = this, .where = where, .arg = d};
  const bool observed = Observed(g, *this);
  if (observed && !Announce(g, op)) return false;
  op.ok = Disarm(g);
  Arm(g, d);
  if (observed) Conclude(g, op);
  return op.ok;
}

void FuncTimer::Arm(G* g, int64_t d) {
  AssertInStep();
  const int64_t when = Deadline(Nanotime(), d);
  race::Release(this);
  Ref();
  if (g->controller != nullptr) {
    timer_.when = when;
    g->controller->Arm(timer_);
    return;
  }
  entries_.fetch_add(1);
  const uint64_t setting = settings_.fetch_add(1) + 1;
  // Another Reset may have come between: the later one counts, and the earlier one is stopped by it.
  if (timer_.setting.exchange(setting) != 0) Unref();  // not the last share: the caller has a handle
  AddTimer(g, timer_, setting, when);
}

bool FuncTimer::Disarm(G* g) {
  AssertInStep();
  bool claimed = false;
  if (g->controller != nullptr) {
    claimed = timer_.armed && g->controller->Disarm(timer_);
  } else {
    claimed = timer_.setting.exchange(0) != 0;
    if (claimed) TimerStopped(g);
  }
  if (claimed) Unref();  // likewise
  return claimed;
}

void FuncTimer::Fire(RuntimeTimer& timer, int64_t, TimerHeap*) {
  auto* self = static_cast<FuncTimer*>(timer.arg);
  Controller* controller = self->record() != nullptr ? self->record()->controller : nullptr;
  StartByTimer(std::make_unique<Firing>(self), controller, self->where_);
}

}  // namespace plait::internal
