// Random schedules for programs that are too large to be explored. No single way of drawing them wins: the portfolio takes
// them in turn. Seeded: the n-th execution of a seed is always the same.
//
//   PCT   (Burckhardt and others 2010) Goroutines have random priorities, and the highest one runs. At d - 1 steps,
//         drawn from the k that an execution is thought to have, the one that would run falls below all others. A bug
//         that needs d orderings is found with a probability of at least 1 / (n k^(d-1)) for n goroutines.
//   POS   (Yuan and others 2018) Each step that can be taken has a random priority, and the highest is taken. Steps that
//         are dependent on it, and the next one of its goroutine, draw anew.
//   SURW  (2025) A goroutine is drawn with a weight: the number of steps that it, and those it has not started yet, are
//         still to make, as counted in the first execution. If nobody ever waits, all interleavings are equally likely.
//         Selective: in every other execution only the steps on one object, drawn for the execution, count; other steps
//         are taken first.

#include <algorithm>
#include <map>

#include "plait/explorer/execution.h"
#include "plait/explorer/strategy.h"
#include "plait/runtime/sched/random.h"

namespace plait::explore {
namespace {

class Sampling final : public Strategy {
 public:
  Sampling(Sampler sampler, uint64_t seed, uint64_t executions, uint32_t depth)
      : sampler_(sampler), random_(seed), left_(executions), depth_(std::max(depth, 1u)) {}

  void Begin() override {
    now_ = sampler_;
    if (sampler_ == Sampler::kPortfolio) {
      constexpr Sampler kTurns[] = {Sampler::kSurw, Sampler::kPos, Sampler::kPct, Sampler::kWalk};
      now_ = kTurns[executions_ % 4];
    }
    if (executions_ == 0 && now_ == Sampler::kSurw) now_ = Sampler::kWalk;  // it only counts
    steps_ = 0;
    priorities_.clear();
    pending_.clear();
    remaining_.clear();
    changes_.clear();
    for (uint32_t i = 1; now_ == Sampler::kPct && longest_ > 0 && i < depth_; ++i) {
      changes_.push_back(random_.Below(static_cast<uint32_t>(longest_)));
    }
    selected_ = 0;
    const uint64_t turn = sampler_ == Sampler::kPortfolio ? executions_ / 4 : executions_;
    if (now_ == Sampler::kSurw && turn % 2 == 1 && !objects_.empty()) {
      selected_ = std::next(objects_.begin(), random_.Below(static_cast<uint32_t>(objects_.size())))->first;
    }
  }

  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    if (executions_ == 0) Meet(execution);
    size_t choice = 0;
    switch (now_) {
      case Sampler::kPct:
        choice = ByPct(enabled);
        break;
      case Sampler::kPos:
        choice = ByPos(execution, enabled);
        break;
      case Sampler::kSurw:
        choice = BySurw(execution, enabled);
        break;
      default:
        choice = random_.Below(static_cast<uint32_t>(enabled.size()));
        break;
    }
    if (executions_ == 0) Count(execution, enabled[choice]);
    ++steps_;
    return static_cast<int>(choice);
  }

  bool Next() override {
    longest_ = std::max(longest_, steps_);
    ++executions_;
    return --left_ > 0;
  }

  bool Consumed() const override { return true; }

 private:
  struct Profile {
    Identity parent = 0;
    uint64_t steps = 0;
    std::map<Identity, uint64_t> on;  // by object
  };

  struct Pending {
    Transition transition;
    uint64_t priority;
  };

  // ---- PCT ----

  uint64_t& PriorityOf(int16_t goroutine) {  // 0: timers
    const auto at = static_cast<size_t>(goroutine);
    while (priorities_.size() <= at) priorities_.push_back(random_.Next() | uint64_t{1} << 63);
    return priorities_[at];
  }

  uint64_t PriorityOf(const Transition& t) {
    return t.peer == 0 ? PriorityOf(t.goroutine) : std::max(PriorityOf(t.goroutine), PriorityOf(t.peer));
  }

  size_t Highest(const std::vector<Transition>& enabled) {
    size_t best = 0, equal = 1;
    for (size_t i = 1; i < enabled.size(); ++i) {
      const uint64_t mine = PriorityOf(enabled[i]), its = PriorityOf(enabled[best]);
      if (mine > its) equal = 1;
      if (mine > its || (mine == its && random_.Below(static_cast<uint32_t>(++equal)) == 0)) best = i;
    }
    return best;
  }

  size_t ByPct(const std::vector<Transition>& enabled) {
    for (size_t i = 0; i < changes_.size(); ++i) {
      if (changes_[i] != steps_) continue;
      const Transition& t = enabled[Highest(enabled)];
      PriorityOf(t.goroutine) = i;
      if (t.peer != 0) PriorityOf(t.peer) = i;
    }
    return Highest(enabled);
  }

  // ---- POS ----

  size_t ByPos(const Execution& execution, const std::vector<Transition>& enabled) {
    std::vector<Pending> now;
    for (const Transition& t : enabled) {
      const auto known =
          std::find_if(pending_.begin(), pending_.end(), [&t](const Pending& p) { return p.transition == t; });
      now.push_back({t, known != pending_.end() ? known->priority : random_.Next()});
    }
    const auto best = std::max_element(now.begin(), now.end(),
                                       [](const Pending& a, const Pending& b) { return a.priority < b.priority; });
    const auto choice = static_cast<size_t>(best - now.begin());
    const Footprint taken = execution.FootprintOf(enabled[choice]);
    pending_.clear();
    for (const Pending& p : now) {
      if (!Dependent(execution.FootprintOf(p.transition), taken)) pending_.push_back(p);
    }
    return choice;
  }

  // ---- SURW ----

  void Meet(const Execution& execution) {
    for (int16_t g = 1; g <= execution.goroutines(); ++g) {
      profile_[execution.IdentityOfGoroutine(g)].parent = execution.ParentOf(g);
    }
  }

  Identity ObjectOf(const Execution& execution, const Transition& t) const { return execution.KeyOf(t).object_id; }

  void Count(const Execution& execution, const Transition& t) {
    const Identity object = ObjectOf(execution, t);
    if (object != 0) ++objects_[object];
    for (const int16_t g : {t.goroutine, t.peer}) {
      if (g == 0) continue;
      Profile& profile = profile_[execution.IdentityOfGoroutine(g)];
      ++profile.steps;
      ++profile.on[object];
    }
  }

  uint64_t Steps(const Profile& profile) const {
    if (selected_ == 0) return profile.steps;
    const auto it = profile.on.find(selected_);
    return it == profile.on.end() ? 0 : it->second;
  }

  // What each goroutine is still to do, with those that it has not started yet.
  void FindRemaining(const Execution& execution) {
    std::map<Identity, int16_t> here;
    for (int16_t g = 1; g <= execution.goroutines(); ++g) here[execution.IdentityOfGoroutine(g)] = g;
    done_.resize(std::max(done_.size(), static_cast<size_t>(execution.goroutines()) + 1));
    remaining_.assign(static_cast<size_t>(execution.goroutines()) + 1, 0);
    for (const auto& [id, profile] : profile_) {
      Identity owner = id;
      while (owner != 0 && here.count(owner) == 0) owner = profile_[owner].parent;
      if (owner != 0) remaining_[static_cast<size_t>(here[owner])] += Steps(profile);
    }
    for (size_t g = 1; g < remaining_.size(); ++g) remaining_[g] -= std::min(remaining_[g], done_[g]);
  }

  size_t BySurw(const Execution& execution, const std::vector<Transition>& enabled) {
    if (steps_ == 0) done_.clear();
    FindRemaining(execution);
    size_t choice = 0;
    std::vector<size_t> others;
    if (selected_ != 0) {
      for (size_t i = 0; i < enabled.size(); ++i) {
        if (ObjectOf(execution, enabled[i]) != selected_) others.push_back(i);
      }
    }
    if (!others.empty()) {
      choice = others[random_.Below(static_cast<uint32_t>(others.size()))];
    } else {
      // A goroutine by its weight, and then one of its steps.
      uint64_t sum = 0;
      std::vector<uint64_t> weights;
      for (const Transition& t : enabled) {
        uint64_t alike = 0;
        for (const Transition& other : enabled) alike += other.goroutine == t.goroutine;
        const auto g = static_cast<size_t>(t.goroutine);
        const uint64_t weight = std::max<uint64_t>(1, g < remaining_.size() ? remaining_[g] : 1);
        weights.push_back(weight * 64 / alike);
        sum += weights.back();
      }
      uint64_t at = random_.Next() % sum;
      while (at >= weights[choice]) at -= weights[choice++];
    }
    const Transition& t = enabled[choice];
    for (const int16_t g : {t.goroutine, t.peer}) {
      if (g != 0 && (selected_ == 0 || ObjectOf(execution, t) == selected_)) ++done_[static_cast<size_t>(g)];
    }
    return choice;
  }

  const Sampler sampler_;
  Sampler now_ = Sampler::kWalk;
  sched::Random random_;
  uint64_t left_;
  const uint32_t depth_;
  uint64_t executions_ = 0;
  uint64_t steps_ = 0;
  uint64_t longest_ = 0;

  std::vector<uint64_t> priorities_;  // by goroutine's number
  std::vector<uint64_t> changes_;
  std::vector<Pending> pending_;
  std::map<Identity, Profile> profile_;
  std::map<Identity, uint64_t> objects_;
  Identity selected_ = 0;
  std::vector<uint64_t> remaining_, done_;  // by goroutine's number
};

}  // namespace

std::unique_ptr<Strategy> MakeSampling(Sampler sampler, uint64_t seed, uint64_t executions, uint32_t depth) {
  return std::make_unique<Sampling>(sampler, seed, executions, depth);
}

}  // namespace plait::explore
