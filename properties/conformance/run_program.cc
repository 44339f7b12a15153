#include "plait/properties/conformance/run_program.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <vector>

#include "plait/explorer/execution.h"
#include "plait/explorer/explore.h"
#include "plait/plait.h"
#include "plait/properties/conformance/program_run.h"
#include "plait/runtime/sched/scheduler.h"

namespace plait::conformance {
namespace {

// What the explorer must say of an execution that had this outcome.
explore::Verdict VerdictOf(const model::Outcome& outcome) {
  switch (outcome.verdict) {
    case model::Verdict::kDone:
    case model::Verdict::kExited:
      return explore::Verdict::kNone;
    case model::Verdict::kDeadlock:
      return explore::Verdict::kDeadlock;
    case model::Verdict::kLeak:
      return explore::Verdict::kLeak;
    case model::Verdict::kFatal:
      return explore::Verdict::kFatal;
  }
  return explore::Verdict::kNone;
}

}  // namespace

Explored Explore(const model::Program& program, explore::Options options) {
  options.stop_at_failure = false;
  ProgramRun run(program);
  std::unordered_set<model::Outcome> outcomes;  // the same few come again and again: hashing is cheaper than order
  const explore::Result result = explore::Explore(
      "program", options, [&run] { run.Main(); },
      [&](const explore::Execution& execution) {
        model::Outcome outcome = run.Observe();
        if (execution.verdict() != VerdictOf(outcome)) {
          throw std::logic_error("the explorer's verdict is '" + std::string(VerdictName(execution.verdict())) + "' (" +
                                 execution.verdict_text() + ") for\n" + ToString(program, outcome));
        }
        outcomes.insert(std::move(outcome));
      });
  if (result.verdict == explore::Verdict::kNondeterminism) throw std::logic_error(result.text);
  return {{outcomes.begin(), outcomes.end()}, result.complete, result.executions, result.redundant};
}

std::set<model::Outcome> RunInProduction(const model::Program& program, const ProductionOptions& options) {
  std::set<model::Outcome> outcomes;
  for (const auto& [outcome, n] : CountInProduction(program, options)) outcomes.insert(outcome);
  return outcomes;
}

std::map<model::Outcome, int> CountInProduction(const model::Program& program, const ProductionOptions& options) {
  std::map<model::Outcome, int> outcomes;
  std::vector<std::unique_ptr<ProgramRun>> runs;  // outlive the Runtime and so the goroutines
  int blocked = 0;
  Runtime runtime(options.procs);
  for (int i = 0; i < options.runs; ++i) {
    runs.push_back(std::make_unique<ProgramRun>(program, options.seed + 1000 * static_cast<uint64_t>(i),
                                                std::chrono::microseconds(options.unit_us)));
    go([run = runs.back().get()] { run->Main(); });
    sched::Scheduler::Current()->WaitQuiescent();
    model::Outcome outcome = runs.back()->Observe();
    blocked += ProgramRun::Blocked(outcome);
    ++outcomes[std::move(outcome)];
  }
  const int left = runtime.Stop();
  if (left != blocked) {
    throw std::logic_error(std::to_string(left) + " goroutines were left, " + std::to_string(blocked) +
                           " of them known to be blocked");
  }
  return outcomes;
}

}  // namespace plait::conformance
