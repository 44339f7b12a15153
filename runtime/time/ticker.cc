#include "plait/runtime/time/ticker.h"

#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/time/timer_chan.h"

namespace plait::time {
namespace {

internal::TimerChan* ChanOf(const RecvChan<Time>& C) {
  return static_cast<internal::TimerChan*>(internal::ChanAccess::Core(C));
}

}  // namespace

Ticker NewTicker(Duration d, SourceLocation where) {
  if (d.count() <= 0) panic(texts::kNewTicker);
  Ticker ticker;
  ticker.C = internal::ChanAccess::Wrap<Time>(internal::TimerChan::Start(d.count(), d.count(), nullptr, where));
  return ticker;
}

RecvChan<Time> Tick(Duration d, SourceLocation where) {
  if (d.count() <= 0) return {};
  return NewTicker(d, where).C;
}

void Ticker::Stop(SourceLocation where) {
  if (C) static_cast<void>(ChanOf(C)->Stop(where));
}

void Ticker::Reset(Duration d, SourceLocation where) {
  if (d.count() <= 0) panic(texts::kTickerResetInterval);
  if (!C) panic(texts::kTickerReset);
  static_cast<void>(ChanOf(C)->Reset(d.count(), d.count(), where));
}

}  // namespace plait::time
