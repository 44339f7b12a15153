#ifndef PLAIT_RUNTIME_PANIC_DIE_H_
#define PLAIT_RUNTIME_PANIC_DIE_H_

#include <string_view>

namespace plait {

// Writes the message to stderr and ends the process with Go's status 2, without running destructors or atexit handlers.
// If two threads die at once the first one's message is the only one (PANIC-27).
[[noreturn]] void Die(std::string_view message);

// Flushes stdout and stderr, each unless another thread holds its lock: that thread may never let go.
void FlushOutput();

// Ends the process at once, past everything: atexit handlers, and ThreadSanitizer, which would complain of the
// scheduler's annotations that are still open. Async-signal-safe.
[[noreturn]] void ExitNow(int status);

}  // namespace plait

#endif  // PLAIT_RUNTIME_PANIC_DIE_H_
