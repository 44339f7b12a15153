#ifndef PLAIT_EXPLORER_PROGRESS_ESTIMATE_H_
#define PLAIT_EXPLORER_PROGRESS_ESTIMATE_H_

#include <cstdint>
#include <functional>

#include "plait/explorer/execution.h"

namespace plait::explore {

// How many executions an exhaustive exploration will complete, estimated before it is through.
//
// Knuth (1975): walk down the tree of an exploration at random, and multiply the numbers of branches on the way: the mean
// of these products is the number of leaves. The tree here is that of the sleep sets, so that a leaf is a class of
// equivalent schedules; a walk that ends where everything sleeps counts for nothing. Unbiased; but where few walks find
// most of the leaves, the mean of few walks is mostly too low, and the interval too narrow.
class Estimate {
 public:
  // Without `reduced`: of every schedule (Mode::kEnumerate).
  Estimate(uint64_t seed, bool reduced) : state_(seed), reduced_(reduced) {}

  // One more walk. What fails on the way counts like any other execution.
  void Walk(Execution& execution, const std::function<void()>& body);

  uint64_t walks() const { return walks_; }
  double mean() const { return mean_; }
  // Of an interval of 95 % around the mean.
  double low() const;
  double high() const;

 private:
  uint64_t state_;
  const bool reduced_;
  uint64_t walks_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // sum of squared distances from the mean (Welford)
};

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_PROGRESS_ESTIMATE_H_
