#include "plait/properties/conformance/agreement.h"

#include "plait/model/search.h"
#include "plait/properties/conformance/difference.h"
#include "plait/properties/conformance/run_program.h"

namespace plait::conformance {

using explore::Granularity;
using explore::Mode;

std::string Agreement::OfExplorations(const model::Program& program) {
  ++programs_;
  const model::SearchResult model = model::Search(program, {.max_states = limits_.model_states});
  if (!model.complete()) return ++given_up_, "";
  outcomes_ += model.outcomes().size();
  std::string difference;
  bool complete = true, enumerated = true;
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    complete &= Compare(program, model.outcomes(), Mode::kExhaustive, granularity, limits_.executions, &difference);
    enumerated &= Compare(program, model.outcomes(), Mode::kEnumerate, granularity, limits_.enumerated, &difference);
  }
  given_up_ += !complete;
  enumerated_ += enumerated;
  return difference;
}

bool Agreement::Compare(const model::Program& program, const std::set<model::Outcome>& expected, Mode mode,
                        Granularity granularity, uint64_t limit, std::string* difference) {
  const Explored explored =
      Explore(program, {.mode = mode, .granularity = granularity, .max_executions = limit, .max_seconds = 1e9});
  executions_ += explored.executions;
  const std::string name = std::string(ModeName(mode)) + ", " + GranularityName(granularity) + " granularity";
  *difference += OnlyIn(name, explored.outcomes, expected, program);  // true of a part as of the whole
  if (explored.complete) *difference += OnlyIn("the model, not in " + name, expected, explored.outcomes, program);
  return explored.complete;
}

std::string Agreement::OfProduction(const model::Program& program, const std::vector<int>& procs, int runs) {
  ++programs_;
  const model::SearchResult model = model::Search(program, {.max_states = limits_.model_states});
  if (!model.complete()) return ++given_up_, "";
  outcomes_ += model.outcomes().size();
  std::string difference;
  for (const int n : procs) {
    executions_ += static_cast<uint64_t>(runs);
    const auto outcomes =
        RunInProduction(program, {.procs = n, .runs = runs, .seed = static_cast<uint64_t>(programs_)});
    difference += OnlyIn(std::to_string(n) + " procs", outcomes, model.outcomes(), program);
  }
  return difference;
}

std::string Agreement::Summary() const {
  return std::to_string(programs_) + " programs, " + std::to_string(given_up_) + " too large, " +
         std::to_string(enumerated_) + " enumerated as well, " + std::to_string(executions_) + " executions, " +
         std::to_string(outcomes_) + " outcomes";
}

}  // namespace plait::conformance
