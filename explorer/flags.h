#ifndef PLAIT_EXPLORER_FLAGS_H_
#define PLAIT_EXPLORER_FLAGS_H_

#include "plait/explorer/options.h"

namespace plait::explore {

// Reads --plait_... flags (and PLAIT_... environment variables) and removes them from argv; call it before
// testing::InitGoogleTest. Exits with status 2 and a message on a wrong flag, with status 0 after --plait_help.
void ParseFlags(int* argc, char** argv);

// The test's options with the flags applied.
Options WithFlags(Options options);

// The test that --plait_replay names, or empty.
const char* ReplayedTest();

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_FLAGS_H_
