#ifndef PLAIT_EXPLORER_STRATEGIES_EFFECT_H_
#define PLAIT_EXPLORER_STRATEGIES_EFFECT_H_

#include <cstdint>

#include "plait/explorer/dependency.h"
#include "plait/runtime/seam/op.h"

namespace plait::explore {

class Execution;

// What the optimal strategy knows of an operation: enough to say what it would do in a state in which it has not been
// run. Only operations on one object, with one alternative (but for choose), are known; see optimal.cc.
struct KnownOp {
  OpKind kind = OpKind::kChoose;
  int64_t arg = 0;        // WaitGroup.Add: delta; choose: number of choices
  int64_t extra = 0;      // channel: capacity; CompareAndSwap: the value that it compares with
  bool compares = false;  // CompareAndSwap
};

// The state of an object, as far as an operation's effect depends on it.
struct ObjectState {
  int64_t value = 0;                // atomic: its value; Mutex: 1 if locked; WaitGroup: its counter
  int64_t sends = 0, receives = 0;  // channel: how many there have been
  bool closed = false;
};

// How it would touch its object, or why it would not.
enum class Effect : uint8_t {
  kLook = static_cast<int>(Access::kRead),     // changes nothing: load, failing CompareAndSwap or TryLock, Wait...
  kChange = static_cast<int>(Access::kWrite),  // all other effects on atomics and mutexes; an Add that panics
  kSend = static_cast<int>(Access::kSend),
  kReceive = static_cast<int>(Access::kRecv),
  kClose = static_cast<int>(Access::kClose),
  kUp = static_cast<int>(Access::kCountUp),      // Add of a positive delta
  kDown = static_cast<int>(Access::kCountDown),  // and of a negative one
  kDisabled = 100,                               // cannot happen
  kNone,                                         // touches no object
};

Effect EffectOf(const KnownOp& op, const ObjectState& state);

// Whether two operations on one object, with these effects in one state, may not be swapped: the entries of
// dependency.h for those objects. (Adds commute: the strategy sees to it that none of them can panic.)
constexpr bool Conflict(Effect a, Effect b) {
  const auto touches = [](Effect e) { return e != Effect::kDisabled && e != Effect::kNone; };
  return touches(a) && touches(b) && Conflict(static_cast<Access>(a), static_cast<Access>(b));
}

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_STRATEGIES_EFFECT_H_
