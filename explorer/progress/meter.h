#ifndef PLAIT_EXPLORER_PROGRESS_METER_H_
#define PLAIT_EXPLORER_PROGRESS_METER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "plait/explorer/explore.h"
#include "plait/explorer/progress/estimate.h"

namespace plait::explore {

// What a long exploration says while it goes on, on standard error: on a terminal one line that is written over, a few times
// a second; in a log one line a minute, so that what is through in a minute says nothing.
//
//   12345 executions (3210/s), about 40000 in all (31000 to 49000), 9 s left of 40
class Meter {
 public:
  Meter(std::string name, const Options& options);
  ~Meter();
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

  // Now and then, between two executions: `execution` may be used for walks. The estimate goes into `result`.
  void Look(Result& result, uint64_t classes, double seconds, Execution& execution, const std::function<void()>& body);

 private:
  const std::string name_;
  const Options options_;
  const bool terminal_;
  double next_;
  uint64_t shown_executions_ = 0;
  double shown_seconds_ = 0;
  bool shown_ = false;
  std::unique_ptr<Estimate> estimate_;
};

// The line, without the name: for tests.
std::string ProgressText(const Options& options, const Result& result, uint64_t classes, double rate, double seconds);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_PROGRESS_METER_H_
