#ifndef PLAIT_EXPLORER_FOOTPRINT_H_
#define PLAIT_EXPLORER_FOOTPRINT_H_

#include <cstdint>
#include <vector>

namespace plait::explore {

// How a transition touches an object. See dependency.h for what follows from it.
enum class Access : uint8_t {
  kRead,   // observes state: load, len, failed TryLock, a default that looked, receive of "closed"
  kWrite,  // anything else that is not below
  kSend,   // adds to a buffered channel that has room
  kRecv,   // takes from a buffered channel that holds values
  kClose,
  kCountUp,    // WaitGroup.Add of a positive delta; RLock
  kCountDown,  // WaitGroup.Add of a negative delta, or RUnlock, whose double does not go below zero
  kCountLast,  // the same, but only the single delta does not go below zero
  kReadClock,  // object kClock: arms a timer, or asks for the time
};

struct Touch {
  int32_t object;  // number in this execution
  Access access;
};

inline constexpr int32_t kClock = -1;
inline constexpr int32_t kEverything = -2;  // in a state in which no two transitions commute
inline constexpr int32_t kGoroutines = -3;  // which there are: join_all looks, an AfterFunc that fires adds one
inline constexpr int32_t kLowestObject = kGoroutines;

// What a transition touches, worked out from the state in which it is enabled.
struct Footprint {
  int16_t goroutine = 0;  // 0: none
  int16_t peer = 0;
  std::vector<Touch> touches;
};

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_FOOTPRINT_H_
