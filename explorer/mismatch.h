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

// "step 4 differs:", what was recorded there, and what is possible now, with source lines.
std::string DifferenceText(size_t step, const StepKey& recorded, const std::vector<Transition>& enabled,
                           const Execution& execution);

// The same, for a program that has not changed between the two.
std::string MismatchText(size_t step, const StepKey& recorded, const std::vector<Transition>& enabled,
                         const Execution& execution);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_MISMATCH_H_
