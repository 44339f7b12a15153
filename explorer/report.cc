#include "plait/explorer/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "plait/explorer/place.h"

namespace plait::explore {
namespace {

constexpr size_t kMaxLines = 40;  // of the trace: more does not fit a screen

std::string NameOf(int goroutine) {
  if (goroutine == 0) return "time";
  return goroutine == 1 ? "main" : "G" + std::to_string(goroutine);
}

std::string StateText(const GoroutineEnd& end) {
  switch (end.state) {
    case GoroutineEnd::kReturned:
      return "returned";
    case GoroutineEnd::kPanicked:
      return "panicked: " + end.text;
    case GoroutineEnd::kBlocked:
      return "waits in " + end.text;
    case GoroutineEnd::kRunnable:
      return end.text.empty() ? "could go on" : "could go on with " + end.text;
  }
  return {};
}

// Under `bazel test` the target is known; a person pastes the same line.
std::string ReplayLine(const std::string& token) {
  if (const char* target = std::getenv("TEST_TARGET")) {
    return fmt::format("bazel test {} --test_output=all --test_arg=--plait_replay={}", target, token);
  }
  return fmt::format("{} --plait_replay={}", program_invocation_name, token);
}

void AppendTrace(std::string& out, const Execution& execution) {
  const auto& lines = execution.lines();
  size_t text_width = 9;
  for (const StepRecord& line : lines) {
    text_width = std::max(text_width, line.text.size() + (line.result.empty() ? 0 : line.result.size() + 2));
  }
  text_width = std::min<size_t>(text_width, 48);
  out += fmt::format("  {:>4}  {:<5} {:<{}}  {}\n", "step", "who", "operation", text_width, "where");
  const size_t skip = lines.size() > kMaxLines ? lines.size() - kMaxLines : 0;
  if (skip != 0)
    out += fmt::format("        ... the first {} steps are left out here; the replay has them all\n", skip);
  for (size_t i = skip; i < lines.size(); ++i) {
    const StepRecord& line = lines[i];
    const std::string text = line.result.empty() ? line.text : line.text + "  " + line.result;
    out += fmt::format("  {:>4}  {:<5} {:<{}}  {}\n", i + 1, NameOf(line.goroutine), text, text_width,
                       line.goroutine == 0 ? "" : ShortPlace(line.where));
  }
}

}  // namespace

std::string RenderReport(std::string_view test, const Execution& execution, const std::string& token) {
  const bool wrong = execution.verdict() != Verdict::kNone;
  std::string out =
      wrong ? fmt::format("{}: {}\n  {}\n\n", test, VerdictName(execution.verdict()), execution.verdict_text())
            : fmt::format("{}: nothing wrong in this schedule\n\n", test);
  AppendTrace(out, execution);
  out += "\n  at the end\n";
  for (const GoroutineEnd& end : execution.ends()) {
    out += fmt::format("  {:<5} {}", end.name, StateText(end));
    if (const std::string place = ShortPlace(end.where); !place.empty()) out += "  " + place;
    if (end.number != 1)
      out += fmt::format("\n          started by {}  {}", NameOf(end.created_by), ShortPlace(end.created_at));
    out += "\n";
  }
  out += fmt::format("\n  replay: {}\n", ReplayLine(token));
  return out;
}

}  // namespace plait::explore
