#ifndef PLAIT_EXPLORER_CYCLE_H_
#define PLAIT_EXPLORER_CYCLE_H_

#include <cstddef>
#include <vector>

#include "plait/explorer/trace.h"

namespace plait::explore {

// How many steps the cycle has with which a schedule ends, over and over: the shortest one that has been gone through at
// least four times. 0: there is none. It tells a loop that polls (a spin, a livelock) from a program that is long.
size_t CycleAtEnd(const std::vector<StepKey>& schedule);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_CYCLE_H_
