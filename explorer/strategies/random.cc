// Random schedules: uniform among what is enabled at each step. Seeded: the n-th execution of a seed is always the
// same.

#include "plait/runtime/sched/random.h"
#include "plait/explorer/strategy.h"

namespace plait::explore {
namespace {

class RandomWalk final : public Strategy {
 public:
  RandomWalk(uint64_t seed, uint64_t executions) : random_(seed), left_(executions) {}

  int Choose(const Execution&, const std::vector<Transition>& enabled) override {
    return enabled.size() == 1 ? 0 : static_cast<int>(random_.Below(static_cast<uint32_t>(enabled.size())));
  }

  bool Next() override { return --left_ > 0; }
  bool Consumed() const override { return true; }

 private:
  sched::Random random_;
  uint64_t left_;
};

}  // namespace

std::unique_ptr<Strategy> MakeRandom(uint64_t seed, uint64_t executions) {
  return std::make_unique<RandomWalk>(seed, executions);
}

}  // namespace plait::explore
