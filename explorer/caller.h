#ifndef PLAIT_EXPLORER_CALLER_H_
#define PLAIT_EXPLORER_CALLER_H_

#include "plait/runtime/seam/source_location.h"

namespace plait::explore {

// The innermost line on the calling stack that is neither plait's own nor the system's: for operations that reach us
// through std::scoped_lock and its like, which pass no source location. Slow the first time, when it
// reads the debug information: only for reports. Empty if there is none.
SourceLocation CallerOutsidePlait();

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_CALLER_H_
