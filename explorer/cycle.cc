#include "plait/explorer/cycle.h"

namespace plait::explore {
namespace {

constexpr size_t kTurns = 4;
constexpr size_t kLongest = 100;

// Objects may be new ones in each turn.
bool Alike(const StepKey& a, const StepKey& b) {
  return a.transition == b.transition && a.has_op == b.has_op && a.op == b.op && a.arg == b.arg;
}

bool HasPeriod(const std::vector<StepKey>& schedule, size_t period) {
  const size_t n = schedule.size();
  for (size_t i = n - (kTurns - 1) * period; i < n; ++i) {
    if (!Alike(schedule[i], schedule[i - period])) return false;
  }
  return true;
}

}  // namespace

size_t CycleAtEnd(const std::vector<StepKey>& schedule) {
  for (size_t period = 1; period <= kLongest && kTurns * period <= schedule.size(); ++period) {
    if (HasPeriod(schedule, period)) return period;
  }
  return 0;
}

}  // namespace plait::explore
