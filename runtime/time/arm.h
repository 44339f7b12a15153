#ifndef PLAIT_RUNTIME_TIME_ARM_H_
#define PLAIT_RUNTIME_TIME_ARM_H_

#include <cstdint>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait::internal {

// When a duration d from now ends: at once if it is not positive, never if that is beyond the clock's end (TIME-32).
int64_t Deadline(int64_t now, int64_t d);

// Arms the timer for g: on its controller's clock, or the scheduler's. Fatal if there is neither.
void ArmTimer(G* g, Timer& timer);
// True if it was armed; then it will not fire. False too while g is being unwound: its world's timers are gone.
bool DisarmTimer(G* g, Timer& timer);

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_TIME_ARM_H_
