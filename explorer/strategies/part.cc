// A part of a depth-first search over choices: sleep sets, enumeration. The first few choices between several
// transitions (kCut of them for n parts, so that there are many more beginnings than parts) are hashed, and the hash says
// whose the beginning is. A foreign one is left as soon as it is known to be foreign; a schedule that ends before has an
// owner as well. So all that the parts share is those short beginnings.

#include "plait/explorer/execution.h"
#include "plait/explorer/strategy.h"

namespace plait::explore {
namespace {

class PartOf final : public Strategy {
 public:
  PartOf(std::unique_ptr<Strategy> whole, Part part) : whole_(std::move(whole)), part_(part) {
    for (uint64_t beginnings = 1; beginnings < 16 * uint64_t{part.count}; beginnings *= 2) ++cut_;
  }

  void Begin() override {
    path_ = {};
    choices_ = 0;
    foreign_ = false;
    whole_->Begin();
  }

  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    const int choice = whole_->Choose(execution, enabled);
    if (choice < 0 || enabled.size() == 1 || choices_ == cut_) return choice;
    path_ = IdentityOf(path_, static_cast<uint64_t>(choice) + 1);
    foreign_ = ++choices_ == cut_ && !Ours();
    return foreign_ ? kAbandon : choice;
  }

  std::optional<Transition> Known(const Execution& execution) override {
    return choices_ < cut_ ? std::nullopt : whole_->Known(execution);
  }

  void Over(const Execution& execution) override {
    foreign_ = choices_ < cut_ && !Ours();
    whole_->Over(execution);
  }

  bool Counts() override { return !foreign_ && (choices_ == cut_ || Ours()) && whole_->Counts(); }
  bool Next() override { return whole_->Next(); }
  bool BegunAnew() override { return whole_->BegunAnew(); }
  bool Consumed() const override { return whole_->Consumed(); }
  std::string mismatch() const override { return whole_->mismatch(); }
  std::string Checkpoint() const override { return whole_->Checkpoint(); }
  bool Resume(std::string_view checkpoint) override { return whole_->Resume(checkpoint); }

 private:
  bool Ours() const { return path_ % part_.count == part_.index; }

  const std::unique_ptr<Strategy> whole_;
  const Part part_;
  int cut_ = 0;
  Identity path_ = 0;
  int choices_ = 0;
  bool foreign_ = false;
};

}  // namespace

std::unique_ptr<Strategy> MakePart(std::unique_ptr<Strategy> whole, Part part) {
  if (part.count == 1) return whole;
  return std::make_unique<PartOf>(std::move(whole), part);
}

}  // namespace plait::explore
