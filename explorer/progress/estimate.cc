#include "plait/explorer/progress/estimate.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "plait/explorer/dependency.h"
#include "plait/explorer/strategy.h"

namespace plait::explore {
namespace {

// A path through the tree of sleep_sets.cc, each branch as likely as its sisters.
class RandomWalk final : public Strategy {
 public:
  RandomWalk(uint64_t& state, bool reduced) : state_(state), reduced_(reduced) {}

  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    std::vector<size_t> awake;
    for (size_t i = 0; i < enabled.size(); ++i) {
      if (!Sleeps(enabled[i])) awake.push_back(i);
    }
    if (awake.empty()) return kAbandon;
    leaves_ *= static_cast<double>(awake.size());
    state_ += 0x9E3779B97F4A7C15u;
    const size_t k = IdentityOf(state_, 0) % awake.size();
    if (reduced_) Descend(execution, enabled, awake, k);
    return static_cast<int>(awake[k]);
  }

  bool Next() override { return false; }
  bool Consumed() const override { return true; }

  double leaves() const { return leaves_; }

 private:
  bool Sleeps(const Transition& t) const {
    return std::any_of(asleep_.begin(), asleep_.end(), [&](const Transition& s) { return s == t; });
  }

  // The sisters in front of the k-th have been explored: they sleep below it, as what has slept here does, until something
  // that depends on them is done.
  void Descend(const Execution& execution, const std::vector<Transition>& enabled, const std::vector<size_t>& awake,
               size_t k) {
    const Footprint taken = execution.FootprintOf(enabled[awake[k]]);
    for (size_t i = 0; i < k; ++i) asleep_.push_back(enabled[awake[i]]);
    std::vector<Transition> still;
    for (const Transition& t : asleep_) {
      if (!Dependent(execution.FootprintOf(t), taken)) still.push_back(t);
    }
    asleep_ = std::move(still);
  }

  uint64_t& state_;
  const bool reduced_;
  double leaves_ = 1;
  std::vector<Transition> asleep_;
};

}  // namespace

void Estimate::Walk(Execution& execution, const std::function<void()>& body) {
  RandomWalk walk(state_, reduced_);
  const double leaves = execution.Run(body, walk, /*record=*/false) ? walk.leaves() : 0;
  ++walks_;
  const double distance = leaves - mean_;
  mean_ += distance / static_cast<double>(walks_);
  squares_ += distance * (leaves - mean_);
}

double Estimate::low() const { return std::max(1.0, 2 * mean_ - high()); }

double Estimate::high() const {
  if (walks_ < 2) return mean_;
  const auto n = static_cast<double>(walks_);
  return mean_ + 1.96 * std::sqrt(squares_ / (n - 1) / n);
}

}  // namespace plait::explore
