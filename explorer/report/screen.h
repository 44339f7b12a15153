#ifndef PLAIT_EXPLORER_REPORT_SCREEN_H_
#define PLAIT_EXPLORER_REPORT_SCREEN_H_

#include <string>

#include "plait/explorer/report/recording.h"

namespace plait::explore {

// A recorded execution on one screen, 80 columns wide: what broke; a column for each goroutine and a row for each step
// that matters; how every goroutine stands at the end, and who could have woken it; how much smaller the schedule is than
// what was found; and the line that replays it, which may be longer.
//
//   step  main                                G2
//      1  time.After(1s) :23                  :
//         -- 1s: time.After fires --
//      3  select: <-time.After :23            :
//
// A ':' stands where a goroutine waits, a '.' where it could go on. Three goroutines have columns that hold text; of more,
// the columns say who acts, and the text stands beside them.
std::string Screen(const Recording& recording);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_REPORT_SCREEN_H_
