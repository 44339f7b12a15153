#include "plait/explorer/report/recording.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "plait/explorer/place.h"
#include "plait/explorer/report/arrows.h"
#include "plait/explorer/report/source.h"

namespace plait::explore {
namespace {

using nlohmann::json;

constexpr const char* kStateNames[] = {"returned", "panicked", "waits", "could go on"};

// Switches, and which of them took the turn from one who could have gone on.
void CountSwitches(Recording& recording) {
  int last = 0, peer = 0;
  for (size_t i = 0; i < recording.lines.size(); ++i) {
    const StepRecord& line = recording.lines[i];
    recording.steps = line.step;
    if (line.goroutine == 0) continue;
    const bool meeting = i + 1 < recording.lines.size() && recording.lines[i + 1].step == line.step;
    const int other = meeting ? recording.lines[i + 1].goroutine : 0;
    const auto ran = [&](int g) { return g != 0 && (g == last || g == peer); };
    if (last != 0 && !ran(line.goroutine) && !ran(other)) {
      ++recording.switches;
      const auto at = static_cast<size_t>(last) - 1;
      recording.preemptions += at < line.states.size() && line.states[at] == 'r';
    }
    last = line.goroutine;
    peer = other;
    i += meeting;
  }
}

json PlaceJson(const SourceLocation& where) {
  return {{"file", TidyPath(where.file)}, {"line", where.line}, {"short", ShortPlace(where)}};
}

// The lines around each place that is named, by file and number: the page needs no more.
json SourcesJson(const Recording& recording) {
  std::set<std::pair<std::string, uint32_t>> wanted;
  const auto want = [&](const SourceLocation& where) {
    constexpr uint32_t kAround = 6;
    for (uint32_t n = where.line > kAround ? where.line - kAround : 1; where.line != 0 && n <= where.line + kAround;
         ++n)
      wanted.emplace(where.file, n);
  };
  for (const StepRecord& line : recording.lines) want(line.where);
  for (const GoroutineEnd& end : recording.ends) {
    want(end.where);
    want(end.created_at);
  }
  json sources = json::object();
  for (const auto& [file, number] : wanted) {
    const auto& lines = SourceLines(file);
    if (number <= lines.size()) sources[TidyPath(file)][std::to_string(number)] = lines[number - 1];
  }
  return sources;
}

}  // namespace

std::string GoroutineNameOf(int number) {
  if (number == 0) return "time";
  return number == 1 ? "main" : "G" + std::to_string(number);
}

Recording RecordingOf(std::string_view test, const Execution& execution, std::string token) {
  Recording recording;
  recording.test = test;
  recording.verdict = execution.verdict();
  recording.text = execution.verdict_text();
  recording.token = std::move(token);
  recording.lines = execution.lines();
  recording.ends = execution.ends();
  recording.objects = execution.objects();
  CountSwitches(recording);
  return recording;
}

std::string HowItEnded(const GoroutineEnd& end) {
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

std::string ReductionText(const Recording& r) {
  if (r.from_steps == 0) return {};
  const auto count = [](size_t n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); };
  std::string now = fmt::format("{}, {} switch{} between goroutines ({})", count(r.steps, "step"), r.switches,
                                r.switches == 1 ? "" : "es", count(r.preemptions, "preemption"));
  if (r.from_steps == r.steps && r.from_switches == r.switches) {
    return now + fmt::format("; {} other schedules tried, none is smaller", r.tried);
  }
  return now + fmt::format("; found with {} and {}, {} schedules tried since", r.from_steps, r.from_switches, r.tried);
}

std::string WhereToFind(const std::string& folder) {
  const size_t logs = folder.find("/testlogs/");
  const bool outputs = folder.size() > 13 && folder.substr(folder.size() - 13) == "/test.outputs";
  if (logs == std::string::npos || !outputs) return folder;
  return "bazel-" + folder.substr(logs + 1) + "/outputs.zip";
}

// Under `bazel test` the target is known; a person pastes the same line.
std::string ReplayLine(const std::string& token) {
  const char* target = std::getenv("TEST_TARGET");
  if (token.size() > kLongestToken) {
    const char* outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
    return fmt::format(
        "the schedule is too long for a line; it is in {}, for --plait_replay=@FILE",
        outputs != nullptr ? WhereToFind(outputs) : std::string("the folder that --plait_report=FOLDER names"));
  }
  if (target != nullptr) {
    return fmt::format("bazel test {} --test_output=all --test_arg=--plait_replay={}", target, token);
  }
  return fmt::format("{} --plait_replay={}", program_invocation_name, token);
}

namespace {

// A page of ten thousand steps is of no use: the first and the last ones.
Recording WithoutTheMiddle(const Recording& whole) {
  constexpr std::ptrdiff_t kHead = 200, kTail = 400;
  Recording r = whole;
  if (r.lines.size() > static_cast<size_t>(kHead + kTail))
    r.lines.erase(r.lines.begin() + kHead, r.lines.end() - kTail);
  return r;
}

constexpr const char* kArrowNames[] = {"start", "message", "wake"};

}  // namespace

std::string RecordingJson(const Recording& whole) {
  const Recording r = WithoutTheMiddle(whole);
  json lines = json::array();
  const std::vector<bool> matters = WhatMatters(r);
  for (size_t i = 0; i < r.lines.size(); ++i) {
    const StepRecord& line = r.lines[i];
    json uses = json::array();
    for (const Use& use : line.uses) {
      if (use.object > 0) uses.push_back({{"object", use.object}, {"op", OpName(use.op)}, {"offered", use.offered}});
    }
    json touches = json::array();
    for (const Touch& touch : line.touches) touches.push_back({touch.object, static_cast<int>(touch.access)});
    lines.push_back({{"step", line.step},
                     {"goroutine", line.goroutine},
                     {"text", line.text},
                     {"result", line.result},
                     {"where", PlaceJson(line.where)},
                     {"uses", std::move(uses)},
                     {"touches", std::move(touches)},
                     {"woke", line.woke},
                     {"started", line.started},
                     {"now", line.now},
                     {"states", line.states},
                     {"matters", static_cast<bool>(matters[i])}});
  }
  json arrows = json::array();
  for (const Arrow& arrow : ArrowsOf(r))
    arrows.push_back({{"kind", kArrowNames[arrow.kind]}, {"from", arrow.from}, {"to", arrow.to}});
  json ends = json::array();
  for (const GoroutineEnd& end : r.ends) {
    ends.push_back({{"number", end.number},
                    {"name", end.name},
                    {"state", kStateNames[end.state]},
                    {"text", HowItEnded(end)},
                    {"where", PlaceJson(end.where)},
                    {"created_at", PlaceJson(end.created_at)},
                    {"created_by", GoroutineNameOf(end.created_by)},
                    {"wakers", WhoCouldWake(r, end)}});
  }
  return json({{"format", "plait-recording-1"},
               {"test", r.test},
               {"verdict", VerdictName(r.verdict)},
               {"text", r.text},
               {"token", r.token},
               {"replay", ReplayLine(r.token)},
               {"reduction", ReductionText(r)},
               {"objects", r.objects},
               {"lines", std::move(lines)},
               {"left_out", whole.lines.size() - r.lines.size()},
               {"arrows", std::move(arrows)},
               {"ends", std::move(ends)},
               {"sources", SourcesJson(r)}})
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace plait::explore
