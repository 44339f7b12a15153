// A fixed number of workers takes jobs from one channel and hands results to another one.

#include <algorithm>
#include <vector>

#include "plait/explore.h"

namespace {

using namespace plait;

// Each number squared, by `workers` goroutines, in the order in which they get done.
std::vector<int> Squares(const std::vector<int>& numbers, int workers) {
  auto jobs = make_chan<int>().name("jobs");
  auto results = make_chan<int>(static_cast<int64_t>(numbers.size())).name("results");
  sync::WaitGroup wg;
  for (int i = 0; i < workers; ++i) {
    wg.Go([jobs, results] {
      for (int n : jobs) results.send(n * n);
    });
  }
  for (int n : numbers) jobs.send(n);
  close(jobs);     // every worker's range ends
  wg.Wait();       // nobody sends any more
  close(results);  // now it is safe to close
  std::vector<int> squares;
  for (int r : results) squares.push_back(r);
  return squares;
}

// Proven: in every schedule each job is done exactly once, whoever takes it.
PLAIT_EXPLORE(WorkerPool, DoesEveryJobOnce) {
  std::vector<int> squares = Squares({1, 2, 3}, /*workers=*/2);
  std::sort(squares.begin(), squares.end());
  EXPECT_EQ(squares, (std::vector{1, 4, 9}));
}

}  // namespace
