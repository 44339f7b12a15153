#include "plait/runtime/time/timer.h"

#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"

namespace plait::time {
namespace {

internal::TimerChan* ChanOf(const RecvChan<Time>& C) {
  return static_cast<internal::TimerChan*>(internal::ChanAccess::Core(C));
}

RecvChan<Time> Wrap(internal::TimerChan* owned) { return internal::ChanAccess::Wrap<Time>(owned); }

}  // namespace

Timer NewTimer(Duration d, SourceLocation where) {
  Timer timer;
  timer.C = Wrap(internal::TimerChan::Start(d.count(), 0, nullptr, where));
  return timer;
}

RecvChan<Time> After(Duration d, SourceLocation where) {
  return Wrap(internal::TimerChan::Start(d.count(), 0, "time.After", where));
}

Timer AfterTask(Duration d, std::unique_ptr<Task> f, SourceLocation where) {
  Timer timer;
  timer.func_ = internal::FuncTimer::Start(d.count(), std::move(f), where);
  return timer;
}

bool Timer::Stop(SourceLocation where) {
  if (func_ != nullptr) return func_->Stop(where);
  if (!C) panic(texts::kTimerStop);
  return ChanOf(C)->Stop(where);
}

bool Timer::Reset(Duration d, SourceLocation where) {
  if (func_ != nullptr) return func_->Reset(d.count(), where);
  if (!C) panic(texts::kTimerReset);
  return ChanOf(C)->Reset(d.count(), 0, where);
}

}  // namespace plait::time
