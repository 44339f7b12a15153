#include "plait/explorer/dependency.h"

namespace plait::explore {
namespace {

bool Conflict(Access a, Access b) {
  if (a > b) return Conflict(b, a);
  switch (a) {
    case Access::kRead:
      return b != Access::kRead;
    case Access::kWrite:
      return true;
    case Access::kSend:
      return b != Access::kRecv;
    case Access::kRecv:
      return b != Access::kClose;
    case Access::kClose:
      return true;
    case Access::kCountUp:
      return b == Access::kReadClock;  // never the same object
    case Access::kCountDown:
      return b != Access::kCountDown;
    case Access::kCountLast:
      return true;
    case Access::kReadClock:
      return b != Access::kReadClock;
  }
  return true;
}

bool SameGoroutine(const Footprint& a, const Footprint& b) {
  const auto in_b = [&b](int16_t g) { return g != 0 && (g == b.goroutine || g == b.peer); };
  return in_b(a.goroutine) || in_b(a.peer);
}

}  // namespace

bool Dependent(const Footprint& a, const Footprint& b) {
  if (SameGoroutine(a, b)) return true;
  for (const Touch& x : a.touches) {
    for (const Touch& y : b.touches) {
      if (x.object == y.object && Conflict(x.access, y.access)) return true;
    }
  }
  return false;
}

}  // namespace plait::explore
