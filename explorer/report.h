#ifndef PLAIT_EXPLORER_REPORT_H_
#define PLAIT_EXPLORER_REPORT_H_

#include <string>
#include <string_view>

#include "plait/explorer/execution.h"

namespace plait::explore {

// A recorded failing execution on one screen: what broke; a line for each step with its goroutine, operation and source
// line; what every goroutine waits for at the end and where it was started; how to replay it.
std::string RenderReport(std::string_view test, const Execution& execution, const std::string& token);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_REPORT_H_
