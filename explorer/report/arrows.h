#ifndef PLAIT_EXPLORER_REPORT_ARROWS_H_
#define PLAIT_EXPLORER_REPORT_ARROWS_H_

#include <cstddef>
#include <vector>

#include "plait/explorer/report/recording.h"

namespace plait::explore {

// What goes from one line of a recording to another.
struct Arrow {
  enum Kind { kStart, kMessage, kWake } kind;
  size_t from, to;  // lines
};

// Where a goroutine is started; where a value goes from its send to its receive; and which step let a goroutine go on that
// had to wait until then.
std::vector<Arrow> ArrowsOf(const Recording& recording);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_REPORT_ARROWS_H_
