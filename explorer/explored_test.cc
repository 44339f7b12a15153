#include "plait/explorer/explored_test.h"

#include <gtest/gtest-spi.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "plait/explorer/execution.h"
#include "plait/explorer/flags.h"
#include "plait/explorer/jobs.h"
#include "plait/explorer/outputs/outputs.h"
#include "plait/explorer/progress/interrupt.h"
#include "plait/explorer/replay/replay.h"
#include "plait/explorer/report/recording.h"
#include "plait/explorer/schedules/kept.h"
#include "plait/explorer/shards.h"

namespace plait::explore {
namespace {

// Keeps GoogleTest from seeing the assertions that fail inside executions, and makes the first one the verdict.
class AssertionProbe {
 public:
  void operator()(Execution& execution) {
    for (; seen_ < failures_.size(); ++seen_) {
      const testing::TestPartResult& part = failures_.GetTestPartResult(seen_);
      if (part.skipped()) {
        execution.Fail(Verdict::kSkipped, part.message());
      } else if (part.failed()) {
        std::string place = part.file_name() != nullptr ? part.file_name() : "";
        place = place.substr(place.rfind('/') + 1) + ":" + std::to_string(part.line_number());
        execution.Fail(Verdict::kAssertion, place + "\n" + part.message());
      }
    }
  }

 private:
  testing::TestPartResultArray failures_;
  testing::ScopedFakeTestPartResultReporter reporter_{
      testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures_};
  int seen_ = 0;
};

// For the table at the end of ./plait test: GoogleTest writes properties into the XML that Bazel keeps.
void RecordCoverage(const char* name, const Options& options, const Result& result) {
  // An explored test inside another test (of ours) is none of the user's.
  const testing::TestInfo* running = testing::UnitTest::GetInstance()->current_test_info();
  if (running == nullptr || std::string(running->test_suite_name()) + "." + running->name() != name) return;
  const nlohmann::json row = {
      {"test", name},
      {"mode", ModeName(options.mode)},
      {"granularity", GranularityName(options.granularity)},
      {"executions", result.executions},
      {"redundant", result.redundant},
      {"complete", result.complete},
      {"optimal", result.optimal},
      {"part", options.part.index},
      {"parts", options.part.count},
      {"verdict", VerdictName(result.verdict)},
      {"expected", VerdictName(options.expect)},
      {"abandoned_stacks", result.abandoned_stacks},
      {"time", "adversarial"},
#ifdef PLAIT_TSAN
      {"races", true},
#else
      {"races", false},
#endif
      {"seconds", result.seconds},
  };
  testing::Test::RecordProperty("plait_coverage", row.dump());
  // For people, and for what reads JUnit files.
  testing::Test::RecordProperty("plait_verdict", VerdictName(result.verdict));
  testing::Test::RecordProperty("plait_coverage_line", CoverageLine(result, options));
  if (!result.token.empty()) testing::Test::RecordProperty("plait_token", result.token);
}

// "proven" is only for what was explored to its end.
const char* Conclusion(const Options& options, const Result& result) {
  if (result.verdict != Verdict::kNone) return "found";
  // One part proves nothing by itself: all of them do.
  const bool everything = result.complete && !Samples(options.mode) && !IsBounded(options.mode);
  return everything && options.part.count == 1 ? "proven" : "nothing found";
}

}  // namespace

bool HasFailedSoFar() {
  Execution* execution = Execution::Current();
  if (execution == nullptr) return testing::Test::HasFailure();
  execution->Probe();
  return execution->verdict() != Verdict::kNone;
}

namespace {

// One explored test, from its options to what GoogleTest is told.
class ExploredRun {
 public:
  ExploredRun(const char* name, const Options& options, void (*body)()) : name_(name), options_(options), body_(body) {}

  void Run() {
    if (!options_.replay.empty()) return Replay();
    if (!RefreshFolder().empty()) return Refresh();
    if (!RunKeptSchedules()) return;
    Explore();
  }

 private:
  Result ExploreWith(Options part) const {
    if (!options_.checkpoint.empty()) {
      part.checkpoint = options_.checkpoint + "/" + name_ + "." + std::to_string(part.part.index) + "_of_" +
                        std::to_string(part.part.count);
    }
    AssertionProbe probe;
    return explore::Explore(name_, part, body_, nullptr, std::ref(probe));
  }

  Result Nearest(const Options& options) const {
    AssertionProbe probe;
    return ReplayRoughly(name_, options, body_, std::ref(probe));
  }

  Result ExploreAll() const {
    const InterruptsAreHeard heard;
    const auto explore = [this](const Options& part) { return ExploreWith(part); };
    return options_.jobs > 1 ? ExploreInJobs(options_, explore) : explore(options_);
  }

  void Replay() const {
    const Result result = ExploreWith(options_);
    RecordCoverage(name_, options_, result);
    if (!RefreshFolder().empty()) {  // it is to be kept
      if (result.verdict != Verdict::kNondeterminism) return Keep(RefreshFolder(), name_, result);
      ADD_FAILURE() << result.report;
      return;
    }
    std::printf("%s\n", result.report.c_str());
    Say(WriteFailure(ReportFolder(), name_, result));
    if (result.verdict != options_.expect) ADD_FAILURE() << "replayed: " << VerdictName(result.verdict);
  }

  // `bazel run` of the schedules target: brings the kept files up to date, and keeps what is found now.
  void Refresh() const {
    const auto replay = [this](const Options& options) { return ExploreWith(options); };
    RefreshKept(RefreshFolder(), name_, options_, replay, [this](const Options& options) { return Nearest(options); });
    const Result result = ExploreAll();
    if (!result.schedule.empty()) Keep(RefreshFolder(), name_, result);
  }

  // Whether it is worth while to explore.
  bool RunKeptSchedules() const {
    if (SchedulesFolder().empty() || options_.part.index != 0) return true;
    int count = 0;
    for (const std::string& path : KeptFor(SchedulesFolder(), name_)) {
      const KeptRun run = RunKept(path, options_, [this](const Options& options) { return ExploreWith(options); });
      ++count;
      if (run.outcome == KeptRun::kHolds) continue;
      RecordCoverage(name_, options_, run.result);
      ADD_FAILURE() << run.message << WriteFailure(ReportFolder(), name_, run.result);
      return false;
    }
    if (count != 0) std::printf("%s: %d kept schedule%s run\n", name_, count, count == 1 ? "" : "s");
    return true;
  }

  void Explore() const {
    const Result result = ExploreAll();
    RecordCoverage(name_, options_, result);
    if (!result.interrupted || result.verdict != Verdict::kNone) Conclude(result);
    if (result.interrupted) EndInterrupted(result);
  }

  void Conclude(const Result& result) const {
    const std::string coverage = CoverageLine(result, options_);
    if (options_.observe) Say(WriteExploration(ReportFolder(), name_, options_, result));
    if (result.verdict == Verdict::kSkipped) GTEST_SKIP() << result.text;
    if (result.verdict == options_.expect && result.text.find(options_.expect_text) == std::string::npos) {
      ADD_FAILURE() << name_ << " found the expected " << VerdictName(options_.expect) << ", but its text has no '"
                    << options_.expect_text << "':\n"
                    << result.report << WriteFailure(ReportFolder(), name_, result);
      return;
    }
    if (result.verdict == options_.expect) {
      if (result.verdict == Verdict::kNone && !result.complete && !result.interrupted) {
        ADD_FAILURE() << name_ << ": nothing wrong so far, but not everything was explored: " << coverage << " after "
                      << result.seconds
                      << " s.\nMake the test smaller, raise .max_seconds (and Bazel's size), or declare .mode = "
                         "Mode::kPortfolio.";
      }
      std::printf("%s%s: %s; %s\n", result.report.c_str(), name_, Conclusion(options_, result), coverage.c_str());
      // It was to be found: its files are for whoever asks for them.
      if (AsksForReports()) Say(WriteFailure(ReportFolder(), name_, result));
      return;
    }
    if (result.verdict == Verdict::kNone) {
      ADD_FAILURE() << name_ << " expects to find: " << VerdictName(options_.expect) << ", but found nothing wrong.\n  "
                    << coverage;
      return;
    }
    ADD_FAILURE() << (options_.expect != Verdict::kNone
                          ? std::string("expected: ") + VerdictName(options_.expect) + "\n"
                          : "")
                  << result.report << "  " << coverage << "\n  " << WriteFailure(ReportFolder(), name_, result)
                  << KeepLine(result);
  }

  // Ctrl-C: says how far it came, and how to go on.
  [[noreturn]] void EndInterrupted(const Result& result) const {
    std::printf("%s: interrupted after %.1f s; %s\n", name_, result.seconds, CoverageLine(result, options_).c_str());
    if (Samples(options_.mode) || IsBounded(options_.mode)) {
      std::printf("There is nothing to go on with in this mode%s.\n",
                  Samples(options_.mode) ? "; another --plait_seed draws other schedules" : "");
    } else if (options_.checkpoint.empty()) {
      std::printf("Nothing was kept of it: with --plait_checkpoint=FOLDER an exploration can be gone on with.\n");
    } else {
      std::printf("To go on, run the same again: --plait_checkpoint=%s\n", options_.checkpoint.c_str());
    }
    std::fflush(nullptr);
    std::_Exit(130);
  }

  // How the schedule gets into the tree, if the BUILD rule has a folder for it.
  static std::string KeepLine(const Result& result) {
    const char* target = std::getenv("TEST_TARGET");
    if (target == nullptr || SchedulesFolder().empty() || result.token.size() > kLongestToken) return {};
    return std::string("\n  keep it: bazel run ") + target + ".schedules -- --plait_replay=" + result.token;
  }

  static void Say(const std::string& text) {
    if (!text.empty()) std::printf("%s\n", text.c_str());
  }

  const char* const name_;
  const Options options_;
  void (*const body_)();
};

}  // namespace

void RunExploredTest(const char* name, Options options, void (*body)()) {
  options = WithFlags(options);
  options.part = OurShard();
  ExploredRun(name, options, body).Run();
}

}  // namespace plait::explore
