#ifndef PLAIT_EXPLORER_REPORT_RECORDING_H_
#define PLAIT_EXPLORER_REPORT_RECORDING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plait/explorer/execution.h"

namespace plait::explore {

// One execution, as all reports of it need it: the screen (screen.h), the page and the trace for Perfetto (//explorer/page).
struct Recording {
  std::string test;
  Verdict verdict = Verdict::kNone;
  std::string text;  // of the verdict
  std::string token;
  std::vector<StepRecord> lines;
  std::vector<GoroutineEnd> ends;    // by number - 1
  std::vector<std::string> objects;  // names, by number - 1
  size_t steps = 0;
  size_t switches = 0;     // from one goroutine to another
  size_t preemptions = 0;  // of these, so many although the first one could have gone on
  // What it was reduced from; 0 steps: not reduced.
  size_t from_steps = 0, from_switches = 0;
  uint64_t tried = 0;      // executions, for that
  bool all_steps = false;  // Options::all_steps: what does not matter is shown as well
};

Recording RecordingOf(std::string_view test, const Execution& execution, std::string token);

std::string GoroutineNameOf(int number);  // "main", "G2"; 0: "time"

// By line: whether it matters to the failure. What comes before it in the order of what happens before what, and is about
// something that more than one goroutine touches.
std::vector<bool> WhatMatters(const Recording& recording);

// Who could have woken a goroutine that waits at the end: a sentence, or nothing if it does not wait.
std::string WhoCouldWake(const Recording& recording, const GoroutineEnd& end);

// "returned", "waits: answer <- 42".
std::string HowItEnded(const GoroutineEnd& end);

// How much smaller it is than what was found; empty if it was not reduced.
std::string ReductionText(const Recording& recording);

// The command that runs this again, for a person to paste: of bazel if the target is known, else of this program. A token
// longer than kLongestToken is not in it: it says which file has the schedule.
constexpr size_t kLongestToken = 200;
std::string ReplayLine(const std::string& token);

// A folder as a person finds it: Bazel's folder of a test's outputs is in a sandbox that is gone by then, and what was in it
// is in bazel-testlogs.
std::string WhereToFind(const std::string& folder);

// As JSON, with the source lines and all that is above worked out: what the page shows.
std::string RecordingJson(const Recording& recording);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_REPORT_RECORDING_H_
