#include "plait/model/search.h"

#include <new>
#include <utility>

#include "plait/model/state_list.h"
#include "plait/model/state_set.h"

namespace plait::model {
namespace {

// About what an outcome takes in a std::set.
size_t Bytes(const Outcome& outcome) {
  size_t bytes = sizeof(Outcome) + 64;
  for (const GoroutineOutcome& g : outcome.goroutines) bytes += sizeof(g) + g.results.size() * sizeof(Result) + 32;
  return bytes;
}

const Program& Checked(const Program& program) {
  if (const std::string fault = Validate(program); !fault.empty()) throw std::invalid_argument(fault);
  return program;
}

}  // namespace

const std::set<Outcome>& SearchResult::outcomes() const& {
  if (!complete()) throw Incomplete(why_incomplete_);
  return outcomes_;
}

std::set<Outcome> SearchResult::outcomes() && { return std::as_const(*this).outcomes(); }

// The states met form a queue: those before next_ have had their steps taken, the others wait for it. It ends since
// every step brings some goroutine further and operations do not loop.
class Searcher {
 public:
  // With `wanted`, only what may become that outcome is looked at, and the search ends when it is found.
  Searcher(const Program& program, const SearchOptions& options, const Outcome* wanted)
      : rules_(Checked(program), options.waiters, options.time),
        options_(options),
        wanted_(wanted),
        states_(rules_.layout().size, options.max_states, options.max_bytes),
        steps_(rules_.layout()) {}

  SearchResult Run() {
    try {
      TakeSchedule();
      while (result_.complete() && next_ < states_.size() && !Found()) Expand(states_.at(next_++));
    } catch (const std::bad_alloc&) {
      result_.why_incomplete_ = "out of memory after " + std::to_string(states_.size()) + " states";
    }
    result_.states_ = states_.size();
    return std::move(result_);
  }

 private:
  bool Found() const { return wanted_ != nullptr && !result_.outcomes_.empty(); }

  void TakeSchedule() {
    rules_.AddInitial(&steps_);
    StateList before(rules_.layout());
    for (const int g : options_.schedule) {
      std::swap(before, steps_);
      steps_.Clear();
      for (size_t i = 0; i < before.size(); ++i) {
        if (g >= 0 && static_cast<size_t>(g) < rules_.program().goroutines.size()) {
          rules_.AddSteps(before.bytes(i), g, &steps_);
        }
      }
      if (steps_.size() == 0)
        throw std::invalid_argument("the schedule moves " + GoroutineName(g) + ", which cannot move");
    }
    AddAll();
  }

  void Expand(const uint8_t* state) {
    steps_.Clear();
    rules_.AddSteps(state, &steps_);
    if (steps_.size() == 0) return Finish(state);
    result_.steps_ += steps_.size();
    AddAll();
  }

  void AddAll() {
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (wanted_ != nullptr && !rules_.MayBecome(steps_.at(i), *wanted_)) continue;
      if (states_.Add(steps_.bytes(i)) == StateSet::Added::kFull) return MeetBound();
    }
  }

  void Finish(const uint8_t* state) {
    Outcome outcome = rules_.Observe(State(rules_.layout(), const_cast<uint8_t*>(state)));
    if (wanted_ != nullptr && outcome != *wanted_) return;
    const size_t bytes = Bytes(outcome);
    if (!result_.outcomes_.insert(std::move(outcome)).second) return;
    if (!states_.Charge(bytes)) MeetBound();
  }

  void MeetBound() {
    const bool by_states = states_.size() >= options_.max_states;
    result_.why_incomplete_ = "gave up after " + std::to_string(states_.size()) + " states and " +
                              std::to_string(states_.bytes()) + " bytes, at " +
                              (by_states ? "max_states = " + std::to_string(options_.max_states)
                                         : "max_bytes = " + std::to_string(options_.max_bytes));
  }

  const Rules rules_;
  const SearchOptions& options_;
  const Outcome* const wanted_;
  StateSet states_;
  size_t next_ = 0;
  StateList steps_;
  SearchResult result_;
};

SearchResult Search(const Program& program, const SearchOptions& options) {
  return Searcher(program, options, nullptr).Run();
}

bool Admits(const Program& program, const Outcome& outcome, const SearchOptions& options) {
  const SearchResult result = Searcher(program, options, &outcome).Run();
  return !result.outcomes_found().empty() ||
         !result.outcomes().empty();  // outcomes() throws if the answer is not known
}

}  // namespace plait::model
