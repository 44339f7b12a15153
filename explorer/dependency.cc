#include "plait/explorer/dependency.h"

namespace plait::explore {
namespace {

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
