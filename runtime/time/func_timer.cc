#include "plait/runtime/time/func_timer.h"

#include <utility>

#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"
#include "plait/runtime/time/arm.h"
#include "plait/runtime/time/now.h"

namespace plait::internal {

// The goroutine of one firing.
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
    : Object(ObjectKind::kTimer), f_(std::move(f)), where_(where) {
  timer_.arg = timer_.object = this;
  timer_.fire = Fire;
  timer_.drop = Drop;
}

void FuncTimer::Unref() {
  race::Release(&refs_);
  if (refs_.fetch_sub(1) == 1) {
    race::Acquire(&refs_);
    delete this;
  }
}

FuncTimer* FuncTimer::Start(int64_t d, std::unique_ptr<Task> f, SourceLocation where) {
  G* g = CurrentG();
  auto* self = new FuncTimer(std::move(f), where);
  Op op{.kind = OpKind::kTimerStart, .object = self, .where = where, .arg = d};
  const bool observed = Observed(g, *self);
  if (observed && !Announce(g, op)) return self;
  self->timer_.when = Deadline(Nanotime(), d);
  self->Ref();
  race::Release(self);
  ArmTimer(g, self->timer_);
  if (observed) Conclude(g, op);
  return self;
}

bool FuncTimer::Stop(SourceLocation where) {
  G* g = CurrentG();
  Op op{.kind = OpKind::kTimerStop, .object = this, .where = where};
  const bool observed = Observed(g, *this);
  if (observed && !Announce(g, op)) return false;
  op.ok = DisarmTimer(g, timer_);
  if (op.ok) Unref();  // not the last one: the caller has one
  if (observed) Conclude(g, op);
  return op.ok;
}

void FuncTimer::Fire(Timer& timer, int64_t) {
  auto* self = static_cast<FuncTimer*>(timer.arg);
  Controller* controller = self->record() != nullptr ? self->record()->controller : nullptr;
  StartByTimer(std::make_unique<Firing>(self), controller, self->where_);
}

void FuncTimer::Drop(Timer& timer) { static_cast<FuncTimer*>(timer.arg)->Unref(); }

}  // namespace plait::internal
