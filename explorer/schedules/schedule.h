#ifndef PLAIT_EXPLORER_SCHEDULES_SCHEDULE_H_
#define PLAIT_EXPLORER_SCHEDULES_SCHEDULE_H_

#include <string>
#include <vector>

#include "plait/explorer/replay/token.h"

namespace plait::explore {

// A schedule as a file: kept in the tree, reviewed like code, and run first by the test that owns it.
//
//   plait schedule 1
//   test: AbandonedWorker.Leaks
//   found: leak
//   granularity: user
//   fingerprint: 3fa2
//
//   1m    main  time.After(1s)
//   t1    time.After fires
//   1e1   main  select: <-time.After
//
// The first line is the format and its version. Then fields; `found` is the verdict that the schedule had when it was
// kept. After an empty line one step a line: what it is, as in a token (replay/token.h), then what it looked like, which is
// for people, and for the message when it is another step by now. A line that begins with # is a comment. There are no
// source lines and no addresses: the file changes when the steps do.
struct KeptSchedule {
  std::string found;  // VerdictName
  Token token;
  std::vector<std::string> texts;  // of each step
};

std::string EncodeSchedule(const KeptSchedule& kept);

// False, and `error` says what is wrong in which line.
bool DecodeSchedule(const std::string& text, KeptSchedule& kept, std::string& error);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_SCHEDULES_SCHEDULE_H_
