#include "plait/runtime/goroutine/wait_reason.h"

namespace plait {

const char* WaitReasonText(WaitReason reason) {
  constexpr const char* kTexts[] = {
      "waiting",           "chan send", "chan receive", "chan send (nil chan)", "chan receive (nil chan)", "select",
      "select (no cases)", "sleep",     "semacquire",   "sync.Mutex.Lock",      "sync.WaitGroup.Wait",
  };
  return kTexts[static_cast<int>(reason)];
}

}  // namespace plait
