#ifndef PLAIT_RUNTIME_TIME_NOW_H_
#define PLAIT_RUNTIME_TIME_NOW_H_

#include <cstdint>

namespace plait::internal {

// The current goroutine's clock: its controller's virtual one, or the monotonic one. Not a step.
int64_t Nanotime();

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_TIME_NOW_H_
