#include "plait/runtime/goroutine/go.h"

#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/seam/race.h"

namespace plait::internal {

namespace {

GCache* CacheOf(const G* self) { return self != nullptr && self->m != nullptr ? &self->m->gs : nullptr; }

// `give`: gives the new goroutine its task.
template <class Give>
[[gnu::always_inline]] inline void StartWith(Give give, SourceLocation where, void* pc) {
  G* self = CurrentG();
  Controller* controller = self->controller;
  if (self->attention.load(std::memory_order_relaxed) != 0 || self->m == nullptr) [[unlikely]] {
    Op op{.kind = OpKind::kGo, .where = where};
    if (controller != nullptr) {
      if (controller->BeforeStep(op) == Controller::Admission::kSkip) return;
      G* g = AllGoroutines::Instance().New(self, where, pc);
      give(g);
      race::Release(g);
      g->set_controller(controller);
      controller->Started(g);
      controller->AfterStep(op);
      return;
    }
    if (sched::Scheduler::Current() == nullptr) {
      Fatal("plait: go without a Runtime: write `return plait::Main(f)` in main, or keep a plait::Runtime alive");
    }
  }
  G* g = AllGoroutines::Instance().New(self, where, pc, CacheOf(self));
  give(g);
  race::Release(g);
  Ready(g);
}

}  // namespace

void Start(std::unique_ptr<Task> task, SourceLocation where) {
  StartWith([&](G* g) { g->task = task.release(); }, where, __builtin_return_address(0));
}

void Start(Task& task, SourceLocation where) {
  StartWith([&](G* g) { g->task = task.MoveTo(g->task_room); }, where, __builtin_return_address(0));
}

void StartByTimer(std::unique_ptr<Task> task, Controller* controller, SourceLocation where) {
  const G* self = CurrentGOrNull();
  G* g = AllGoroutines::Instance().New(nullptr, where, nullptr, controller == nullptr ? CacheOf(self) : nullptr);
  g->task = task.release();
  race::Release(g);
  if (controller != nullptr) {
    g->set_controller(controller);
    controller->Started(g);
  } else if (sched::Scheduler* scheduler = sched::Scheduler::Current(); scheduler != nullptr) {
    scheduler->Ready(g);
  } else {
    Fatal("plait: a function to be started, but no Runtime: keep a plait::Runtime alive");
  }
}

void StartNil() { Fatal(texts::kGoNil); }

}  // namespace plait::internal
