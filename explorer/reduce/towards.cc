#include <algorithm>

#include "plait/explorer/reduce/reduce.h"

namespace plait::explore {
namespace {

class Towards final : public Strategy {
 public:
  explicit Towards(std::vector<Transition> wanted) : wanted_(std::move(wanted)), taken_(wanted_.size(), false) {}

  int Choose(const Execution&, const std::vector<Transition>& enabled) override {
    while (first_ < wanted_.size() && taken_[first_]) ++first_;
    for (size_t i = first_; i < wanted_.size(); ++i) {
      if (taken_[i]) continue;
      const auto it = std::find(enabled.begin(), enabled.end(), wanted_[i]);
      if (it == enabled.end()) continue;
      taken_[i] = true;
      return Take(enabled, it);
    }
    const auto same = std::find_if(enabled.begin(), enabled.end(), [this](const Transition& t) {
      return t.goroutine == last_ || (t.peer != 0 && t.peer == last_);
    });
    return Take(enabled, same != enabled.end() ? same : enabled.begin());
  }

  bool Next() override { return false; }
  bool Consumed() const override { return true; }

 private:
  int Take(const std::vector<Transition>& enabled, std::vector<Transition>::const_iterator it) {
    if (it->goroutine != 0) last_ = it->goroutine;
    return static_cast<int>(it - enabled.begin());
  }

  const std::vector<Transition> wanted_;
  std::vector<bool> taken_;
  size_t first_ = 0;  // all in front of it are taken
  int16_t last_ = 1;
};

}  // namespace

std::unique_ptr<Strategy> MakeTowards(std::vector<Transition> wanted) {
  return std::make_unique<Towards>(std::move(wanted));
}

}  // namespace plait::explore
