#ifndef PLAIT_PROPERTIES_LITMUS_COLUMNS_H_
#define PLAIT_PROPERTIES_LITMUS_COLUMNS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "plait/model/outcome.h"
#include "plait/properties/golang/go_run.h"
#include "plait/properties/litmus/litmus.h"

namespace plait::litmus {

// The answers to one litmus file: what our model says, what our runtime does when every schedule is explored and when it
// runs on threads, and what real Go does.

// Why a column has nothing to say, or "".
struct Column {
  std::string silent = "not asked";
  std::map<model::Outcome, int> seen = {};  // and how often
  bool asked() const { return silent.empty(); }
};

struct Columns {
  std::set<model::Outcome> fifo;   // the model: first come first served, timers in order
  std::set<model::Outcome> paced;  // the same, and any time may pass between two operations
  std::set<model::Outcome> any;    // the model: whoever waits may be served
  Column explored;                 // of the runtime, at `runtime` granularity
  uint64_t executions = 0;
  Column production;
  Column go;

  // What does not agree, a line each: the file's own words with the model, and then every column with the model.
  std::vector<std::string> disagreements;
};

struct Asked {
  bool explored = true;
  int production_runs = 200;  // 0: none; spread over 1 to 4 processors
  uint64_t max_executions = 2'000'000;
};

// Asks the model, the explorer and the runtime.
Columns Ask(const Litmus& litmus, const Asked& asked);

// Adds what Go has done.
void AddGo(const Litmus& litmus, const std::multiset<model::Outcome>& outcomes, Columns* columns);

// Fills in disagreements.
void Compare(const Litmus& litmus, Columns* columns);

// A table for a terminal of 80 columns.
std::string Table(const Litmus& litmus, const Columns& columns);

// The real Go's answers for those files that it can judge: fills in their columns. One compilation, `copies` of each
// program on each number of processors.
void AskGo(const golang::Go& go, const std::vector<const Litmus*>& files, const std::vector<Columns*>& columns,
           int copies);

}  // namespace plait::litmus

#endif  // PLAIT_PROPERTIES_LITMUS_COLUMNS_H_
