#ifndef PLAIT_EXPLORER_MISMATCH_H_
#define PLAIT_EXPLORER_MISMATCH_H_

#include <string>
#include <vector>

#include "plait/explorer/trace.h"

namespace plait::explore {

class Execution;

// "main: chan send on object 2": a step for messages about steps that differ.
std::string StepText(const StepKey& key);

// What to look for when the same schedule does not lead to the same steps.
const char* MismatchSuspects();

// Says that step number `step` (from 1) was `recorded` before and that now only `enabled` are possible.
std::string MismatchText(size_t step, const StepKey& recorded, const std::vector<Transition>& enabled,
                         const Execution& execution);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_MISMATCH_H_
