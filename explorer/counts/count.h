#ifndef PLAIT_EXPLORER_COUNTS_COUNT_H_
#define PLAIT_EXPLORER_COUNTS_COUNT_H_

#include <gtest/gtest.h>

#include <cstdio>
#include <functional>

#include "plait/explore.h"

namespace plait::explore {

struct Counted {
  uint64_t executions = 0;  // complete ones: one for each class of equivalent schedules
  uint64_t blocked = 0;     // of these: ended in a deadlock or leak
  uint64_t redundant = 0;
  bool optimal = false;
};

// Explores all of `body` at user granularity. Each class is completed exactly once, so the number of executions is a
// property of the program and of the dependency table alone, and known for the programs of the literature. No other
// execution is run where the optimal algorithm knows all operations (optimal.cc).
inline Counted Count(const std::function<void()>& body, Options options = {}) {
  options.stop_at_failure = false;
  if (options.mode == Mode::kExhaustive) options.mode = Mode::kOptimal;
  const Result r = Explore("Count", options, body);
  EXPECT_TRUE(r.complete);
  EXPECT_TRUE(r.verdict == Verdict::kNone || r.verdict == Verdict::kDeadlock || r.verdict == Verdict::kLeak)
      << VerdictName(r.verdict) << ": " << r.text;
  EXPECT_TRUE(!r.optimal || r.redundant == 0) << r.redundant;
  std::printf("%lu classes (%lu of them blocked for ever), %lu redundant executions, %s\n", r.executions, r.failures,
              r.redundant, r.optimal ? "optimal" : "sleep sets");
  return {r.executions, r.failures, r.redundant, r.optimal};
}

// Runs f(0), ..., f(n - 1) as goroutines, and waits for all of them.
template <class F>
void InParallel(int n, F f) {
  for (int i = 0; i < n; ++i) go([f, i] { f(i); });
  join_all();
}

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_COUNTS_COUNT_H_
