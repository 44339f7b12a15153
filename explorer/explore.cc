#include "plait/explorer/explore.h"

#include <fmt/format.h>

#include <chrono>

#include "plait/explorer/execution.h"
#include "plait/explorer/mismatch.h"
#include "plait/explorer/report.h"
#include "plait/explorer/strategy.h"
#include "plait/explorer/token.h"
#include "plait/explorer/watchdog.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/seam/controller.h"

namespace plait::explore {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::unique_ptr<Strategy> MakeStrategy(const Options& options) {
  switch (options.mode) {
    case Mode::kExhaustive:
      return options.granularity == Granularity::kUser ? MakeOptimal() : MakeSleepSets();
    case Mode::kSleepSets:
      return MakeSleepSets();
    case Mode::kEnumerate:
      return MakeEnumerate();
    case Mode::kRandom:
      return MakeRandom(options.seed, options.executions);
  }
  return nullptr;
}

// The first schedule, twice. Empty if both were the same, else what differs first.
std::string CheckDeterminism(Execution& execution, const std::function<void()>& body) {
  const auto first = MakeFixed({});
  first->Begin();
  execution.Run(body, *first, false);
  const std::vector<StepKey> before = execution.schedule();
  const Verdict verdict = execution.verdict();
  first->Begin();
  execution.Run(body, *first, false);
  const std::vector<StepKey>& now = execution.schedule();
  for (size_t i = 0; i < std::max(before.size(), now.size()); ++i) {
    if (i < before.size() && i < now.size() && before[i] == now[i]) continue;
    return fmt::format(
        "the body ran twice in the same schedule, and step {} differs:\n  first   {}\n  second  {}\n"
        "Suspects: statics and globals that keep their value from one execution to the next, real time, random "
        "numbers, "
        "addresses (the order of a set of pointers), plain threads. The body must own all its state.",
        i + 1, i < before.size() ? StepText(before[i]) : "(ended)", i < now.size() ? StepText(now[i]) : "(ended)");
  }
  if (verdict != execution.verdict()) {
    return fmt::format(
        "the body ran twice in the same schedule with the same steps; the first time the verdict was '{}', the "
        "second time '{}'. Suspects: statics and globals that keep their value.",
        VerdictName(verdict), VerdictName(execution.verdict()));
  }
  return {};
}

// Runs the failing schedule once more, recorded, and writes the report.
void Explain(std::string_view name, Execution& execution, const Options& options, const std::function<void()>& body,
             Result& result) {
  const std::vector<StepKey> schedule = execution.schedule();
  const auto again = MakeFixed(schedule);
  again->Begin();
  execution.Run(body, *again, /*record=*/true);
  if (execution.verdict() != result.verdict) {
    result.text = fmt::format("'{}' the first time, '{}' when the same schedule was run again: {}",
                              VerdictName(result.verdict), VerdictName(execution.verdict()), execution.verdict_text());
    result.verdict = Verdict::kNondeterminism;
  }
  result.token = EncodeToken({std::string(name), options.granularity, schedule});
  result.report = RenderReport(name, execution, result.token);
}

Result Replay(std::string_view name, Options options, const std::function<void()>& body,
              const std::function<void(Execution&)>& probe) {
  Result result;
  Token token;
  std::string error;
  if (!DecodeToken(options.replay, token, error)) {
    result.verdict = Verdict::kNondeterminism;
    result.text = result.report = error;
    return result;
  }
  if (token.test != name) {
    result.verdict = Verdict::kNondeterminism;
    result.text = result.report = fmt::format(
        "plait: this replay token was recorded for {}, not for {}: run that test with it", token.test, name);
    return result;
  }
  options.granularity = token.granularity;
  Execution execution(options);
  execution.set_probe(probe);
  const auto strategy = MakeFixed(token.schedule);
  strategy->Begin();
  execution.Run(body, *strategy, /*record=*/true);
  result.executions = 1;
  result.verdict = execution.verdict();
  result.text = execution.verdict_text();
  result.token = options.replay;
  if (result.verdict == Verdict::kNondeterminism) {
    result.report = result.text = fmt::format(
        "plait: this replay line was recorded for {} ({} steps), but {}"
        "The program has changed since. Explore it again without --plait_replay to get a new line.\n",
        name, token.schedule.size(),
        strategy->mismatch().empty() ? fmt::format("it ends after {} of them.\n", execution.schedule().size())
                                     : strategy->mismatch());
  } else {
    result.report = RenderReport(name, execution, options.replay);
  }
  return result;
}

// A goroutine that is being unwound may still get here, since what it was cut at may have returned without effect. The
// operation then does what it does under Teardown: it throws, or there is nothing to do.
bool IsUnwound(OpKind kind, SourceLocation where) {
  const G* g = CurrentGOrNull();
  if (g == nullptr || g->controller == nullptr || !g->controller->Unwinding()) return false;
  Op op{.kind = kind, .where = where};
  static_cast<void>(g->controller->BeforeStep(op));
  return true;
}

Execution& CurrentOrDie(const char* what) {
  Execution* execution = Execution::Current();
  if (execution == nullptr) plait::Fatal(fmt::format("plait: {} called outside an explored body", what));
  return *execution;
}

}  // namespace

Result Explore(std::string_view name, const Options& options, const std::function<void()>& body,
               const std::function<void(const Execution&)>& each, const std::function<void(Execution&)>& probe) {
  Watchdog::Watch(options.watchdog_seconds);
  if (!options.replay.empty()) return Replay(name, options, body, probe);
  const Clock::time_point start = Clock::now();
  Result result;
  Execution execution(options);
  execution.set_probe(probe);
  if (options.check_determinism) {
    if (std::string difference = CheckDeterminism(execution, body); !difference.empty()) {
      result.verdict = Verdict::kNondeterminism;
      result.text = result.report = std::move(difference);
      result.seconds = SecondsSince(start);
      return result;
    }
  }
  const auto strategy = MakeStrategy(options);
  result.optimal = options.mode == Mode::kExhaustive && options.granularity == Granularity::kUser;
  for (uint64_t runs = 1;; ++runs) {
    strategy->Begin();
    if (execution.Run(body, *strategy, /*record=*/false)) {
      ++result.executions;
      if (each) each(execution);
      if (execution.verdict() != Verdict::kNone) {
        ++result.failures;
        if (result.verdict == Verdict::kNone) {
          result.verdict = execution.verdict();
          result.text = execution.verdict_text();
          if (options.stop_at_failure) {
            if (result.verdict != Verdict::kNondeterminism) {
              Explain(name, execution, options, body, result);
            } else {
              result.report = result.text;
            }
            break;
          }
        }
      }
    } else {
      ++result.redundant;
    }
    if (!strategy->Next()) {
      result.complete = true;
      break;
    }
    if (strategy->BegunAnew()) {
      result.executions = result.redundant = result.failures = 0;
      result.optimal = false;
    }
    // The clock is read now and then: it costs as much as a short execution's step.
    if (options.mode != Mode::kRandom && runs >= options.max_executions) break;
    if ((runs % 64 == 0 || execution.depth() > 500) && SecondsSince(start) > options.max_seconds) break;
  }
  result.abandoned_stacks = execution.abandoned_stacks();
  result.reads_clock = execution.reads_clock();
  result.seconds = SecondsSince(start);
  return result;
}

std::string CoverageLine(const Result& result, const Options& options) {
  std::string what;
  if (options.mode == Mode::kRandom) {
    what = fmt::format("{} random executions, seed {}", result.executions, options.seed);
  } else {
    what = fmt::format("{} execution{}, {}", result.executions, result.executions == 1 ? "" : "s",
                       result.complete                    ? "exhaustive"
                       : result.verdict == Verdict::kNone ? "NOT FINISHED"
                                                          : "stopped at the first failure");
  }
#ifdef PLAIT_TSAN
  constexpr const char* kRaces = "checked";
#else
  constexpr const char* kRaces = "not checked";
#endif
  return fmt::format("{}, {} granularity, adversarial time{}, data races: {}", what,
                     GranularityName(options.granularity),
                     result.reads_clock ? " (time.Now() moves only when a timer fires)" : "", kRaces);
}

void join_all(SourceLocation where) {
  if (!IsUnwound(OpKind::kJoinAll, where)) CurrentOrDie("join_all").JoinAll(where);
}

int choose(int n, SourceLocation where) {
  return IsUnwound(OpKind::kChoose, where) ? 0 : CurrentOrDie("choose").Choose(n, where);
}

void invariant(std::string text, std::function<bool()> holds) {
  const G* g = CurrentGOrNull();
  if (g != nullptr && g->controller != nullptr && g->controller->Unwinding()) return;
  CurrentOrDie("invariant").AddInvariant(std::move(text), std::move(holds));
}

}  // namespace plait::explore
