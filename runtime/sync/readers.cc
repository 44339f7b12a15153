#include "plait/runtime/sync/readers.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/sched/m.h"
#include "plait/runtime/seam/race.h"

// Invariants:
//   R1  A reader who is inside has counted itself under the parity of an epoch that was the current one after it had
//       counted. (A count under an old epoch is taken back at once, and nothing has been read.)
//   R2  The epoch goes from e to e + 1 only when nobody is inside who came in e - 1. So all who are inside came in the
//       current epoch or in the one before.
//   R3  A node is unlinked first, then retired, with the epoch that is current then. Who enters later does not find it,
//       so whoever may see a node retired in e came in e or e - 1 (R2); when the epoch is e + 2 they have all left.
// R1 and R2 meet like this, all accesses being sequentially consistent:
//
//   reader                            collector
//   e = epoch                         epoch = e + 1
//   inside[e]++                       inside[e] == 0?
//   epoch == e? else start over
//
// If the collector has not seen the reader's count, that came later, and so does the reader's second look at the epoch:
// it starts over. Each count goes up and down in one place, so a place that is seen at zero holds no reader of old; and
// a reader that is late by two epochs, of the same parity, is caught by the second look as well.

namespace plait::internal {

Readers::~Readers() {
  for (const Entry& entry : std::exchange(retired_, {})) entry.retired.destroy(entry.retired.what);
}

std::atomic<uint64_t>* Readers::Enter() const {
  const G* g = CurrentG();
  const bool has_p = g->m != nullptr && g->m->p != nullptr;
  const uint64_t place = has_p ? static_cast<uint64_t>(g->m->p->id) : reinterpret_cast<uintptr_t>(g) / 64;
  Stripe& stripe = stripes_[place % kStripes];
  for (;;) {
    const uint64_t epoch = epoch_.load();
    std::atomic<uint64_t>& inside = stripe.inside[epoch % 2];
    inside.fetch_add(1);
    if (epoch_.load() == epoch) return &inside;  // R1
    inside.fetch_sub(1);
  }
}

void Readers::Retire(Retired retired) {
  const std::scoped_lock guard(lock_);
  const race::Ignore ignored;
  retired_.push_back({retired, epoch_.load()});
  waiting_ = static_cast<uint32_t>(retired_.size());
}

// R2. Called with lock_ held.
bool Readers::Advance() {
  const uint64_t epoch = epoch_.load();
  for (int i = 0; i < kStripes; ++i) {
    if (stripes_[i].inside[(epoch - 1) % 2].load() != 0) return false;
  }
  epoch_.store(epoch + 1);
  return true;
}

void Readers::Collect(bool all) {
  if (waiting_.load() < (all ? 1 : kBatch)) return;
  std::vector<Entry> old;
  {
    const std::scoped_lock guard(lock_);
    const race::Ignore ignored;
    if (Advance()) Advance();
    const auto young = std::find_if(retired_.begin(), retired_.end(),
                                    [this](const Entry& entry) { return entry.epoch + 2 > epoch_.load(); });
    old.assign(retired_.begin(), young);
    retired_.erase(retired_.begin(), young);
    waiting_ = static_cast<uint32_t>(retired_.size());
  }
  for (const Entry& entry : old) entry.retired.destroy(entry.retired.what);
  const race::Ignore ignored;
  old = {};
}

}  // namespace plait::internal
