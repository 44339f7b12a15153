#ifndef PLAIT_EXPLORER_REDUCE_REDUCE_H_
#define PLAIT_EXPLORER_REDUCE_REDUCE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "plait/explorer/execution.h"

namespace plait::explore {

// How long a schedule is, and how often it goes from one goroutine to another. Fewer steps are better, then fewer
// switches.
struct Size {
  size_t steps = 0;
  size_t switches = 0;
  bool operator==(const Size&) const = default;
};

constexpr bool Smaller(const Size& a, const Size& b) {
  return a.steps != b.steps ? a.steps < b.steps : a.switches < b.switches;
}

Size SizeOf(const std::vector<StepKey>& schedule);

struct Reduction {
  std::vector<StepKey> schedule;  // fails in the same way, and is no larger than the one that was given
  Size from, to;
  uint64_t tried = 0;  // executions
};

// Whether two failures are the same one, as far as a report is concerned: the verdict, and what it says, without the
// goroutine's number and without the values in a failed assertion.
bool SameFailure(Verdict a, std::string_view a_text, Verdict b, std::string_view b_text);

// Looks for a smaller schedule with the same failure as `schedule`, which `execution` has just run. First among all
// schedules with no preemption, one, and two; then around the best one: without a step, or with a step taken earlier.
// Takes at most `most_transitions` steps for all of that, a number and no time, so that the same failure is always
// reduced to the same schedule.
Reduction Reduce(Execution& execution, const std::function<void()>& body, std::vector<StepKey> schedule,
                 Verdict verdict, const std::string& text, uint64_t most_transitions);

// Takes the transitions of `wanted` in their order as far as they can be taken: one that is not possible yet is left for
// later. Then goes on with the goroutine that ran last, as long as it can. For schedules that need not fit exactly.
std::unique_ptr<Strategy> MakeTowards(std::vector<Transition> wanted);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_REDUCE_REDUCE_H_
