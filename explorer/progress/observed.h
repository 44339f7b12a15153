#ifndef PLAIT_EXPLORER_PROGRESS_OBSERVED_H_
#define PLAIT_EXPLORER_PROGRESS_OBSERVED_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plait/explorer/strategy.h"

namespace plait::explore {

// What an exploration's own page shows, besides its result. Collected if Options::observe.
struct Observed {
  struct Sample {
    double seconds;
    uint64_t executions, redundant, classes;
  };
  struct Branching {
    uint64_t times = 0;
    uint64_t alternatives = 0;
  };
  std::vector<Sample> samples;
  std::map<size_t, uint64_t> depths;           // complete executions by their steps
  std::map<std::string, Branching> branching;  // by "file.cc:31", of the step taken where there was a choice
};

// Another strategy's choices, observed.
std::unique_ptr<Strategy> Observing(std::unique_ptr<Strategy> other, Observed& observed);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_PROGRESS_OBSERVED_H_
