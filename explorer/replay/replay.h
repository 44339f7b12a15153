#ifndef PLAIT_EXPLORER_REPLAY_REPLAY_H_
#define PLAIT_EXPLORER_REPLAY_REPLAY_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "plait/explorer/explore.h"
#include "plait/explorer/replay/token.h"

namespace plait::explore {

class Execution;

using Probe = std::function<void(Execution&)>;

// A failing schedule has been found: looks for a smaller one with the same failure (reduce/reduce.h), runs it once more,
// recorded, and writes the reports into `result`, which holds the verdict. Adds the stacks that it had to abandon.
void Explain(std::string_view name, const Options& options, const std::function<void()>& body, const Probe& probe,
             const std::vector<StepKey>& schedule, Result& result);

// Options::replay: a token, or @FILE, a kept schedule (schedules/schedule.h). Runs it, recorded, and nothing else. The
// verdict is kNondeterminism, and the report says which step differs and what was expected, if it does not fit.
Result Replay(std::string_view name, const Options& options, const std::function<void()>& body, const Probe& probe);

// Goes as near to a schedule that need not fit as it can, recorded.
Result ReplayRoughly(std::string_view name, const Options& options, const std::function<void()>& body,
                     const Probe& probe);

// The schedule that a replay names. False, and `error` says why, if there is none.
bool ReadReplay(const std::string& replay, Token& token, std::vector<std::string>& texts, std::string& error);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_REPLAY_REPLAY_H_
