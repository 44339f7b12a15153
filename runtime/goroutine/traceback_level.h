#ifndef PLAIT_RUNTIME_GOROUTINE_TRACEBACK_LEVEL_H_
#define PLAIT_RUNTIME_GOROUTINE_TRACEBACK_LEVEL_H_

#include <cstdint>
#include <string_view>

namespace plait {

// How much a crash prints, by Go's names (PANIC-24); from the environment variable GOTRACEBACK, which also takes the
// numbers 0 (none), 1 (all) and 2 (system):
//
//   none     the message alone
//   single   and the goroutine that crashed, or all of them if it is the business of no one (a deadlock); the default
//   all      and all others
//   system   and the runtime's own frames
//   crash    as system, and then the process aborts, so that the system may keep a core file
enum class TracebackLevel : uint8_t { kNone, kSingle, kAll, kSystem, kCrash };

TracebackLevel CurrentTracebackLevel();

// Go's debug.SetTraceback. An unknown name means single. Thread safe.
void SetTraceback(std::string_view level);

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_TRACEBACK_LEVEL_H_
