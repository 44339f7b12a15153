#ifndef PLAIT_EXPLORER_OFFERS_H_
#define PLAIT_EXPLORER_OFFERS_H_

#include <algorithm>

#include "plait/runtime/chan/chan_core.h"
#include "plait/runtime/seam/op.h"

namespace plait::explore {

inline const internal::ChanCore* ChanOf(const Object* object) { return static_cast<const internal::ChanCore*>(object); }

inline bool Communicates(const Op& op) {
  return op.kind == OpKind::kChanSend || op.kind == OpKind::kChanRecv || op.kind == OpKind::kSelect;
}

// The communications that an operation offers: a select's cases, or the one of a plain send or receive.
struct Offers {
  OpCase single;
  const OpCase* cases = nullptr;
  int n = 0;
  bool has_default = false;

  explicit Offers(const Op& op) {
    if (op.kind == OpKind::kChanSend || op.kind == OpKind::kChanRecv) {
      single = {op.object, op.kind == OpKind::kChanSend ? OpCase::kSend : OpCase::kRecv, op.where};
      cases = &single;
      n = 1;
    } else if (op.kind == OpKind::kSelect) {
      cases = op.cases;
      n = op.alternatives;
      has_default = n > 0 && cases[n - 1].direction == OpCase::kDefault;
      n -= has_default;
    }
  }

  // A sender and a receiver on one open unbuffered channel.
  static bool Meet(const OpCase& a, const OpCase& b) {
    const internal::ChanCore* chan = ChanOf(a.object);
    return chan != nullptr && a.object == b.object && a.direction != b.direction && chan->capacity() == 0 &&
           !chan->closed();
  }

  bool Lists(const Object* object) const {
    return std::any_of(cases, cases + n, [object](const OpCase& c) { return c.object == object; });
  }

  // The same channel and direction twice.
  bool HasDuplicates() const {
    for (int i = 1; i < n; ++i) {
      for (int k = 0; k < i; ++k) {
        if (cases[i].object != nullptr && cases[i].object == cases[k].object &&
            cases[i].direction == cases[k].direction) {
          return true;
        }
      }
    }
    return false;
  }
};
}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_OFFERS_H_
