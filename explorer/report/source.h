#ifndef PLAIT_EXPLORER_REPORT_SOURCE_H_
#define PLAIT_EXPLORER_REPORT_SOURCE_H_

#include <string>
#include <vector>

#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/source_location.h"

namespace plait::explore {

// The path of a source file as people write it, from the top of its workspace.
std::string TidyPath(std::string file);

// The lines of a source file, if it can be found: as it was named to the compiler, below the current folder, or in the
// workspace from which `bazel run` was called. Under `bazel test` only what the target has among its `data`
// (plait_explore_test does that). Kept for the life of the process; empty if it is not there.
const std::vector<std::string>& SourceLines(const std::string& file);

// What an object that is made at this line is called there: "answer" for `auto answer = make_chan<int>();`, "mu_" for
// `sync::Mutex mu_;`. If the line cannot be read, or names nothing: its type and the line, "chan@19". Empty if the place
// is not known.
std::string NameInSource(const SourceLocation& where, ObjectKind kind);

// The same for a line that is given: its name, or nothing. For tests.
std::string NameInLine(const std::string& line, const std::string& kind);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_REPORT_SOURCE_H_
