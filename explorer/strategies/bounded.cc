// Every schedule with at most so many preemptions (Musuvathi and Qadeer 2007) or delays (Emmi, Qadeer, Rakamaric 2011).
// A preemption is a step of another goroutine although the one that ran last could go on. A delay is one place further
// down the list of what can happen, whose first is what the default schedule would do: the goroutine that ran last, if it
// can go on, then the others by number.
//
// No reduction: the only representative of a class within the bound must not be pruned. How many classes were met is
// counted by their hashes.

#include "plait/explorer/execution.h"
#include "plait/explorer/mismatch.h"
#include "plait/explorer/strategy.h"

namespace plait::explore {
namespace {

class Bounded final : public Strategy {
 public:
  Bounded(bool delays, uint32_t bound) : delays_(delays), bound_(bound) {}

  void Begin() override {
    depth_ = 0;
    last_ = 1;
  }

  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    if (depth_ == path_.size()) {
      Node node;
      node.spent = path_.empty() ? 0 : path_.back().spent + path_.back().costs[path_.back().choice];
      for (size_t i = 0; i < enabled.size(); ++i) node.costs.push_back(CostOf(enabled, i));
      path_.push_back(std::move(node));
    }
    Node& node = path_[depth_++];
    if (node.fresh && node.costs.size() == enabled.size()) node.key = execution.KeyOf(enabled[node.choice]);
    node.fresh = false;
    if (node.costs.size() != enabled.size() || execution.KeyOf(enabled[node.choice]) != node.key) {
      mismatch_ = MismatchText(depth_, node.key, enabled, execution);
      return kNondeterminism;
    }
    const Transition& t = enabled[node.choice];
    if (t.goroutine != 0) last_ = t.goroutine;
    return static_cast<int>(node.choice);
  }

  bool Next() override {
    while (!path_.empty()) {
      Node& node = path_.back();
      while (++node.choice < node.costs.size()) {
        if (node.spent + node.costs[node.choice] > bound_) continue;
        node.fresh = true;
        return true;
      }
      path_.pop_back();
    }
    return false;
  }

  bool Consumed() const override { return depth_ >= path_.size(); }
  std::string mismatch() const override { return mismatch_; }

 private:
  struct Node {
    size_t choice = 0;
    uint64_t spent = 0;
    std::vector<uint64_t> costs;
    StepKey key;
    bool fresh = true;
  };

  bool OfLast(const Transition& t) const { return t.goroutine == last_ || (t.peer != 0 && t.peer == last_); }

  // What the goroutine that ran last can do comes first in `enabled`, and costs nothing.
  uint64_t CostOf(const std::vector<Transition>& enabled, size_t i) const {
    if (OfLast(enabled[i])) return 0;
    if (delays_) return i;
    for (const Transition& t : enabled) {
      if (OfLast(t)) return 1;
    }
    return 0;
  }

  const bool delays_;
  const uint64_t bound_;
  std::vector<Node> path_;
  size_t depth_ = 0;
  int16_t last_ = 1;
  std::string mismatch_;
};

}  // namespace

std::unique_ptr<Strategy> MakePreemptionBounded(uint32_t bound) { return std::make_unique<Bounded>(false, bound); }
std::unique_ptr<Strategy> MakeDelayBounded(uint32_t bound) { return std::make_unique<Bounded>(true, bound); }

}  // namespace plait::explore
