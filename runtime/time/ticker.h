#ifndef PLAIT_RUNTIME_TIME_TICKER_H_
#define PLAIT_RUNTIME_TIME_TICKER_H_

#include "plait/runtime/chan/chan.h"
#include "plait/runtime/time/sleep.h"

namespace plait::time {

// Ticks: a value in the channel C every d.
//
//   time::Ticker ticker = time::NewTicker(100ms);
//   for (bool done = false; !done;) {
//     Select{
//         recv_case(ticker.C, [&](time::Time t) { Report(t); }),
//         recv_case(stop, [&] { done = true; }),
//     };
//   }
//   ticker.Stop();
//
// For a slow receiver at most one tick is kept; those that come meanwhile are dropped, and there is no burst afterwards
// (TIME-17). Ticks stay on the grid of the first one, however late they are received (TIME-18).
//
// A Ticker is a handle: copies are the same ticker. It is freed with its last handle and the last copy of C, stopped or
// not (TIME-21). Thread safety: everything may be called from any goroutine or thread.
//
// Under the explorer a tick comes at any time after the one before it has been received, up to Options::free_ticks of
// them; later ones come when nothing else can happen. So a loop as above, whose end is another goroutine's `stop`, is
// explored completely.
class Ticker {
 public:
  Ticker() = default;  // uninitialised

  RecvChan<Time> C;

  // No more ticks, and none from before can be received. C stays open: whoever waits on it goes on waiting (TIME-19). On
  // an uninitialised Ticker no effect (TIME-15).
  void Stop(SourceLocation where = SourceLocation::current());

  // From now on a tick every d. Panics "non-positive interval for Ticker.Reset", or "time: Reset called on uninitialized
  // Ticker" (TIME-15).
  void Reset(Duration d, SourceLocation where = SourceLocation::current());
};

// Panics "non-positive interval for NewTicker" if d <= 0 (TIME-15).
Ticker NewTicker(Duration d, SourceLocation where = SourceLocation::current());

// NewTicker(d).C; nil if d <= 0 (TIME-16).
RecvChan<Time> Tick(Duration d, SourceLocation where = SourceLocation::current());

}  // namespace plait::time

#endif  // PLAIT_RUNTIME_TIME_TICKER_H_
