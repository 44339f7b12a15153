#include "plait/explorer/explored_test.h"

#include <gtest/gtest-spi.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "plait/explorer/execution.h"
#include "plait/explorer/flags.h"
#include "plait/explorer/jobs.h"
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

void RunExploredTest(const char* name, Options options, void (*body)()) {
  options = WithFlags(options);
  options.part = OurShard();
  const std::string checkpoints = options.checkpoint;
  const auto explore = [&](Options part) {
    if (!checkpoints.empty()) {
      part.checkpoint =
          checkpoints + "/" + name + "." + std::to_string(part.part.index) + "_of_" + std::to_string(part.part.count);
    }
    AssertionProbe probe;
    return Explore(name, part, body, nullptr, std::ref(probe));
  };
  const Result result = options.jobs > 1 && options.replay.empty() ? ExploreInJobs(options, explore) : explore(options);
  RecordCoverage(name, options, result);
  const std::string coverage = CoverageLine(result, options);
  if (!options.replay.empty()) {
    std::printf("%s\n", result.report.c_str());
    if (result.verdict != options.expect) ADD_FAILURE() << "replayed: " << VerdictName(result.verdict);
    return;
  }
  if (result.verdict == Verdict::kSkipped) GTEST_SKIP() << result.text;
  if (result.verdict == options.expect && result.text.find(options.expect_text) == std::string::npos) {
    ADD_FAILURE() << name << " found the expected " << VerdictName(options.expect) << ", but its text has no '"
                  << options.expect_text << "':\n"
                  << result.report;
    return;
  }
  if (result.verdict == options.expect) {
    if (result.verdict == Verdict::kNone && !result.complete) {
      ADD_FAILURE()
          << name << ": nothing wrong so far, but not everything was explored: " << coverage << " after "
          << result.seconds
          << " s.\nMake the test smaller, raise .max_seconds (and Bazel's size), or declare .mode = Mode::kPortfolio.";
    }
    std::printf("%s%s: %s; %s\n", result.report.c_str(), name, Conclusion(options, result), coverage.c_str());
    return;
  }
  if (result.verdict == Verdict::kNone) {
    ADD_FAILURE() << name << " expects to find: " << VerdictName(options.expect) << ", but found nothing wrong.\n  "
                  << coverage;
    return;
  }
  ADD_FAILURE() << (options.expect != Verdict::kNone ? std::string("expected: ") + VerdictName(options.expect) + "\n"
                                                     : "")
                << result.report << "  " << coverage;
}

}  // namespace plait::explore
