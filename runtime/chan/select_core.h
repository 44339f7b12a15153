#ifndef PLAIT_RUNTIME_CHAN_SELECT_CORE_H_
#define PLAIT_RUNTIME_CHAN_SELECT_CORE_H_

#include "plait/runtime/chan/chan_core.h"
#include "plait/runtime/seam/op.h"

namespace plait::internal {

// One communication of a select, type-erased.
struct SelectCase {
  ChanCore* chan = nullptr;
  OpCase::Direction direction = OpCase::kSend;
  void* elem = nullptr;  // the value to send, or raw storage for the one received
  SourceLocation where;
};

// Room for a select of n cases; the caller provides it, so that a select of known size allocates nothing.
struct SelectRoom {
  Waiter* waiters;   // n
  ChanCore** order;  // n
  OpCase* op_cases;  // n + 1
};

struct SelectResult {
  int index = -1;   // the case that was taken; n for default; -1 if the goroutine is being unwound
  bool ok = false;  // receive: an element was constructed
};

// Go's selectgo: SEL-01 to SEL-28; public contract in select.h. Panics if a send case on a closed channel is taken.
SelectResult RunSelect(SelectCase* cases, int n, bool has_default, SelectRoom room, SourceLocation where);

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_CHAN_SELECT_CORE_H_
