#ifndef PLAIT_RUNTIME_TIME_ARM_TIMER_H_
#define PLAIT_RUNTIME_TIME_ARM_TIMER_H_

#include <cstdint>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait::internal {

// When a duration d from now ends: at once if it is not positive, never if that is beyond the clock's end (TIME-32).
int64_t Deadline(int64_t now, int64_t d);

// The first moment of the grid when, when + period, ... after `now`; never, if that is beyond the clock's end (TIME-18,
// TIME-33).
int64_t NextTick(int64_t when, int64_t period, int64_t now);

// Production. Puts a setting of the timer into the heap of g's P, or of the plain threads. g is the caller, or has just
// parked on the caller's P. Fatal if there is no Runtime.
void AddTimer(const G* g, RuntimeTimer& timer, uint64_t setting, int64_t when);

// Production: a setting has been stopped. A deadlock may have waited for just that.
void TimerStopped(const G* g);

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_TIME_ARM_TIMER_H_
