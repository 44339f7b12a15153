#ifndef PLAIT_EXPLORER_TRANSITION_H_
#define PLAIT_EXPLORER_TRANSITION_H_

#include <cstdint>

namespace plait::explore {

// One thing that can happen next. Goroutines are named by their number in this execution (main is 1, then in the order
// of creation), which is the same in every execution that begins with the same transitions.
struct Transition {
  enum Kind : uint8_t {
    kStep,        // goroutine does its pending operation, taking `alternative`
    kRendezvous,  // user granularity: goroutine (the lower number) and peer meet: one arrives and parks, one matches it
    kStart,       // runtime granularity: goroutine runs for the first time
    kComplete,    // runtime granularity: goroutine, woken, goes on after its park
    kTimer,       // the timer with number `alternative` fires
  };

  Kind kind = kStep;
  int16_t goroutine = 0;
  int16_t peer = 0;
  int32_t alternative = 0;       // select case, choice; kArrive: none is ready, the goroutine parks
  int32_t peer_alternative = 0;  // kRendezvous: the peer's select case

  static constexpr int32_t kArrive = -1;
  // Parks, with case k first in line. It matters for a select that lists a channel twice: whoever meets it there finds
  // the first of the two, and in production the runtime draws lots for that.
  static constexpr int32_t ArriveFirst(int32_t k) { return -2 - k; }
  static constexpr bool Arrives(int32_t alternative) { return alternative < 0; }

  bool operator==(const Transition&) const = default;
};

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_TRANSITION_H_
