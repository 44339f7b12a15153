#include "plait/properties/litmus/random.h"

#include <algorithm>
#include <set>
#include <vector>

#include "plait/model/outcome.h"
#include "plait/model/search.h"
#include "plait/properties/conformance/run_program.h"
#include "plait/properties/generate/mixed_gen.h"
#include "plait/properties/litmus/litmus.h"

namespace plait::litmus {
namespace {

using model::Outcome;
using model::Program;

std::string Missing(const Program& program, const std::set<Outcome>& some, const std::set<Outcome>& all,
                    const std::string& what) {
  std::string text;
  for (const Outcome& o : some) {
    if (!all.contains(o)) text += what + ": " + Line(program, o) + "\n";
  }
  return text;
}

bool MayDie(const std::set<Outcome>& outcomes) {
  return std::any_of(outcomes.begin(), outcomes.end(),
                     [](const Outcome& o) { return o.verdict == model::Verdict::kFatal; });
}

}  // namespace

void RandomPrograms::Count(const Program& program, const std::set<Outcome>& outcomes) {
  for (const auto& [feature, n] : generate::FeaturesOf(program)) ++histogram_[feature];
  bool blocked = false, panicked = false;
  for (const Outcome& o : outcomes) {
    for (const model::GoroutineOutcome& g : o.goroutines) {
      blocked |= g.end == model::End::kBlocked;
      panicked |= g.end == model::End::kPanicked;
    }
  }
  histogram_["blocked"] += blocked;
  histogram_["panicked"] += panicked;
  histogram_["two outcomes"] += outcomes.size() >= 2;
  histogram_["six outcomes"] += outcomes.size() >= 6;
  outcomes_ += outcomes.size();
}

std::string RandomPrograms::Judge(const Program& program) {
  const model::SearchResult search = model::Search(program, {.max_states = options_.max_states});
  states_ += search.states();
  ++programs_;
  if (!search.complete()) return ++given_up_, "";
  const std::set<Outcome>& fifo = search.outcomes();
  if (MayDie(fifo)) return "";  // only what others are shrunk to
  Count(program, fifo);
  const conformance::Explored explored = conformance::Explore(
      program,
      {.granularity = explore::Granularity::kRuntime, .max_executions = options_.max_executions, .max_seconds = 1e9});
  executions_ += explored.executions;
  std::string wrong = Missing(program, explored.outcomes, fifo, "explored, not in the model");
  if (explored.complete) wrong += Missing(program, fifo, explored.outcomes, "in the model, not explored");
  given_up_ += explored.complete ? 0 : 1;
  const model::SearchResult paced =
      model::Search(program, {.time = model::Time::kAnyOrder, .max_states = options_.max_states});
  if (paced.complete() && options_.production_runs > 0) {
    const conformance::ProductionOptions run{
        .procs = 1 + programs_ % 4, .runs = options_.production_runs, .seed = static_cast<uint64_t>(programs_)};
    runs_ += static_cast<uint64_t>(options_.production_runs);
    wrong += Missing(program, conformance::RunInProduction(program, run), paced.outcomes(),
                     "in production, not in the model");
  }
  return wrong.empty() ? "" : Print(program) + "\n" + wrong;
}

std::string RandomPrograms::CompareWithGo(const golang::Go& go, int programs, uint64_t seed, int copies) {
  constexpr int kBatch = 500;
  const rc::Gen<Program> gen = generate::MixedProgram(options_.max_ops);
  rc::Random random(seed);
  for (int done = 0; done < programs;) {
    std::vector<Program> batch;
    std::vector<std::set<Outcome>> allowed;
    while (static_cast<int>(batch.size()) < std::min(kBatch, programs - done)) {
      Program program = gen(random.split(), 10 + static_cast<int>(batch.size()) % 90).value();
      const model::SearchResult any = model::Search(
          program,
          {.waiters = model::Waiters::kAny, .time = model::Time::kAnyOrder, .max_states = options_.max_states});
      ++programs_;
      // Stop and Reset are others before Go 1.23.
      const bool timers = std::any_of(program.objects.begin(), program.objects.end(),
                                      [](const auto& o) { return o.kind == model::ObjectKind::kTimer; });
      if (!any.complete() || MayDie(any.outcomes()) || (timers && go.minor < 23)) {
        ++given_up_;
        continue;
      }
      Count(program, any.outcomes());
      allowed.push_back(any.outcomes());
      batch.push_back(std::move(program));
    }
    std::vector<const Program*> pointers;
    for (const Program& program : batch) pointers.push_back(&program);
    const golang::GoBatch compiled(go, pointers);
    for (size_t i = 0; i < batch.size(); ++i) {
      const auto seen = compiled.Run(i, {.copies = copies, .procs = 1 + static_cast<int>(i) % 4});
      runs_ += seen.size();
      const std::string wrong =
          Missing(batch[i], {seen.begin(), seen.end()}, allowed[i], "Go has, the model (any waiter) has not");
      if (!wrong.empty()) return Print(batch[i]) + "\n" + wrong;
    }
    done += static_cast<int>(batch.size());
    by_go_ += static_cast<int>(batch.size());
  }
  return "";
}

std::string RandomPrograms::Summary() const {
  std::string text = std::to_string(programs_) + " programs, " + std::to_string(given_up_) + " too large, " +
                     std::to_string(by_go_) + " by Go; " + std::to_string(states_) + " states, " +
                     std::to_string(executions_) + " executions, " + std::to_string(runs_) + " runs, " +
                     std::to_string(outcomes_) + " outcomes\n";
  for (const auto& [what, n] : histogram_) text += "  " + what + ": " + std::to_string(n) + "\n";
  return text;
}

}  // namespace plait::litmus
