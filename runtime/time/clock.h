#ifndef PLAIT_RUNTIME_TIME_CLOCK_H_
#define PLAIT_RUNTIME_TIME_CLOCK_H_

#include <cstdint>

namespace plait {

// Nanoseconds of the monotonic clock: the runtime's only reading of real time. About 23 ns.
int64_t MonotonicNow();

}  // namespace plait

#endif  // PLAIT_RUNTIME_TIME_CLOCK_H_
