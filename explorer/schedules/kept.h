#ifndef PLAIT_EXPLORER_SCHEDULES_KEPT_H_
#define PLAIT_EXPLORER_SCHEDULES_KEPT_H_

#include <functional>
#include <string>
#include <vector>

#include "plait/explorer/explore.h"

namespace plait::explore {

// The schedules that a test keeps: files *.schedule in a folder (schedule.h), which the BUILD rule names
// (plait_explore_test(schedules = ...)). They run before anything is explored, so that a defect that comes back is found at
// once and in the very schedule in which it was found first.

// The files of `test` in the folder, in the order of their names.
std::vector<std::string> KeptFor(const std::string& folder, const std::string& test);

// One of them, run.
struct KeptRun {
  enum Outcome {
    kHolds,     // it fits the program, and the verdict is the expected one
    kFails,     // it fits, and the verdict is another one
    kOutdated,  // the program takes other steps by now
  } outcome = kHolds;
  std::string message;  // for a person; empty if it holds
  Result result;
};

using Replayer = std::function<Result(const Options&)>;  // Explore(), for the test

KeptRun RunKept(const std::string& path, const Options& options, const Replayer& replay);

// `bazel run` of a test's schedules target: brings the files of `test` in a folder up to date. What fits is written anew,
// what does not is replaced by the nearest schedule that the program can take, as `nearest` finds it. Prints what it did
// with each.
void RefreshKept(const std::string& folder, const std::string& test, const Options& options, const Replayer& replay,
                 const Replayer& nearest);

// Adds a schedule that has been found, under a name of its own, unless the folder has it. Prints where.
void Keep(const std::string& folder, const std::string& test, const Result& found);

// Removes the files of tests that are no more. Prints which.
void PruneKept(const std::string& folder, const std::vector<std::string>& tests);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_SCHEDULES_KEPT_H_
