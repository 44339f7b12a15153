#ifndef PLAIT_RUNTIME_SEAM_OP_H_
#define PLAIT_RUNTIME_SEAM_OP_H_

#include <cstdint>

#include "plait/runtime/seam/source_location.h"

namespace plait {

class Object;

// What a goroutine is about to do. The names in replay tokens and reports come from OpName() and OpLetter(): add new
// kinds at the end of their group and never reuse a letter, or old tokens change their meaning.
enum class OpKind : uint8_t {
  kGo,
  kGosched,
  kChanSend,
  kChanRecv,
  kChanClose,
  kChanLen,
  kSelect,
  kMutexLock,
  kMutexTryLock,
  kMutexUnlock,
  kWaitGroupAdd,
  kWaitGroupWait,
  kAtomicLoad,
  kAtomicStore,
  kAtomicRmw,
  kSleep,
  kTimerStart,
  kTimerStop,
  kNow,
  kChoose,
  kJoinAll,
  kPoolGet,
  kPoolPut,
  kMapRead,
  kMapWrite,
  kContextCancel,
  kContextErr,
  kRWMutexRLock,
  kRWMutexRUnlock,
  kRWMutexLock,
  kRWMutexUnlock,
  kRWMutexTryRLock,
  kRWMutexTryLock,
  kOnceDo,
  kOnceDone,
  kCondWait,
  kCondSignal,
  kCondBroadcast,
  kTimerReset,
};

extern const int kOpKinds;        // how many there are
const char* OpName(OpKind kind);  // "chan send", "mutex lock", ...
char OpLetter(OpKind kind);       // one letter for replay tokens

// One communication of a select, as the controller sees it.
struct OpCase {
  Object* object = nullptr;  // the channel; null for a nil channel
  enum Direction : uint8_t { kSend, kRecv, kDefault } direction = kSend;
  SourceLocation where;
};

// An operation announced to the controller before it touches any state. It lives on the goroutine's stack until the
// operation has returned, so the controller may keep a pointer to it meanwhile.
struct Op {
  OpKind kind;
  Object* object = nullptr;
  SourceLocation where;
  int64_t arg = 0;  // delta, number of choices, nanoseconds: shown in reports, compared in replays

  // Select: its cases in source order (default last). Choose: n anonymous alternatives. Otherwise one alternative.
  int alternatives = 1;
  const OpCase* cases = nullptr;

  // Whether alternative k could run now without blocking, given the state of the real object. No side effects; null
  // means that it never blocks. A default case is ready iff no other case is.
  bool (*ready)(const Op& op, int k) = nullptr;
  // Whether it would change nothing now: a CompareAndSwap that will fail. No side effects; null means that its kind
  // says all about it.
  bool (*only_looks)(const Op& op) = nullptr;
  const void* self = nullptr;  // for `ready`, `only_looks` and `number`
  // An atomic's value now; or the one that a CompareAndSwap compares with. Null if it is too large for a number.
  int64_t (*number)(const Op& op, bool compared) = nullptr;

  // The member function, where one kind stands for several: for reports.
  const char* method = nullptr;
  // Not null: that the goroutine has come to this operation is a fatal error already, with this text, whoever would be
  // the first to do his. For accesses that begin before their step and end after it (runtime/maps/access.h).
  const char* fatal = nullptr;

  // The value that is sent or was received, and how to print it; null where there is none. Only used for reports.
  const void* value = nullptr;
  void (*print_value)(const void* value, char* buffer, int size) = nullptr;

  // in: the alternative that the controller picked. Below zero for a select that shall park although a case may be
  // ready by the time it runs: -1, or -2 - k to put case k first in line; out: the case that was taken.
  int chosen = 0;
  bool ok = true;   // out: a receive's ok, TryLock's and CompareAndSwap's result
  int64_t out = 0;  // out: a counter's, load's or length's value

  // For the controller: the operation in the middle of which this one is done. (Cond.Wait unlocks and locks.)
  Op* outer = nullptr;
  int line = -1;  // of its report
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_SEAM_OP_H_
