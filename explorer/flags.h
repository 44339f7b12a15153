#ifndef PLAIT_EXPLORER_FLAGS_H_
#define PLAIT_EXPLORER_FLAGS_H_

#include <string>

#include "plait/explorer/options.h"

namespace plait::explore {

// Reads --plait_... flags (and PLAIT_... environment variables) and removes them from argv; call it before
// testing::InitGoogleTest. Exits with status 2 and a message on a wrong flag, with status 0 after --plait_help.
void ParseFlags(int* argc, char** argv);

// The test's options with the flags applied.
Options WithFlags(Options options);

// The test that --plait_replay names, or empty.
const char* ReplayedTest();

// Where the files of a failure go: --plait_report, else the folder that Bazel keeps with a test's log; may be empty.
std::string ReportFolder();
bool AsksForReports();  // whether it is --plait_report

// --plait_schedules and --plait_refresh, or empty.
const std::string& SchedulesFolder();
const std::string& RefreshFolder();

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_FLAGS_H_
