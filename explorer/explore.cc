#include "plait/explorer/explore.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <unordered_map>

#include "plait/explorer/checkpoint.h"
#include "plait/explorer/execution.h"
#include "plait/explorer/mismatch.h"
#include "plait/explorer/progress/interrupt.h"
#include "plait/explorer/progress/meter.h"
#include "plait/explorer/progress/observed.h"
#include "plait/explorer/replay/replay.h"
#include "plait/explorer/strategies/class_hash.h"
#include "plait/explorer/strategy.h"
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
    case Mode::kOptimal:
      if (options.granularity == Granularity::kUser) return MakeOptimal(options.part);
      [[fallthrough]];
    case Mode::kExhaustive:
      return MakePart(MakeSleepSets(), options.part);
    case Mode::kEnumerate:
      return MakePart(MakeEnumerate(), options.part);
    case Mode::kPreemptions:
      return MakePart(MakePreemptionBounded(options.bound), options.part);
    case Mode::kDelays:
      return MakePart(MakeDelayBounded(options.bound), options.part);
    default:
      break;
  }
  // Parts draw their share, each from a seed of its own.
  const Part part = options.part;
  const uint64_t seed = part.count == 1 ? options.seed : IdentityOf(options.seed, part.index);
  const uint64_t executions = std::max<uint64_t>(1, (options.executions + part.count - 1 - part.index) / part.count);
  switch (options.mode) {
    case Mode::kPortfolio:
      return MakeSampling(Sampler::kPortfolio, seed, executions, options.depth);
    case Mode::kPct:
      return MakeSampling(Sampler::kPct, seed, executions, options.depth);
    case Mode::kPos:
      return MakeSampling(Sampler::kPos, seed, executions, options.depth);
    case Mode::kSurw:
      return MakeSampling(Sampler::kSurw, seed, executions, options.depth);
    default:
      return MakeRandom(seed, executions);
  }
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

// A goroutine that is being unwound may still get here, since what it was cut at may have returned without effect. The
// operation then does what it does under Teardown: it throws, or there is nothing to do.
bool IsUnwound(OpKind kind, SourceLocation where) {
  const G* g = CurrentGOrNull();
  if (g == nullptr || g->controller == nullptr || !g->controller->Unwinding()) return false;
  Op op{.kind = kind, .where = where};
  static_cast<void>(g->controller->BeforeStep(op));
  return true;
}

// Counts the classes that another strategy meets.
class Counting final : public Strategy {
 public:
  explicit Counting(std::unique_ptr<Strategy> other) : other_(std::move(other)) {}

  void Begin() override {
    hash_.Begin();
    other_->Begin();
  }
  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    const int choice = other_->Choose(execution, enabled);
    if (choice >= 0) hash_.Step(execution, enabled[static_cast<size_t>(choice)]);
    return choice;
  }
  void Over(const Execution& execution) override {
    ++met_[hash_.value()];
    other_->Over(execution);
  }
  bool Next() override { return other_->Next(); }
  bool Counts() override { return other_->Counts(); }
  bool Consumed() const override { return other_->Consumed(); }
  std::string mismatch() const override { return other_->mismatch(); }

  uint64_t classes() const { return met_.size(); }

  void Conclude(bool samples, Result& result) const {
    result.classes = met_.size();
    if (!samples) return;
    double once = 0, twice = 0;
    for (const auto& [hash, times] : met_) {
      once += times == 1;
      twice += times == 2;
    }
    const auto seen = static_cast<double>(met_.size());
    const double unseen = twice > 0 ? once * once / (2 * twice) : once * (once - 1) / 2;
    const double ratio = twice > 0 ? once / twice : 0;
    const double variance =
        twice > 0 ? twice * (ratio * ratio / 2 + ratio * ratio * ratio + ratio * ratio * ratio * ratio / 4)
                  : once * (once - 1) / 2 + once * (2 * once - 1) * (2 * once - 1) / 4;
    result.estimate = result.estimate_low = result.estimate_high = seen + unseen;
    if (unseen <= 0) return;
    const double factor = std::exp(1.96 * std::sqrt(std::log(1 + variance / (unseen * unseen))));
    result.estimate_low = seen + unseen / factor;
    result.estimate_high = seen + unseen * factor;
  }

 private:
  const std::unique_ptr<Strategy> other_;
  ClassHash hash_;
  std::unordered_map<uint64_t, uint32_t> met_;
};

// What a checkpoint must be of to be gone on from.
std::string ExplorationText(std::string_view name, const Options& options) {
  return fmt::format("{} {} {} part {} of {}", name, ModeName(options.mode), GranularityName(options.granularity),
                     options.part.index, options.part.count);
}

// The file of an exploration that may be killed at any time, and go on.
class Checkpoints {
 public:
  Checkpoints(std::string_view name, const Options& options)
      : path_(options.checkpoint), period_(options.checkpoint_seconds) {
    checkpoint_.exploration = ExplorationText(name, options);
  }

  // Goes on from the file, if there is one. An error for a person, or nothing.
  std::string Resume(Strategy& strategy, Result& result) {
    if (path_.empty()) return {};
    if (std::string error = ReadCheckpoint(path_, checkpoint_); !error.empty()) return error;
    if (checkpoint_.strategy.empty()) return {};
    if (!strategy.Resume(checkpoint_.strategy)) return "plait: the checkpoint " + path_ + " is damaged: remove it";
    result.executions = checkpoint_.executions;
    result.redundant = checkpoint_.redundant;
    result.failures = checkpoint_.failures;
    if (checkpoint_.strategy[0] == 's') result.optimal = false;
    before_ = checkpoint_.seconds;
    return {};
  }

  // After Strategy::Next.
  void Write(const Strategy& strategy, const Result& result, double seconds) {
    if (path_.empty() || (seconds < next_ && !Interrupted())) return;
    next_ = seconds + period_;
    checkpoint_.strategy = strategy.Checkpoint();
    if (checkpoint_.strategy.empty()) return;
    checkpoint_.executions = result.executions;
    checkpoint_.redundant = result.redundant;
    checkpoint_.failures = result.failures;
    checkpoint_.seconds = before_ + seconds;
    if (const std::string error = WriteCheckpoint(path_, checkpoint_); !error.empty()) {
      std::fprintf(stderr, "%s\n", error.c_str());
      path_.clear();
    }
  }

  void Remove() const {
    if (!path_.empty()) std::remove(path_.c_str());
  }

  double seconds_before() const { return before_; }

 private:
  std::string path_;
  double period_;
  double next_ = 0;
  double before_ = 0;
  Checkpoint checkpoint_;
};

// Which algorithm it was that leaves nothing out, and what it has run besides.
std::string Algorithm(const Result& result, const Options& options) {
  if (options.mode == Mode::kEnumerate) return "every schedule";
  if (result.optimal) return "optimal";
  if (result.redundant == 0) return "sleep sets";
  return fmt::format("sleep sets, {} more redundant", result.redundant);
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
  std::unique_ptr<Strategy> strategy = MakeStrategy(options);
  const auto observed = std::make_shared<Observed>();
  if (options.observe) strategy = Observing(std::move(strategy), *observed);
  Counting* counting = nullptr;
  if (Samples(options.mode) || IsBounded(options.mode)) {
    auto counted = std::make_unique<Counting>(std::move(strategy));
    counting = counted.get();
    strategy = std::move(counted);
  }
  result.optimal = options.mode == Mode::kOptimal && options.granularity == Granularity::kUser;
  Checkpoints checkpoints(name, options);
  if (std::string error = checkpoints.Resume(*strategy, result); !error.empty()) {
    result.verdict = Verdict::kNondeterminism;
    result.text = result.report = std::move(error);
    return result;
  }
  std::optional<Meter> meter;
  if (options.progress) meter.emplace(std::string(name), options);
  const auto sample = [&] {
    if (!options.observe) return;
    const uint64_t classes = counting != nullptr ? counting->classes() : 0;
    observed->samples.push_back({SecondsSince(start), result.executions, result.redundant, classes});
  };
  uint64_t next_sample = 1;
  uint64_t explained = 0;  // stacks abandoned for the report
  for (uint64_t runs = 1;; ++runs) {
    strategy->Begin();
    const bool completed = execution.Run(body, *strategy, /*record=*/false);
    const bool counts = strategy->Counts();
    if (completed) {
      result.executions += counts;
      if (each && counts) each(execution);
      if (execution.verdict() != Verdict::kNone) {
        result.failures += counts;
        if (result.verdict == Verdict::kNone) {
          result.verdict = execution.verdict();
          result.text = execution.verdict_text();
          if (options.stop_at_failure) {
            if (result.verdict != Verdict::kNondeterminism) {
              result.abandoned_stacks = execution.abandoned_stacks();
              const std::vector<StepKey> schedule = execution.schedule();
              Explain(name, options, body, probe, schedule, result);
              explained = result.abandoned_stacks - execution.abandoned_stacks();
            } else {
              result.report = result.text;
            }
            break;
          }
        }
      }
    } else {
      result.redundant += counts;
    }
    if (!strategy->Next()) {
      result.complete = true;
      break;
    }
    if (strategy->BegunAnew()) {
      result.executions = result.redundant = result.failures = 0;
      result.optimal = false;
    }
    if (runs == next_sample) {
      sample();
      next_sample += 1 + runs / 64;  // some hundreds of them, however long it takes
    }
    if (!options.checkpoint.empty()) checkpoints.Write(*strategy, result, SecondsSince(start));
    // The clock is read now and then: it costs as much as a short execution's step.
    if (!Samples(options.mode) && runs >= options.max_executions) break;
    if (Interrupted()) {
      result.interrupted = true;
      break;
    }
    if (runs % 64 == 0 || execution.depth() > 500) {
      const double seconds = SecondsSince(start);
      if (seconds > options.max_seconds) break;
      if (meter) meter->Look(result, counting != nullptr ? counting->classes() : 0, seconds, execution, body);
    }
  }
  meter.reset();
  sample();
  if (options.observe) result.observed = observed;
  if (counting != nullptr) counting->Conclude(Samples(options.mode), result);
  result.abandoned_stacks = execution.abandoned_stacks() + explained;
  result.reads_clock = execution.reads_clock();
  result.holds_ticks_back = execution.holds_ticks_back();
  result.seconds = checkpoints.seconds_before() + SecondsSince(start);
  if (result.complete || result.verdict != Verdict::kNone) checkpoints.Remove();
  return result;
}

std::string CoverageLine(const Result& result, const Options& options) {
  std::string what;
  if (Samples(options.mode)) {
    what = fmt::format("{} {} executions, seed {}", result.executions,
                       options.mode == Mode::kRandom ? "random" : std::string(ModeName(options.mode)) + " (random)",
                       options.seed);
    if (options.mode == Mode::kPct) what += fmt::format(", depth {}", options.depth);
    what += fmt::format(", {} class{} met", result.classes, result.classes == 1 ? "" : "es");
    if (options.jobs == 1) {
      what += fmt::format(" of an estimated {:.0f} ({:.0f} to {:.0f}) or more", result.estimate, result.estimate_low,
                          result.estimate_high);
    }
  } else if (IsBounded(options.mode)) {
    what = fmt::format("{} executions, {} classes met, {} at most {} {}", result.executions, result.classes,
                       result.complete                    ? "every schedule with"
                       : result.verdict == Verdict::kNone ? "NOT FINISHED:"
                                                          : "stopped at the first failure:",
                       options.bound, options.mode == Mode::kDelays ? "delays" : "preemptions");
    if (options.part.count > 1) what += fmt::format(", part {} of {}", options.part.index + 1, options.part.count);
  } else if (options.part.count > 1 && result.complete && result.verdict == Verdict::kNone) {
    what = fmt::format("{} execution{}, part {} of {} explored", result.executions, result.executions == 1 ? "" : "s",
                       options.part.index + 1, options.part.count);
  } else {
    what = fmt::format("{} execution{}, {} ({})", result.executions, result.executions == 1 ? "" : "s",
                       result.complete                    ? "exhaustive"
                       : result.verdict == Verdict::kNone ? "NOT FINISHED"
                                                          : "stopped at the first failure",
                       Algorithm(result, options));
  }
#ifdef PLAIT_TSAN
  constexpr const char* kRaces = "checked";
#else
  constexpr const char* kRaces = "not checked";
#endif
  std::string time = "adversarial time";
  if (result.reads_clock) time += " (time.Now() moves only when a timer fires)";
  if (result.holds_ticks_back)
    time += fmt::format(", {} ticks at any time, later ones when all is quiet", options.free_ticks);
  return fmt::format("{}, {} granularity, {}, data races: {}", what, GranularityName(options.granularity), time,
                     kRaces);
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
