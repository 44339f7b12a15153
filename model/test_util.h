// What the model's tests have in common.
#ifndef PLAIT_MODEL_TEST_UTIL_H_
#define PLAIT_MODEL_TEST_UTIL_H_

#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "plait/model/outcome.h"
#include "plait/model/program.h"
#include "plait/model/search.h"

namespace plait::model {

// A program whose goroutines are all there from the beginning.
inline Program Make(std::vector<Channel> channels, std::vector<Body> goroutines) {
  return Program{.channels = std::move(channels), .goroutines = std::move(goroutines)};
}

// "" if the sets are equal, else the program and what is in one of them only.
inline std::string Difference(const Program& program, const std::set<Outcome>& expected,
                              const std::set<Outcome>& actual) {
  if (expected == actual) return "";
  std::string text = ToString(program);
  for (const Outcome& o : expected) {
    if (!actual.contains(o)) text += "--- missing:\n" + ToString(program, o);
  }
  for (const Outcome& o : actual) {
    if (!expected.contains(o)) text += "--- not expected:\n" + ToString(program, o);
  }
  return text;
}

// Expects exactly these outcomes, of all runs that begin with this schedule.
inline void ExpectOutcomes(const Program& program, const std::vector<int>& schedule, Waiters waiters,
                           const std::vector<std::vector<GoroutineOutcome>>& expected) {
  std::set<Outcome> outcomes;
  for (const auto& goroutines : expected) outcomes.insert(Judge(goroutines));
  EXPECT_EQ("", Difference(program, outcomes, Search(program, {.waiters = waiters, .schedule = schedule}).outcomes()))
      << (waiters == Waiters::kFifo ? "first come first served" : "any waiter served");
}

// The same under both rule sets.
inline void ExpectOutcomes(const Program& program, const std::vector<int>& schedule,
                           const std::vector<std::vector<GoroutineOutcome>>& expected) {
  ExpectOutcomes(program, schedule, Waiters::kFifo, expected);
  ExpectOutcomes(program, schedule, Waiters::kAny, expected);
}

inline void ExpectOutcomes(const Program& program, const std::vector<std::vector<GoroutineOutcome>>& expected) {
  ExpectOutcomes(program, {}, expected);
}

}  // namespace plait::model

#endif  // PLAIT_MODEL_TEST_UTIL_H_
