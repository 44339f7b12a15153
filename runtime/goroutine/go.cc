#include "plait/runtime/goroutine/go.h"

#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/seam/race.h"

namespace plait::internal {

void Start(std::unique_ptr<Task> task, SourceLocation where) {
  G* self = CurrentG();
  Controller* controller = self->controller;
  Op op{.kind = OpKind::kGo, .where = where};
  if (controller != nullptr) [[unlikely]] {
    if (controller->BeforeStep(op) == Controller::Admission::kSkip) return;
  } else if (sched::Scheduler::Current() == nullptr) {
    Fatal("plait: go without a Runtime: write `return plait::Main(f)` in main, or keep a plait::Runtime alive");
  }
  G* g = AllGoroutines::Instance().New(std::move(task), self, where, __builtin_return_address(0));
  race::Release(g);
  if (controller != nullptr) [[unlikely]] {
    g->set_controller(controller);
    controller->Started(g);
    controller->AfterStep(op);
    return;
  }
  sched::Scheduler::Current()->Ready(g);
}

void StartByTimer(std::unique_ptr<Task> task, Controller* controller, SourceLocation where) {
  G* g = AllGoroutines::Instance().New(std::move(task), nullptr, where);
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
