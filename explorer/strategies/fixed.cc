// One given schedule: replays, and the second look at a failure. Refuses to go on where a step differs.

#include <algorithm>

#include "plait/explorer/execution.h"
#include "plait/explorer/mismatch.h"
#include "plait/explorer/strategy.h"

namespace plait::explore {
namespace {

class Fixed final : public Strategy {
 public:
  explicit Fixed(std::vector<StepKey> schedule) : schedule_(std::move(schedule)) {}

  void Begin() override { depth_ = 0; }

  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    if (depth_ == schedule_.size()) return 0;
    const StepKey& key = schedule_[depth_++];
    const auto it = std::find(enabled.begin(), enabled.end(), key.transition);
    if (it == enabled.end() || !Same(execution.KeyOf(*it), key)) {
      mismatch_ = DifferenceText(depth_, key, enabled, execution);
      return kNondeterminism;
    }
    return static_cast<int>(it - enabled.begin());
  }

  bool Next() override { return false; }

  bool Consumed() const override { return depth_ >= schedule_.size(); }

  std::string mismatch() const override { return mismatch_; }

 private:
  // A token carries no object numbers and no arguments (object < 0): they are compared only where they are known.
  static bool Same(const StepKey& now, const StepKey& recorded) {
    return now.has_op == recorded.has_op && (!now.has_op || now.op == recorded.op) &&
           (recorded.object < 0 || now == recorded);
  }

  std::vector<StepKey> schedule_;
  size_t depth_ = 0;
  std::string mismatch_;
};

}  // namespace

std::unique_ptr<Strategy> MakeFixed(std::vector<StepKey> schedule) {
  return std::make_unique<Fixed>(std::move(schedule));
}

}  // namespace plait::explore
