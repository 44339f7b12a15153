#ifndef PLAIT_EXPLORER_TRANSITION_H_
#define PLAIT_EXPLORER_TRANSITION_H_

#include <cstdint>

namespace plait::explore {

// One thing that can happen next. Goroutines are named by their number in this execution (main is 1, then in the order
// of creation), which is the same in every execution that begins with the same transitions.
struct Transition {
  enum Kind : uint8_t {
    kStep,        // goroutine does its pending operation, taking `alternative`
    kRendezvous,  // user granularity: `peer` arrives at its operation and parks; then goroutine's matches it
    kStart,       // runtime granularity: goroutine runs for the first time
    kComplete,    // runtime granularity: goroutine, woken, goes on after its park
    kTimer,       // the timer with number `alternative` fires
  };

  Kind kind = kStep;
  int16_t goroutine = 0;
  int16_t peer = 0;
  int32_t alternative = 0;  // select case, choice; kArrive: none is ready, the goroutine parks

  static constexpr int32_t kArrive = -1;

  bool operator==(const Transition&) const = default;
};

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_TRANSITION_H_
