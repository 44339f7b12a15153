#ifndef PLAIT_RUNTIME_TIME_SLEEP_H_
#define PLAIT_RUNTIME_TIME_SLEEP_H_

#include <chrono>

#include "plait/runtime/seam/source_location.h"

// Go's time. Durations are std::chrono's; a Time is a reading of the monotonic clock (TIME-34), or, under the explorer,
// of its virtual one. Timers and After are in timer.h, tickers in ticker.h.
namespace plait::time {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// The current time. Under the explorer a step: what it returns depends on which timers have fired.
Time Now(SourceLocation where = SourceLocation::current());

// Waits for at least d; returns at once if d <= 0 (TIME-01). Timers fire late, never early (TIME-22). A duration beyond
// the clock's end never elapses (TIME-02). From a plain thread the thread waits.
void Sleep(Duration d, SourceLocation where = SourceLocation::current());

}  // namespace plait::time

#endif  // PLAIT_RUNTIME_TIME_SLEEP_H_
