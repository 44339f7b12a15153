// Every schedule, by depth-first search without any reduction: the oracle that the others are measured against. Kept
// small on purpose; shares nothing with them but the interface.

#include "plait/explorer/execution.h"
#include "plait/explorer/mismatch.h"
#include "plait/explorer/strategy.h"

namespace plait::explore {
namespace {

class Enumerate final : public Strategy {
 public:
  void Begin() override { depth_ = 0; }

  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    if (depth_ == path_.size()) path_.push_back({0, enabled.size(), execution.KeyOf(enabled[0])});
    Node& node = path_[depth_++];
    if (node.fresh && node.choices == enabled.size()) {
      node.key = execution.KeyOf(enabled[node.choice]);
      node.fresh = false;
    }
    if (node.choices != enabled.size() || execution.KeyOf(enabled[node.choice]) != node.key) {
      mismatch_ = MismatchText(depth_, node.key, enabled, execution);
      return kNondeterminism;
    }
    return static_cast<int>(node.choice);
  }

  bool Next() override {
    while (!path_.empty() && path_.back().choice + 1 == path_.back().choices) path_.pop_back();
    if (path_.empty()) return false;
    ++path_.back().choice;
    path_.back().fresh = true;
    return true;
  }

  bool Consumed() const override { return depth_ >= path_.size(); }

  std::string mismatch() const override { return mismatch_; }

 private:
  struct Node {
    size_t choice;
    size_t choices;
    StepKey key;
    bool fresh = false;  // the choice was just advanced: its key is not known yet
  };
  std::vector<Node> path_;
  size_t depth_ = 0;
  std::string mismatch_;
};

}  // namespace

std::unique_ptr<Strategy> MakeEnumerate() { return std::make_unique<Enumerate>(); }

}  // namespace plait::explore
