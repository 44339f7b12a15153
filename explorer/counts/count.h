#ifndef PLAIT_EXPLORER_COUNTS_COUNT_H_
#define PLAIT_EXPLORER_COUNTS_COUNT_H_

#include <gtest/gtest.h>

#include <functional>

#include "plait/explore.h"

namespace plait::explore {

struct Counted {
  uint64_t executions = 0;  // complete ones: one for each class of equivalent schedules
  uint64_t blocked = 0;     // of these: ended in a deadlock or leak
};

// Explores all of `body` at user granularity. Sleep sets complete each class exactly once, so the number of executions
// is a property of the program and of the dependency table alone, and known for the programs of the literature.
inline Counted Count(const std::function<void()>& body, Options options = {}) {
  options.stop_at_failure = false;
  const Result r = Explore("Count", options, body);
  EXPECT_TRUE(r.complete);
  EXPECT_TRUE(r.verdict == Verdict::kNone || r.verdict == Verdict::kDeadlock || r.verdict == Verdict::kLeak)
      << VerdictName(r.verdict) << ": " << r.text;
  return {r.executions, r.failures};
}

// Runs f(0), ..., f(n - 1) as goroutines, and waits for all of them.
template <class F>
void InParallel(int n, F f) {
  for (int i = 0; i < n; ++i) go([f, i] { f(i); });
  join_all();
}

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_COUNTS_COUNT_H_
