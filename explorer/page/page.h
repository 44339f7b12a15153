#ifndef PLAIT_EXPLORER_PAGE_PAGE_H_
#define PLAIT_EXPLORER_PAGE_PAGE_H_

#include <string>

namespace plait::explore {

// A failure as one HTML file that needs nothing else: a lane for each goroutine, messages and wake-ups as arrows, waiting
// shaded, the source lines beside it, and keys to step with. `recording` is Result::recording.
std::string FailurePage(const std::string& recording);

// The same for ui.perfetto.dev and chrome://tracing: a track for each goroutine, a millisecond for each step.
std::string PerfettoTrace(const std::string& recording);

// How an exploration went: executions and classes over time, the estimate, how deep it goes and where it branches, and how
// much each part had to do. `exploration` is ExplorationJson's (progress/observed.h).
std::string ExplorationPage(const std::string& exploration);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_PAGE_PAGE_H_
