#ifndef PLAIT_EXPLORER_OUTPUTS_OUTPUTS_H_
#define PLAIT_EXPLORER_OUTPUTS_OUTPUTS_H_

#include <string>

#include "plait/explorer/explore.h"

namespace plait::explore {

// The files of a failure, in `folder`, which is made if it is not there: NAME.txt (the screen), NAME.html (the page),
// NAME.perfetto.json and NAME.schedule. Returns a line that says where they are, or what went wrong.
std::string WriteFailure(const std::string& folder, const std::string& name, const Result& result);

// NAME.exploration.html: how it was explored. Likewise. Options::observe must have been set.
std::string WriteExploration(const std::string& folder, const std::string& name, const Options& options,
                             const Result& result);

// What is shown there.
std::string ExplorationJson(const std::string& name, const Options& options, const Result& result);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_OUTPUTS_OUTPUTS_H_
