#ifndef PLAIT_EXPLORER_JOBS_H_
#define PLAIT_EXPLORER_JOBS_H_

#include <functional>
#include <string_view>

#include "plait/explorer/explore.h"

namespace plait::explore {

// The sum of two parts' results. A failure of either is the failure of both.
void AddPart(Result& sum, const Result& part);

// `explore(options)` in Options::jobs processes, each with a part of the given part, and the sum of their results. The
// first failure ends the others. The calling process must be one that can be forked: no goroutines run in it.
Result ExploreInJobs(const Options& options, const std::function<Result(const Options&)>& explore);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_JOBS_H_
