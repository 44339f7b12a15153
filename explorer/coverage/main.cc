// coverage_table TESTLOGS [EVENTS]: prints what the explored tests whose results lie below TESTLOGS have covered; with
// EVENTS, only those of that run.
// Status 0; 1 if some result could not be read (a message says which, the table has the rest); 2 for a wrong call.

#include <cstdio>

#include "plait/explorer/coverage/coverage.h"

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::fprintf(stderr,
                 "usage: coverage_table TESTLOGS [EVENTS]\n  TESTLOGS: `bazel info bazel-testlogs`\n"
                 "  EVENTS: what `bazel test --build_event_json_file=EVENTS` wrote\n");
    return 2;
  }
  if (!std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "coverage_table: %s is not a folder; `bazel info bazel-testlogs` names the right one\n",
                 argv[1]);
    return 2;
  }
  const plait::explore::CoverageFound found = plait::explore::ReadCoverage(argv[1], argc == 3 ? argv[2] : "");
  if (found.rows.empty()) {
    std::printf("coverage: no explored test among %d test results in %s\n", found.files, argv[1]);
  } else {
    std::printf("%s", plait::explore::CoverageTable(found.rows).c_str());
    std::printf("%s", plait::explore::CoverageOfParts(found.rows).c_str());
  }
  std::fflush(stdout);
  for (const std::string& problem : found.problems) std::fprintf(stderr, "coverage_table: %s\n", problem.c_str());
  return found.problems.empty() ? 0 : 1;
}
