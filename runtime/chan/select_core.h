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

// Whether a select need not be announced to a controller, as far as its goroutine is concerned.
inline bool Uncontrolled() {
  const G* g = CurrentGOrNull();
  return g != nullptr && g->attention.load(std::memory_order_relaxed) == 0;  // relaxed: as in Observed()
}
// The same, as far as this channel (not nil) is concerned; nor has it a timer that must be asked.
inline bool Plain(const ChanCore& chan) { return chan.record() == nullptr && !chan.timed(); }

struct SelectResult {
  int index = -1;   // the case that was taken; n for default; -1 if the goroutine is being unwound
  bool ok = false;  // receive: an element was constructed
};

// 0 <= result < n, drawn by the running goroutine.
uint32_t DrawBelow(uint32_t n);

// The k-th case of a select that needs no announcing, and was found ready a moment ago: true if it is done, false if it
// is not ready any more. Panics as RunSelect.
bool DoReadyCase(const SelectCase& c, int k, SelectResult& result);

// Go's selectgo: SEL-01 to SEL-28; public contract in select.h. Panics if a send case on a closed channel is taken.
SelectResult RunSelect(SelectCase* cases, int n, bool has_default, SelectRoom room, SourceLocation where);

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_CHAN_SELECT_CORE_H_
