#ifndef PLAIT_EXPLORER_ORACLE_OUTCOMES_H_
#define PLAIT_EXPLORER_ORACLE_OUTCOMES_H_

#include <cstdint>
#include <set>
#include <string>

#include "plait/explorer/options.h"
#include "plait/explorer/oracle/program.h"
#include "plait/explorer/strategy.h"

namespace plait::explore::oracle {

// What a program can do. An outcome is: the verdict; for each goroutine the results of its operations in order, and how
// it ended (returned, panicked with which text, never started, or in which instruction it waits). Where a fatal error
// ends the process, only the verdict and its text count: how far the others have come is no result of the program.
struct Outcomes {
  std::set<std::string> all;
  uint64_t executions = 0;
  uint64_t redundant = 0;
  bool complete = false;
  bool begun_anew = false;  // optimal: not known to that algorithm, done by sleep sets
};

// Runs the program under a strategy until that is done, or has run `limit` executions.
Outcomes OutcomesOf(const Program& program, Strategy& strategy, Granularity granularity, uint64_t limit);

// What a has and b has not, a line each.
std::string Missing(const Outcomes& a, const Outcomes& b);

}  // namespace plait::explore::oracle

#endif  // PLAIT_EXPLORER_ORACLE_OUTCOMES_H_
