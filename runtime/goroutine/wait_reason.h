#ifndef PLAIT_RUNTIME_GOROUTINE_WAIT_REASON_H_
#define PLAIT_RUNTIME_GOROUTINE_WAIT_REASON_H_

#include <cstdint>

namespace plait {

// Why a goroutine waits: the text between the brackets of a goroutine dump (DUMP-03). Append only.
enum class WaitReason : uint8_t {
  kNone,
  kChanSend,
  kChanRecv,
  kChanSendNil,
  kChanRecvNil,
  kSelect,
  kSelectNoCases,
  kSleep,
  kSemacquire,
  kMutexLock,
  kWaitGroupWait,
  kRWMutexRLock,
  kRWMutexLock,
  kCondWait,
};

const char* WaitReasonText(WaitReason reason);

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_WAIT_REASON_H_
