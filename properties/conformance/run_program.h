#ifndef PLAIT_PROPERTIES_CONFORMANCE_RUN_PROGRAM_H_
#define PLAIT_PROPERTIES_CONFORMANCE_RUN_PROGRAM_H_

#include <cstdint>
#include <map>
#include <set>

#include "plait/explorer/options.h"
#include "plait/model/outcome.h"
#include "plait/model/program.h"

namespace plait::conformance {

// What a model::Program does on the real runtime, as model::Outcomes, so that it can be compared with what the model
// says it may do. The program must be well-formed and main_joins_all, else std::invalid_argument.

struct Explored {
  std::set<model::Outcome> outcomes;
  bool complete = false;  // false: a limit of the options was met first, there may be more outcomes
  uint64_t executions = 0;
  uint64_t redundant = 0;
};

// All outcomes of all executions of an exploration: options.mode and granularity say which, max_executions how many at
// most. (stop_at_failure and expect are not used; max_seconds is, and best left large: it would make the answer depend
// on real time.)
// Throws std::logic_error if the explorer finds anything but an ordinary end, a deadlock or a leak, or if its verdict
// on an execution is not what follows from the goroutines' ends.
Explored Explore(const model::Program& program, explore::Options options);

struct ProductionOptions {
  int procs = 1;
  int runs = 1;       // of the program, one after the other, on one Runtime
  uint64_t seed = 1;  // where goroutines yield
  int unit_us = 20;   // a unit of time, in microseconds
};

// The outcomes of a number of runs on threads. A run is over when nothing can move any more: no timeout, no guess.
// Throws std::logic_error if goroutines are left at the end that no outcome calls blocked, or the other way round.
// No other Runtime may exist, and the caller is a plain thread.
std::set<model::Outcome> RunInProduction(const model::Program& program, const ProductionOptions& options);

// The same, with how many runs had each.
std::map<model::Outcome, int> CountInProduction(const model::Program& program, const ProductionOptions& options);

}  // namespace plait::conformance

#endif  // PLAIT_PROPERTIES_CONFORMANCE_RUN_PROGRAM_H_
