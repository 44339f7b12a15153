#ifndef PLAIT_EXPLORER_COVERAGE_COVERAGE_H_
#define PLAIT_EXPLORER_COVERAGE_COVERAGE_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace plait::explore {

// What an explored test has recorded of itself (RecordCoverage in explored_test.cc).
struct Coverage {
  std::string test;
  std::string verdict;   // VerdictName
  std::string expected;  // VerdictName
  std::string mode;
  std::string granularity;
  std::string time;
  uint64_t executions = 0;
  uint64_t abandoned_stacks = 0;
  bool complete = false;
  uint32_t part = 0;  // of an exploration in parts (Bazel's shards)
  uint32_t parts = 1;
  bool optimal = false;
  uint64_t redundant = 0;
  std::string target = {};  // the folder of its results, without the shard's
  bool races = false;
  double seconds = 0;
  std::vector<uint64_t> by_part = {};  // executions of each part, if there are several: how well it was divided
};

struct CoverageFound {
  std::vector<Coverage> rows;         // by file, then in the order of the file
  std::vector<std::string> problems;  // a line each: which file, what is wrong with it
  int files = 0;
};

// Reads every test.xml below `testlogs`, the folder in which Bazel keeps the results of tests; with `events`, the file that
// `bazel test --build_event_json_file` wrote, only those of the tests that this run has asked for (Bazel leaves the results
// of others, and of targets that are no more, where they are). What cannot be read is a problem and not an error: the
// other files count all the same. The parts of a test that was sharded become one row, complete if all parts are.
CoverageFound ReadCoverage(const std::filesystem::path& testlogs, const std::filesystem::path& events = {});

// The table at the end of `./plait test`: a row for each explored test and a total. At most 100 columns wide, as long
// as the names allow it.
std::string CoverageTable(const std::vector<Coverage>& rows);

// The coverage line of each test that was explored in parts, as one process would have said it, and how even the parts
// were. Empty if there is none.
std::string CoverageOfParts(const std::vector<Coverage>& rows);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_COVERAGE_COVERAGE_H_
