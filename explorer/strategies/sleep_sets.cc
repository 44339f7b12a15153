// Depth-first search with sleep sets (Godefroid 1996): once a transition has been explored from a state, it sleeps in
// the states that are reached by transitions independent of it, until one that depends on it is taken. So each class of
// schedules that differ only by swapping independent neighbours is completed exactly once; prefixes that turn out to be
// redundant are cut where every enabled transition sleeps, and counted apart.
//
//   P1  nodes_[i] belongs to the state before step i; nodes_[i].key is the transition that the running execution takes.
//   P2  A node's asleep holds transitions whose continuations from here are covered elsewhere: explored from here
//       already, or inherited from the parent because they are independent of the parent's current one.
// Independence is decided in the parent's state, in which both transitions are enabled (dependency.h).

#include <algorithm>
#include <sstream>

#include "plait/explorer/dependency.h"
#include "plait/explorer/execution.h"
#include "plait/explorer/mismatch.h"
#include "plait/explorer/strategy.h"
#include "plait/runtime/panic/fatal.h"

namespace plait::explore {
namespace {

struct Sleeper {
  Transition transition;
  Footprint footprint;
};

// Independent steps never disable one another. Cheap to check, and in every exploration that anybody runs.
[[noreturn]] void DieOfWrongTable(const Transition& asleep, const StepKey& step) {
  plait::Fatal("plait: the dependency table is wrong (a bug in plait): a step of goroutine " +
               std::to_string(asleep.goroutine) + " (alternative " + std::to_string(asleep.alternative) +
               ") is disabled by an independent one, " + StepText(step));
}

class SleepSets final : public Strategy {
 public:
  explicit SleepSets(DependencyRelation dependent) : dependent_(dependent) {}

  void Begin() override { depth_ = 0; }

  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    if (depth_ < nodes_.size()) return Replay(execution, enabled);
    return Extend(execution, enabled);
  }

  std::optional<Transition> Known(const Execution& execution) override {
    if (depth_ >= nodes_.size() || nodes_[depth_].stale) return {};
    const Node& node = nodes_[depth_];
    if (!execution.CanStep(node.key.transition) || execution.KeyOf(node.key.transition) != node.key) return {};
    ++depth_;
    return node.key.transition;
  }

  bool Next() override {
    while (!nodes_.empty()) {
      Node& node = nodes_.back();
      node.asleep.push_back({node.key.transition, node.footprint});
      if (std::any_of(node.enabled.begin(), node.enabled.end(),
                      [&](const Transition& t) { return !Asleep(node, t); })) {
        node.stale = true;
        return true;
      }
      nodes_.pop_back();
    }
    return false;
  }

  // The position of each node's transition among those that were enabled; of the last node, which has just been
  // backtracked to, that of its next one.
  std::string Checkpoint() const override {
    std::string text;
    for (const Node& node : nodes_) {
      size_t i = 0;
      while (node.stale ? Asleep(node, node.enabled[i]) : node.enabled[i] != node.key.transition) ++i;
      text += (text.empty() ? "" : ".") + std::to_string(i);
    }
    return text;
  }

  bool Resume(std::string_view checkpoint) override {
    std::istringstream text{std::string(checkpoint)};
    char dot = 0;
    for (size_t i = 0; text >> i; text >> dot) resumed_.push_back(i);
    return !resumed_.empty();
  }

  bool Consumed() const override { return depth_ >= nodes_.size(); }

  std::string mismatch() const override { return mismatch_; }

 private:
  struct Node {
    std::vector<Transition> enabled;
    std::vector<Sleeper> asleep;
    StepKey key;  // of the current transition
    Footprint footprint;
    bool stale = false;  // backtracked to: another transition must be taken now
  };

  static bool Asleep(const Node& node, const Transition& t) {
    return std::any_of(node.asleep.begin(), node.asleep.end(), [&t](const Sleeper& s) { return s.transition == t; });
  }

  // The first transition that is awake; kAbandon if there is none.
  int Pick(Node& node, const Execution& execution) {
    const auto it =
        std::find_if(node.enabled.begin(), node.enabled.end(), [&](const Transition& t) { return !Asleep(node, t); });
    if (it == node.enabled.end()) return kAbandon;
    node.key = execution.KeyOf(*it);
    node.footprint = execution.FootprintOf(*it);
    node.stale = false;
    return static_cast<int>(it - node.enabled.begin());
  }

  int Replay(const Execution& execution, const std::vector<Transition>& enabled) {
    Node& node = nodes_[depth_++];
    if (enabled != node.enabled) {
      mismatch_ = MismatchText(depth_, node.key, enabled, execution);
      return kNondeterminism;
    }
    if (node.stale) return Pick(node, execution);
    const auto it = std::find(enabled.begin(), enabled.end(), node.key.transition);
    if (it == enabled.end() || execution.KeyOf(*it) != node.key) {
      mismatch_ = MismatchText(depth_, node.key, enabled, execution);
      return kNondeterminism;
    }
    return static_cast<int>(it - enabled.begin());
  }

  int Extend(const Execution& execution, const std::vector<Transition>& enabled) {
    Node node;
    node.enabled = enabled;
    if (!nodes_.empty()) {
      const Node& parent = nodes_.back();
      for (const Sleeper& s : parent.asleep) {
        if (dependent_(s.footprint, parent.footprint)) continue;
        node.asleep.push_back(s);
        // What it would touch may be less from here (a counter nearer to zero): looked at anew in every state.
        if (std::find(enabled.begin(), enabled.end(), s.transition) != enabled.end()) {
          node.asleep.back().footprint = execution.FootprintOf(s.transition);
        } else if (dependent_ == Dependent) {
          DieOfWrongTable(s.transition, parent.key);
        }
      }
    }
    // Back to a checkpoint: what is in front of its transition has been explored.
    for (size_t i = 0; nodes_.size() < resumed_.size() && i < std::min(resumed_[nodes_.size()], enabled.size()); ++i) {
      if (!Asleep(node, enabled[i])) node.asleep.push_back({enabled[i], execution.FootprintOf(enabled[i])});
    }
    const int choice = Pick(node, execution);
    if (nodes_.size() + 1 >= resumed_.size()) resumed_.clear();
    if (choice == kAbandon) return kAbandon;  // the node is not kept: there is nothing to come back for
    nodes_.push_back(std::move(node));
    ++depth_;
    return choice;
  }

  const DependencyRelation dependent_;
  std::vector<Node> nodes_;
  std::vector<size_t> resumed_;  // the checkpoint, until it is reached
  size_t depth_ = 0;
  std::string mismatch_;
};

}  // namespace

std::unique_ptr<Strategy> MakeSleepSets(DependencyRelation dependent) { return std::make_unique<SleepSets>(dependent); }

}  // namespace plait::explore
