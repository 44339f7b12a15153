#include "plait/runtime/time/timer.h"

#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"

namespace plait::time {

Timer AfterTask(Duration d, std::unique_ptr<Task> f, SourceLocation where) {
  return Timer(internal::FuncTimer::Start(d.count(), std::move(f), where));
}

bool Timer::Stop(SourceLocation where) {
  if (func_ == nullptr) panic(texts::kTimerStop);
  return func_->Stop(where);
}

}  // namespace plait::time
