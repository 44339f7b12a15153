#include "plait/explorer/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "plait/explorer/replay/replay.h"

namespace plait::explore {
namespace {

struct Flags {
  std::optional<Mode> mode;
  std::optional<Granularity> granularity;
  std::optional<uint64_t> executions, max_executions, max_steps, free_ticks, seed, reduction, break_at;
  std::optional<double> max_seconds, watchdog, checkpoint_seconds;
  std::optional<uint32_t> jobs, bound, depth;
  std::optional<bool> progress;
  bool spurious_try_lock = false;
  bool all_steps = false;
  std::string checkpoint, replay, report, schedules, refresh;
  std::string replayed_test;
};

Flags& TheFlags() {
  static Flags flags;
  return flags;
}

constexpr const char* kAbout =
    R"(Explored tests (PLAIT_EXPLORE) run their body in every schedule that matters.
These flags apply to all of this binary, and override what a test says of
itself. Under Bazel: bazel test //x:y --test_arg=--plait_mode=portfolio

Only this test:
  --gtest_filter=Suite.Name
Run the one schedule that a failure's last line names:
  --plait_replay=TOKEN
and stop in a debugger where its step 7 is:
  gdb -ex run --args BINARY --plait_replay=TOKEN --plait_break=7
Write each failure as a page (HTML), a trace for Perfetto and a schedule to
keep; and how each exploration went:
  --plait_report=FOLDER
Too large to be explored? Draw schedules, or take those with two preemptions:
  --plait_mode=portfolio --plait_executions=100000
  --plait_mode=preemptions --plait_bound=2
A long exploration, that can be gone on with:
  --plait_jobs=8 --plait_max_seconds=3600 --plait_checkpoint=FOLDER

Each flag can be set in the environment too: --plait_seed=7 is PLAIT_SEED=7.)";

// CLI11's help for 80 columns, without the environment's names, which follow from the flags'.
std::string Help(const CLI::App& app) {
  constexpr size_t kWidth = 80, kIndent = 6;
  std::istringstream in(app.help());
  std::string out;
  for (std::string line; std::getline(in, line);) {
    if (const size_t env = line.find(" (Env:"); env != std::string::npos) {
      line.erase(env, line.find(')', env) + 1 - env);
    }
    const size_t text = line.find_first_not_of(' ');
    if (text != std::string::npos && text > kIndent) line = std::string(kIndent, ' ') + line.substr(text);
    // A short flag's text stands in its own line.
    if (const size_t gap = line.find("  ", 4); text == 2 && gap != std::string::npos && line[2] == '-') {
      out += line.substr(0, gap) + "\n";
      line = std::string(kIndent, ' ') + line.substr(line.find_first_not_of(' ', gap));
    }
    while (line.size() > kWidth) {
      size_t end = line.rfind(' ', kWidth);
      if (end == std::string::npos || end <= kIndent) break;
      out += line.substr(0, end) + "\n";
      line = std::string(kIndent, ' ') + line.substr(end + 1);
    }
    out += line + "\n";
  }
  return out;
}

// "--plait_max_seconds" -> "PLAIT_MAX_SECONDS".
std::string EnvironmentName(const std::string& flag) {
  std::string name = flag.substr(2);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

// Flags with a name for each value: a wrong one is answered with the right ones.
template <class T>
using Names = std::vector<std::pair<std::string, T>>;

template <class T>
void AddNamed(CLI::App& app, const std::string& flag, std::optional<T>& value, const Names<T>& names,
              const std::string& text, const char* group) {
  std::string all;
  for (const auto& [name, unused] : names) all += (all.empty() ? "" : "|") + name;
  const auto parse = [&value, names, all, flag](const CLI::results_t& given) {
    for (const auto& [name, meant] : names) {
      if (given[0] == name) {
        value = meant;
        return true;
      }
    }
    throw CLI::ValidationError(flag, "'" + given[0] + "' is not one of " + all);
  };
  app.add_option(flag, parse, text)->type_name(all)->envname(EnvironmentName(flag))->group(group);
}

template <class T>
CLI::Option* Add(CLI::App& app, const std::string& flag, T& value, const std::string& text, const char* group) {
  return app.add_option(flag, value, text)->envname(EnvironmentName(flag))->group(group);
}

void Describe(CLI::App& app, Flags& flags) {
  constexpr const char* kWhat = "What is explored";
  AddNamed<Mode>(app, "--plait_mode", flags.mode,
                 {{"exhaustive", Mode::kExhaustive},
                  {"optimal", Mode::kOptimal},
                  {"enumerate", Mode::kEnumerate},
                  {"random", Mode::kRandom},
                  {"portfolio", Mode::kPortfolio},
                  {"pct", Mode::kPct},
                  {"pos", Mode::kPos},
                  {"surw", Mode::kSurw},
                  {"preemptions", Mode::kPreemptions},
                  {"delays", Mode::kDelays}},
                 "exhaustive: each class of equivalent schedules; optimal: the same, by another algorithm; enumerate: "
                 "every schedule. For what is too large: portfolio draws schedules by random, pct, pos and surw in "
                 "turn; preemptions, delays: every schedule within --plait_bound",
                 kWhat);
  AddNamed<Granularity>(app, "--plait_granularity", flags.granularity,
                        {{"user", Granularity::kUser}, {"runtime", Granularity::kRuntime}},
                        "what is a step; user folds what nobody can observe", kWhat);
  Add(app, "--plait_bound", flags.bound, "preemptions, delays: at most so many", kWhat);
  Add(app, "--plait_executions", flags.executions, "random modes: how many schedules", kWhat)
      ->check(CLI::PositiveNumber);
  Add(app, "--plait_seed", flags.seed, "random modes: the same seed draws the same schedules", kWhat);
  Add(app, "--plait_depth", flags.depth, "pct: how many orderings a bug may need", kWhat)->check(CLI::PositiveNumber);
  Add(app, "--plait_free_ticks", flags.free_ticks,
      "of each ticker: come at any time; later ones when nothing else can happen", kWhat);
  app.add_flag("--plait_spurious_try_lock", flags.spurious_try_lock,
               "let every TryLock and TryRLock fail for no reason as well, which Go allows")
      ->envname("PLAIT_SPURIOUS_TRY_LOCK")
      ->group(kWhat);

  constexpr const char* kLimits = "For how long";
  Add(app, "--plait_max_seconds", flags.max_seconds, "give up, and fail, after so long", kLimits)
      ->check(CLI::PositiveNumber);
  Add(app, "--plait_max_executions", flags.max_executions, "give up, and fail, after so many", kLimits)
      ->check(CLI::PositiveNumber);
  Add(app, "--plait_max_steps", flags.max_steps, "in one execution: more is a verdict of its own", kLimits)
      ->check(CLI::PositiveNumber);
  Add(app, "--plait_watchdog", flags.watchdog, "seconds that one step may take; 0: for ever", kLimits)
      ->check(CLI::NonNegativeNumber);
  Add(app, "--plait_jobs", flags.jobs, "explore in so many processes, each a part", kLimits)->check(CLI::Range(1, 256));
  Add(app, "--plait_checkpoint", flags.checkpoint,
      "a folder: an exploration that is killed, or interrupted by Ctrl-C, goes on from what it has left there",
      kLimits);
  Add(app, "--plait_checkpoint_seconds", flags.checkpoint_seconds, "how often that is written", kLimits)
      ->check(CLI::NonNegativeNumber);
  AddNamed<bool>(
      app, "--plait_progress", flags.progress, {{"on", true}, {"off", false}},
      "say how a long exploration goes, on standard error: on a terminal all the time, in a log once a minute",
      kLimits);

  constexpr const char* kFailures = "Failures";
  Add(app, "--plait_replay", flags.replay, "run the schedule of this token, or of @FILE, and nothing else", kFailures);
  Add(app, "--plait_break", flags.break_at, "with --plait_replay, under a debugger: stop at this step", kFailures)
      ->check(CLI::PositiveNumber);
  Add(app, "--plait_report", flags.report,
      "a folder for pages, traces and schedules (default: Bazel's TEST_UNDECLARED_OUTPUTS_DIR, for unexpected "
      "failures)",
      kFailures);
  Add(app, "--plait_reduction", flags.reduction,
      "how many steps may be taken to make a failing schedule smaller; 0: show it as it was found", kFailures);
  Add(app, "--plait_schedules", flags.schedules, "a folder of kept schedules (*.schedule), which run first", kFailures);
  Add(app, "--plait_refresh", flags.refresh,
      "a folder of kept schedules: bring them up to date, and keep what is found", kFailures);
}

// `bazel run` runs a program in a folder of its own, and says from where it was called.
std::string FromWhereItWasCalled(const std::string& path) {
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  return path.empty() || path[0] == '/' || folder == nullptr ? path : std::string(folder) + "/" + path;
}

// Our flags, out of argv: the others are GoogleTest's business.
std::vector<std::string> TakeOurs(int* argc, char** argv) {
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
  return ours;
}

}  // namespace

void ParseFlags(int* argc, char** argv) {
  Flags& flags = TheFlags();
  CLI::App app{kAbout};
  app.get_formatter()->column_width(38);
  app.set_help_flag("--plait_help", "this text");
  Describe(app, flags);
  std::optional<bool> all_steps;
  AddNamed<bool>(app, "--plait_steps", all_steps, {{"matter", false}, {"all", true}},
                 "reports show the steps that matter to a failure, or all of them", "Failures");
  for (int i = 1; i < *argc; ++i) {  // GoogleTest prints its own part of it after that
    if (std::strcmp(argv[i], "--help") == 0 || std::strcmp(argv[i], "-h") == 0) std::printf("%s\n", Help(app).c_str());
  }
  const std::vector<std::string> ours = TakeOurs(argc, argv);
  try {
    app.parse(std::vector<std::string>(ours.rbegin(), ours.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      std::printf("%s", Help(app).c_str());
      std::exit(0);
    }
    const bool unknown = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
    std::fprintf(stderr, "plait: %s\n%s", error.what(),
                 unknown ? Help(app).c_str() : "--plait_help explains the flags.\n");
    std::exit(2);
  }
  flags.all_steps = all_steps.value_or(false);
  for (std::string* path : {&flags.report, &flags.refresh, &flags.checkpoint}) *path = FromWhereItWasCalled(*path);
  if (!flags.replay.empty() && flags.replay[0] == '@')
    flags.replay = "@" + FromWhereItWasCalled(flags.replay.substr(1));
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
  options.progress = flags.progress.value_or(true);
  options.observe |= AsksForReports();
  return options;
}

const char* ReplayedTest() { return TheFlags().replayed_test.c_str(); }

bool AsksForReports() { return !TheFlags().report.empty(); }

std::string ReportFolder() {
  if (AsksForReports()) return TheFlags().report;
  const char* outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  return outputs != nullptr ? outputs : "";
}

const std::string& SchedulesFolder() { return TheFlags().schedules; }
const std::string& RefreshFolder() { return TheFlags().refresh; }

}  // namespace plait::explore
