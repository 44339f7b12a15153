#include "plait/explorer/progress/observed.h"

#include <optional>

#include "plait/explorer/execution.h"
#include "plait/explorer/place.h"

namespace plait::explore {
namespace {

constexpr const char* kTimers = "timers";

class Observer final : public Strategy {
 public:
  Observer(std::unique_ptr<Strategy> other, Observed& observed) : other_(std::move(other)), observed_(observed) {}

  void Begin() override { other_->Begin(); }
  // What is only run again, on the way to what is new, is not counted once more.
  std::optional<Transition> Known(const Execution& execution) override { return other_->Known(execution); }
  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    const int choice = other_->Choose(execution, enabled);
    if (choice >= 0 && enabled.size() > 1) {
      const Transition& t = enabled[static_cast<size_t>(choice)];
      Observed::Branching& here = Here(t.goroutine == 0 ? SourceLocation{kTimers, 0} : execution.WhereOf(t));
      ++here.times;
      here.alternatives += enabled.size();
    }
    return choice;
  }
  void Over(const Execution& execution) override {
    if (other_->Counts()) ++observed_.depths[execution.depth()];
    other_->Over(execution);
  }
  bool Next() override { return other_->Next(); }
  bool Counts() override { return other_->Counts(); }
  bool BegunAnew() override { return other_->BegunAnew(); }
  std::string Checkpoint() const override { return other_->Checkpoint(); }
  bool Resume(std::string_view text) override { return other_->Resume(text); }
  bool Consumed() const override { return other_->Consumed(); }
  std::string mismatch() const override { return other_->mismatch(); }

 private:
  // Looked up by the address of the file's name, which is a literal: this is called at every step.
  Observed::Branching& Here(const SourceLocation& where) {
    Observed::Branching*& here = places_[{where.file, where.line}];
    if (here == nullptr) {
      const std::string place = ShortPlace(where);
      here = &observed_.branching[where.file == kTimers ? "timers"
                                  : place.empty()       ? "std::scoped_lock and its like"
                                                        : place];
    }
    return *here;
  }

  const std::unique_ptr<Strategy> other_;
  Observed& observed_;
  std::map<std::pair<const char*, uint32_t>, Observed::Branching*> places_;
};

}  // namespace

std::unique_ptr<Strategy> Observing(std::unique_ptr<Strategy> other, Observed& observed) {
  return std::make_unique<Observer>(std::move(other), observed);
}

}  // namespace plait::explore
