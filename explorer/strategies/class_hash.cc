#include "plait/explorer/strategies/class_hash.h"

#include <bit>

namespace plait::explore {
namespace {

Access GroupOf(Access access) {
  return access == Access::kCountDown || access == Access::kCountLast ? Access::kCountUp : access;
}

// One multiplication: of two numbers, in this order.
uint64_t Mix(uint64_t a, uint64_t b) {
  const uint64_t x = (std::rotl(a, 25) ^ b) * 0x9E3779B97F4A7C15u;
  return x ^ (x >> 32);
}

bool Commutes(Access group) { return group != Access::kWrite && group != Access::kClose; }

}  // namespace

void ClassHash::Begin() {
  goroutines_.clear();
  for (Line& line : lines_) line = {};
  last_ = sum_ = 0;
}

void ClassHash::Step(const Execution& execution, const Transition& t) {
  // Whoever is new has been started by the last step.
  for (auto g = static_cast<int16_t>(goroutines_.size() + 1); g <= execution.goroutines(); ++g) {
    goroutines_.push_back(IdentityOf(last_, execution.IdentityOfGoroutine(g)));
  }
  const Footprint footprint = execution.FootprintOf(t);
  uint64_t hash = Mix(static_cast<uint64_t>(t.kind), static_cast<uint64_t>(t.alternative));
  for (const int16_t g : {footprint.goroutine, footprint.peer}) {
    if (g != 0) hash = Mix(hash, goroutines_[static_cast<size_t>(g) - 1]);
  }
  if (t.goroutine != 0) {
    if (const Op* op = execution.PendingOf(t.goroutine); op != nullptr) {
      hash = Mix(hash, static_cast<uint64_t>(op->kind));
    }
  }
  for (const Touch& touch : footprint.touches) {
    const Line& line = LineOf(touch.object);
    switch (touch.access) {
      case Access::kSend: {
        // After the send before it, and the receive that has made room.
        if (!line.sends.empty()) hash = Mix(hash, line.sends.back());
        const size_t freed_by = line.sends.size() - static_cast<size_t>(execution.CapacityOf(touch.object));
        if (freed_by < line.receives.size()) hash = Mix(hash, line.receives[freed_by]);
        hash = Mix(hash, line.before);
        break;
      }
      case Access::kRecv:
        if (!line.receives.empty()) hash = Mix(hash, line.receives.back());
        if (line.receives.size() < line.sends.size()) hash = Mix(hash, line.sends[line.receives.size()]);
        hash = Mix(hash, line.before);
        break;
      default: {
        if (!line.sends.empty()) hash = Mix(hash, line.sends.back());
        if (!line.receives.empty()) hash = Mix(hash, line.receives.back());
        const bool joins = GroupOf(touch.access) == line.group && Commutes(line.group);
        hash = Mix(hash, joins ? line.before : Mix(line.before, line.within));
        break;
      }
    }
  }
  for (const Touch& touch : footprint.touches) {
    Line& line = LineOf(touch.object);
    if (touch.access == Access::kSend) {
      line.sends.push_back(hash);
    } else if (touch.access == Access::kRecv) {
      line.receives.push_back(hash);
    } else {
      const Access group = GroupOf(touch.access);
      if (group != line.group || !Commutes(group)) {
        line.before = Mix(line.before, line.within);
        line.within = 0;
        line.group = group;
      }
      line.within += hash;
    }
  }
  for (const int16_t g : {footprint.goroutine, footprint.peer}) {
    if (g != 0) goroutines_[static_cast<size_t>(g) - 1] = hash;
  }
  last_ = hash;
  sum_ += IdentityOf(hash, 1);
}

}  // namespace plait::explore
