// All outcomes of a program, by exhaustive search of its states under the rules of rules.h.
//
//   const SearchResult result = Search(program);
//   for (const Outcome& outcome : result.outcomes()) std::puts(ToString(program, outcome).c_str());
//
// A search is bounded by a number of states and of bytes. One that meets a bound is incomplete and says so: it cannot
// be taken for a whole one, since outcomes() and Admits() then throw.
#ifndef PLAIT_MODEL_SEARCH_H_
#define PLAIT_MODEL_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "plait/model/outcome.h"
#include "plait/model/program.h"
#include "plait/model/rules.h"

namespace plait::model {

struct SearchOptions {
  Waiters waiters = Waiters::kFifo;
  Time time = Time::kInOrder;
  size_t max_states = 100'000'000;
  size_t max_bytes = size_t{2} << 30;  // states, their table, and outcomes

  // Goroutines that take the first steps, in this order; then all continuations are searched. Each must be able to
  // move.
  std::vector<int> schedule = {};
};

// The answer is not known: a bound was met first. what() says which.
class Incomplete : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class SearchResult {
 public:
  bool complete() const { return why_incomplete_.empty(); }
  const std::string& why_incomplete() const { return why_incomplete_; }  // "" if complete

  // All outcomes, each once. Throws Incomplete if the search is.
  const std::set<Outcome>& outcomes() const&;
  std::set<Outcome> outcomes() &&;  // a copy, so that Search(p).outcomes() may be looped over

  // Those found before the search ended: true outcomes, but perhaps not all.
  const std::set<Outcome>& outcomes_found() const { return outcomes_; }

  uint64_t states() const { return states_; }  // different states met
  uint64_t steps() const { return steps_; }    // steps taken, which led to them

 private:
  friend class Searcher;

  std::set<Outcome> outcomes_;
  std::string why_incomplete_;
  uint64_t states_ = 0;
  uint64_t steps_ = 0;
};

// Both throw std::invalid_argument for a program that is not well-formed (Validate) or a schedule that cannot be.
SearchResult Search(const Program& program, const SearchOptions& options = {});

// Whether the program can have this outcome. Looks only at states that agree with the outcome so far, so it is much
// cheaper than Search when there are many outcomes; to judge many outcomes of one program, search once and look them
// up. Throws Incomplete if a bound is met before the answer is known.
bool Admits(const Program& program, const Outcome& outcome, const SearchOptions& options = {});

}  // namespace plait::model

#endif  // PLAIT_MODEL_SEARCH_H_
