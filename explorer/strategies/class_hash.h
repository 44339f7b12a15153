#ifndef PLAIT_EXPLORER_STRATEGIES_CLASS_HASH_H_
#define PLAIT_EXPLORER_STRATEGIES_CLASS_HASH_H_

#include <cstdint>
#include <vector>

#include "plait/explorer/execution.h"

namespace plait::explore {

// A number for the class of equivalent schedules to which an execution belongs: a hash of what happens before what. Each
// step's hash is made of its goroutine's and of what it depends on; the class's is the sum of its steps', in any order.
// Where the dependency table is finer than what is kept here, two classes are taken for two although they are one: a
// `close` is ordered with receives of what is buffered. Never the other way round, but for a collision.
class ClassHash {
 public:
  void Begin();
  // Before each step, in the state in which it is taken.
  void Step(const Execution& execution, const Transition& t);
  uint64_t value() const { return sum_; }

 private:
  struct Line {                     // of an object
    Access group = Access::kWrite;  // steps of one group commute, and conflict with those of others
    uint64_t before = 0;            // all earlier groups
    uint64_t within = 0;            // sum over this one
    // A channel's two ends: hashes of all sends and receives.
    std::vector<uint64_t> sends, receives;
  };

  Line& LineOf(int32_t object) {
    const auto at = static_cast<size_t>(object - kLowestObject);
    if (lines_.size() <= at) lines_.resize(at + 1);
    return lines_[at];
  }

  std::vector<uint64_t> goroutines_;  // by number: hash of its last step
  std::vector<Line> lines_;           // by number + 1: the clock is -1
  uint64_t last_ = 0;
  uint64_t sum_ = 0;
};

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_STRATEGIES_CLASS_HASH_H_
