#include <algorithm>
#include <map>
#include <set>

#include "plait/explorer/dependency.h"
#include "plait/explorer/report/recording.h"

namespace plait::explore {
namespace {

constexpr size_t kMostLines = 3000;  // of more, all matter: the time for this grows with the square

// Which goroutines touch an object in the whole execution, or wait for it at its end. 0: time.
std::map<int32_t, std::set<int>> UsersOf(const Recording& recording) {
  std::map<int32_t, std::set<int>> users;
  for (const StepRecord& line : recording.lines) {
    for (const Use& use : line.uses) users[use.object].insert(line.goroutine);
    for (const Touch& touch : line.touches) users[touch.object].insert(line.goroutine);
  }
  for (const GoroutineEnd& end : recording.ends) {
    for (const Use& use : end.uses) users[use.object].insert(end.number);
  }
  return users;
}

bool Mentions(const StepRecord& line, int32_t object) {
  return std::any_of(line.uses.begin(), line.uses.end(), [&](const Use& use) { return use.object == object; }) ||
         std::any_of(line.touches.begin(), line.touches.end(), [&](const Touch& t) { return t.object == object; });
}

// Where the failure is seen. If somebody waits for ever: all that has been done to what he waits for. Else the last step.
std::vector<bool> Seeds(const Recording& recording) {
  std::vector<bool> seeds(recording.lines.size(), false);
  if (recording.lines.empty()) return seeds;
  if (recording.verdict == Verdict::kLeak || recording.verdict == Verdict::kDeadlock) {
    for (const GoroutineEnd& end : recording.ends) {
      if (end.state != GoroutineEnd::kBlocked) continue;
      for (const Use& use : end.uses) {
        for (size_t i = 0; i < seeds.size(); ++i) {
          if (use.object > 0 && Mentions(recording.lines[i], use.object)) seeds[i] = true;
        }
      }
    }
    if (std::find(seeds.begin(), seeds.end(), true) != seeds.end()) return seeds;
  }
  for (size_t i = 0; i < seeds.size(); ++i) seeds[i] = recording.lines[i].step == recording.lines.back().step;
  return seeds;
}

// A value goes from a send to its receive, though the two may have commuted.
bool PassesValue(const StepRecord& a, const StepRecord& b) {
  for (const Touch& x : a.touches) {
    for (const Touch& y : b.touches) {
      if (x.object == y.object && x.access == Access::kSend && y.access == Access::kRecv) return true;
    }
  }
  return false;
}

Footprint FootprintOfLine(const StepRecord& line) {
  Footprint footprint{.goroutine = static_cast<int16_t>(line.goroutine)};
  for (const Touch& touch : line.touches) footprint.touches.push_back(touch);
  return footprint;
}

}  // namespace

std::vector<bool> WhatMatters(const Recording& recording) {
  const auto& lines = recording.lines;
  if (recording.all_steps || lines.size() > kMostLines || recording.verdict == Verdict::kNone ||
      recording.verdict == Verdict::kStepLimit || recording.verdict == Verdict::kPeriodicLeak) {
    return std::vector<bool>(lines.size(), true);
  }
  // What happens before a step that matters.
  std::vector<bool> before = Seeds(recording);
  std::vector<Footprint> footprints;
  for (const StepRecord& line : lines) footprints.push_back(FootprintOfLine(line));
  for (size_t j = lines.size(); j-- > 0;) {
    if (!before[j]) continue;
    for (size_t i = 0; i < j; ++i) {
      const auto& started = lines[i].started;
      const bool starts = std::find(started.begin(), started.end(), lines[j].goroutine) != started.end();
      if (!before[i] && (starts || lines[i].step == lines[j].step || Dependent(footprints[i], footprints[j]) ||
                         PassesValue(lines[i], lines[j])))
        before[i] = true;
    }
  }
  for (size_t i = 0; i + 1 < lines.size(); ++i) {  // a rendezvous is shown whole
    if (lines[i].step == lines[i + 1].step) before[i] = before[i + 1] = before[i] || before[i + 1];
  }
  const bool alone = std::all_of(lines.begin(), lines.end(),
                                 [&](const StepRecord& line) { return line.goroutine == lines[0].goroutine; });
  if (alone) return before;
  // Not what is only about what one goroutine has for itself.
  const auto users = UsersOf(recording);
  for (size_t i = 0; i < lines.size(); ++i) {
    const StepRecord& line = lines[i];
    bool is_private = false;
    for (const Use& use : line.uses) {
      if (use.object <= 0) continue;
      is_private = users.at(use.object).size() == 1;
      if (!is_private) break;
    }
    if (is_private && line.step != lines.back().step) before[i] = false;
  }
  return before;
}

}  // namespace plait::explore
