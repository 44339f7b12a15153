#ifndef PLAIT_RUNTIME_PANIC_FATAL_H_
#define PLAIT_RUNTIME_PANIC_FATAL_H_

#include <string_view>

namespace plait {

// Ends the process as Go's fatal errors do (PANIC-21, 22): "fatal error: " + text on stderr, then the current
// goroutine; exit status 2; nothing is unwound and no deferred call runs. Under the explorer it is a verdict instead.
[[noreturn]] void Fatal(std::string_view text);

// The same, with every goroutine listed: for deadlock reports, when no goroutine is current.
[[noreturn]] void FatalAll(std::string_view text);

// A bug of ours.
[[noreturn]] void Throw(std::string_view text);

}  // namespace plait

#endif  // PLAIT_RUNTIME_PANIC_FATAL_H_
