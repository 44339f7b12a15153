#include "plait/explorer/flags.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plait/explorer/replay/replay.h"

namespace plait::explore {
namespace {

struct Flags {
  std::optional<Mode> mode;
  std::optional<Granularity> granularity;
  std::optional<uint64_t> executions, max_executions, max_steps, free_ticks, seed;
  std::optional<double> max_seconds, watchdog;
  bool spurious_try_lock = false;
  bool all_steps = false;
  std::optional<uint64_t> reduction, break_at;
  std::optional<uint32_t> jobs, bound, depth;
  std::optional<double> checkpoint_seconds;
  std::string checkpoint;
  std::string replay;
  std::string replayed_test;
};

Flags& TheFlags() {
  static Flags flags;
  return flags;
}

}  // namespace

void ParseFlags(int* argc, char** argv) {
  Flags& flags = TheFlags();
  CLI::App app{
      "Explored tests. These flags apply to every PLAIT_EXPLORE test of this binary; GoogleTest's own follow under "
      "--help.\n"
      "Each can be set by an environment variable too: --plait_seed=7 is PLAIT_SEED=7."};
  app.set_help_flag("--plait_help", "this text");
  const std::map<std::string, Mode> modes{{"exhaustive", Mode::kExhaustive},
                                          {"optimal", Mode::kOptimal},
                                          {"enumerate", Mode::kEnumerate},
                                          {"random", Mode::kRandom},
                                          {"portfolio", Mode::kPortfolio},
                                          {"pct", Mode::kPct},
                                          {"pos", Mode::kPos},
                                          {"surw", Mode::kSurw},
                                          {"preemptions", Mode::kPreemptions},
                                          {"delays", Mode::kDelays}};
  const std::map<std::string, Granularity> granularities{{"user", Granularity::kUser},
                                                         {"runtime", Granularity::kRuntime}};
  const auto env = [](CLI::Option* option, const char* name) { option->envname(name); };
  env(app.add_option(
             "--plait_mode", flags.mode,
             "exhaustive: each class of equivalent schedules; optimal: the same, by another algorithm; "
             "enumerate: every schedule; random, portfolio, pct, pos, surw: some; preemptions, delays: those within a "
             "bound")
          ->transform(CLI::CheckedTransformer(modes).description(
              "exhaustive|optimal|enumerate|random|portfolio|pct|pos|surw|preemptions|delays")),
      "PLAIT_MODE");
  env(app.add_option("--plait_granularity", flags.granularity, "what is a step; user folds what nobody can observe")
          ->transform(CLI::CheckedTransformer(granularities).description("user|runtime")),
      "PLAIT_GRANULARITY");
  env(app.add_option("--plait_executions", flags.executions, "random modes: how many")->check(CLI::PositiveNumber),
      "PLAIT_EXECUTIONS");
  env(app.add_option("--plait_seed", flags.seed, "random modes: the seed"), "PLAIT_SEED");
  env(app.add_option("--plait_max_executions", flags.max_executions, "give up, and fail, after so many")
          ->check(CLI::PositiveNumber),
      "PLAIT_MAX_EXECUTIONS");
  env(app.add_option("--plait_max_steps", flags.max_steps, "in one execution: more is a verdict of its own")
          ->check(CLI::PositiveNumber),
      "PLAIT_MAX_STEPS");
  env(app.add_option("--plait_free_ticks", flags.free_ticks,
                     "of each ticker: come at any time; later ones when nothing else can happen"),
      "PLAIT_FREE_TICKS");
  env(app.add_option("--plait_max_seconds", flags.max_seconds, "give up, and fail, after so long")
          ->check(CLI::PositiveNumber),
      "PLAIT_MAX_SECONDS");
  env(app.add_option("--plait_watchdog", flags.watchdog, "seconds that one step may take; 0: for ever")
          ->check(CLI::NonNegativeNumber),
      "PLAIT_WATCHDOG");
  env(app.add_flag("--plait_spurious_try_lock", flags.spurious_try_lock,
                   "let every TryLock and TryRLock fail for no reason as well, which Go allows"),
      "PLAIT_SPURIOUS_TRY_LOCK");
  env(app.add_option("--plait_bound", flags.bound, "preemptions, delays: at most so many"), "PLAIT_BOUND");
  env(app.add_option("--plait_depth", flags.depth, "pct: how many orderings a bug may need")
          ->check(CLI::PositiveNumber),
      "PLAIT_DEPTH");
  env(app.add_option("--plait_jobs", flags.jobs, "explore in so many processes, each a part")
          ->check(CLI::Range(1, 256)),
      "PLAIT_JOBS");
  env(app.add_option("--plait_checkpoint", flags.checkpoint,
                     "a folder: an exploration that is killed goes on from what it has left there"),
      "PLAIT_CHECKPOINT");
  env(app.add_option("--plait_checkpoint_seconds", flags.checkpoint_seconds, "how often that is written")
          ->check(CLI::NonNegativeNumber),
      "PLAIT_CHECKPOINT_SECONDS");
  env(app.add_option("--plait_reduction", flags.reduction,
                     "how many steps may be taken to make a failing schedule smaller; 0: show it as it was found"),
      "PLAIT_REDUCTION");
  env(app.add_option("--plait_steps", flags.all_steps, "reports show the steps that matter, or all of them")
          ->transform(CLI::CheckedTransformer(std::map<std::string, bool>{{"matter", false}, {"all", true}})
                          .description("matter|all")),
      "PLAIT_STEPS");
  env(app.add_option("--plait_break", flags.break_at, "with --plait_replay, under a debugger: stop at this step")
          ->check(CLI::PositiveNumber),
      "PLAIT_BREAK");
  env(app.add_option("--plait_replay", flags.replay, "run the schedule of this token, and nothing else"),
      "PLAIT_REPLAY");

  // Only our flags go to CLI11: the others are GoogleTest's business.
  std::vector<std::string> ours;
  int kept = 1;
  for (int i = 1; i < *argc; ++i) {
    if (std::strncmp(argv[i], "--plait_", 8) != 0) {
      argv[kept++] = argv[i];
      continue;
    }
    ours.emplace_back(argv[i]);
    if (std::strchr(argv[i], '=') == nullptr && i + 1 < *argc && argv[i + 1][0] != '-') ours.emplace_back(argv[++i]);
  }
  argv[kept] = nullptr;
  *argc = kept;
  try {
    app.parse(std::vector<std::string>(ours.rbegin(), ours.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      std::exit(app.exit(error));
    }
    std::fprintf(stderr, "plait: %s\n%s", error.what(), app.help().c_str());
    std::exit(2);
  }
  if (!flags.replay.empty()) {
    Token token;
    std::vector<std::string> texts;
    std::string error;
    if (!ReadReplay(flags.replay, token, texts, error)) {
      std::fprintf(stderr, "%s\n", error.c_str());
      std::exit(2);
    }
    flags.replayed_test = token.test;
  }
}

Options WithFlags(Options options) {
  const Flags& flags = TheFlags();
  options.mode = flags.mode.value_or(options.mode);
  options.granularity = flags.granularity.value_or(options.granularity);
  options.executions = flags.executions.value_or(options.executions);
  options.max_executions = flags.max_executions.value_or(options.max_executions);
  options.max_steps = flags.max_steps.value_or(options.max_steps);
  options.free_ticks = flags.free_ticks.value_or(options.free_ticks);
  options.max_seconds = flags.max_seconds.value_or(options.max_seconds);
  options.watchdog_seconds = flags.watchdog.value_or(options.watchdog_seconds);
  options.seed = flags.seed.value_or(options.seed);
  options.spurious_try_lock |= flags.spurious_try_lock;
  options.bound = flags.bound.value_or(options.bound);
  options.depth = flags.depth.value_or(options.depth);
  options.jobs = flags.jobs.value_or(options.jobs);
  options.checkpoint_seconds = flags.checkpoint_seconds.value_or(options.checkpoint_seconds);
  if (!flags.checkpoint.empty()) options.checkpoint = flags.checkpoint;
  if (!flags.replay.empty()) options.replay = flags.replay;
  options.all_steps |= flags.all_steps;
  options.reduction = flags.reduction.value_or(options.reduction);
  options.break_at = flags.break_at.value_or(options.break_at);
  return options;
}

const char* ReplayedTest() { return TheFlags().replayed_test.c_str(); }

}  // namespace plait::explore
