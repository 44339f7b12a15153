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

// Room for a select of n cases; the caller provides it, so that a select of known size allocates nothing. Raw: most
// selects need none of it.
struct SelectRoom {
  Waiter* waiters;   // n
  ChanCore** order;  // n
  OpCase* op_cases;  // n + 1
};

template <class T, size_t n>
struct RawArray {
  T* data() { return reinterpret_cast<T*>(bytes); }
  alignas(T) std::byte bytes[sizeof(T) * n];
};

// Whether a select on this channel, or nil, need not be announced to a controller.
inline bool Uncontrolled(const ChanCore* chan) {
  const G* g = CurrentGOrNull();
  // relaxed: as in Observed().
  return (g == nullptr || g->attention.load(std::memory_order_relaxed) == 0) &&
         (chan == nullptr || chan->record() == nullptr);
}

struct SelectResult {
  int index = -1;   // the case that was taken; n for default; -1 if the goroutine is being unwound
  bool ok = false;  // receive: an element was constructed
};

// Go's selectgo: SEL-01 to SEL-28; public contract in select.h. Panics if a send case on a closed channel is taken.
SelectResult RunSelect(SelectCase* cases, int n, bool has_default, SelectRoom room, SourceLocation where);

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_CHAN_SELECT_CORE_H_
