#include "plait/runtime/goroutine/wait_reason.h"

extern "C" {
// Also for debuggers (debugger.cc). In the order of the enum.
extern const char* const plait_wait_reason_texts[];
const char* const plait_wait_reason_texts[] __attribute__((used)) = {
    "waiting",
    "chan send",
    "chan receive",
    "chan send (nil chan)",
    "chan receive (nil chan)",
    "select",
    "select (no cases)",
    "sleep",
    "semacquire",
    "sync.Mutex.Lock",
    "sync.WaitGroup.Wait",
    "sync.RWMutex.RLock",
    "sync.RWMutex.Lock",
    "sync.Cond.Wait",
};
}

namespace plait {

const char* WaitReasonText(WaitReason reason) { return plait_wait_reason_texts[static_cast<int>(reason)]; }

}  // namespace plait
