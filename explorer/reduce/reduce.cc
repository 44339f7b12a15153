#include "plait/explorer/reduce/reduce.h"

#include <algorithm>

namespace plait::explore {
namespace {

// Another strategy's choices, as long as they may lead to something smaller.
class Limited final : public Strategy {
 public:
  Limited(std::unique_ptr<Strategy> other, const Size& best) : other_(std::move(other)), best_(best) {}

  void Begin() override { other_->Begin(); }
  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    return execution.depth() >= best_.steps ? kAbandon : other_->Choose(execution, enabled);
  }
  bool Next() override { return other_->Next(); }
  bool Consumed() const override { return true; }

 private:
  const std::unique_ptr<Strategy> other_;
  const Size& best_;
};

std::vector<Transition> TransitionsOf(const std::vector<StepKey>& schedule) {
  std::vector<Transition> transitions;
  for (const StepKey& key : schedule) transitions.push_back(key.transition);
  return transitions;
}

// "panic: boom [G2]" without the goroutine; of an assertion, only where it stands.
std::string_view Essence(Verdict verdict, std::string_view text) {
  if (verdict == Verdict::kAssertion) return text.substr(0, text.find('\n'));
  if (verdict == Verdict::kLeak || verdict == Verdict::kPeriodicLeak || verdict == Verdict::kStepLimit) return {};
  return text.substr(0, text.rfind(" ["));
}

class Reducer {
 public:
  Reducer(Execution& execution, const std::function<void()>& body, Verdict verdict, const std::string& text,
          uint64_t budget, Reduction& found)
      : execution_(execution), body_(body), verdict_(verdict), text_(text), budget_(budget), found_(found) {}

  // All schedules with at most `bound` preemptions, until the budget has sunk to `reserve`.
  void WithPreemptions(uint32_t bound, uint64_t reserve) {
    Limited strategy(MakePreemptionBounded(bound), found_.to);
    do {
      Try(strategy);
    } while (budget_ > reserve && strategy.Next());
  }

  // One step less, as long as that helps.
  void DropSteps() {
    for (size_t i = 0; i < found_.schedule.size() && budget_ > 0;) {
      std::vector<Transition> wanted = TransitionsOf(found_.schedule);
      wanted.erase(wanted.begin() + static_cast<std::ptrdiff_t>(i));
      if (!TryTowards(std::move(wanted))) ++i;
    }
  }

  // Where a goroutine is left and comes back, its next step is taken before the others'.
  bool JoinBlocks() {
    bool better = false;
    for (size_t i = 0; i + 1 < found_.schedule.size() && budget_ > 0; ++i) {
      std::vector<Transition> wanted = TransitionsOf(found_.schedule);
      const int16_t goroutine = wanted[i].goroutine;
      if (wanted[i + 1].goroutine == goroutine) continue;
      const auto back = std::find_if(wanted.begin() + static_cast<std::ptrdiff_t>(i) + 1, wanted.end(),
                                     [&](const Transition& t) { return t.goroutine == goroutine; });
      if (back == wanted.end()) continue;
      std::rotate(wanted.begin() + static_cast<std::ptrdiff_t>(i) + 1, back, back + 1);
      better |= TryTowards(std::move(wanted));
    }
    return better;
  }

  bool spent() const { return budget_ == 0; }

 private:
  bool TryTowards(std::vector<Transition> wanted) {
    Limited strategy(MakeTowards(std::move(wanted)), found_.to);
    return Try(strategy);
  }

  // One execution. Whether it is better than what was found so far.
  bool Try(Strategy& strategy) {
    ++found_.tried;
    strategy.Begin();
    const bool completed = execution_.Run(body_, strategy, /*record=*/false);
    const uint64_t steps = execution_.schedule().size() + 1;
    budget_ -= std::min(budget_, steps);
    if (!completed || !SameFailure(verdict_, text_, execution_.verdict(), execution_.verdict_text())) return false;
    const Size size = SizeOf(execution_.schedule());
    if (!Smaller(size, found_.to)) return false;
    found_.schedule = execution_.schedule();
    found_.to = size;
    return true;
  }

  Execution& execution_;
  const std::function<void()>& body_;
  const Verdict verdict_;
  const std::string text_;
  uint64_t budget_;
  Reduction& found_;
};

}  // namespace

bool SameFailure(Verdict a, std::string_view a_text, Verdict b, std::string_view b_text) {
  return a == b && Essence(a, a_text) == Essence(b, b_text);
}

Size SizeOf(const std::vector<StepKey>& schedule) {
  Size size{.steps = schedule.size(), .switches = 0};
  int16_t last = 0, peer = 0;
  for (const StepKey& key : schedule) {
    const Transition& t = key.transition;
    if (t.goroutine == 0) continue;  // time is no goroutine
    const auto ran = [&](int16_t g) { return g != 0 && (g == last || g == peer); };
    size.switches += last != 0 && !ran(t.goroutine) && !ran(t.peer);
    last = t.goroutine;
    peer = t.peer;
  }
  return size;
}

Reduction Reduce(Execution& execution, const std::function<void()>& body, std::vector<StepKey> schedule,
                 Verdict verdict, const std::string& text, uint64_t most_transitions) {
  Reduction found;
  found.from = found.to = SizeOf(schedule);
  found.schedule = std::move(schedule);
  if (most_transitions < found.from.steps) return found;
  Reducer reducer(execution, body, verdict, text, most_transitions, found);
  for (uint32_t bound = 0; bound <= 2; ++bound) {
    reducer.WithPreemptions(bound, most_transitions / 4 * (3 - bound));
  }
  do {
    reducer.DropSteps();
  } while (!reducer.spent() && reducer.JoinBlocks());
  return found;
}

}  // namespace plait::explore
