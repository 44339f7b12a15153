// Timers. The same programs in Go: peer/time.go.

#include "plait/runtime/bench/measure.h"

namespace plait::bench {
namespace {

using namespace std::chrono_literals;

void timer_new_stop(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    for (int64_t i = 0; i < n; ++i) time::NewTimer(1h).Stop();
  });
}

void timer_reset(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    time::Timer timer = time::NewTimer(1h);
    for (int64_t i = 0; i < n; ++i) timer.Reset(1h);
    timer.Stop();
  });
}

void after_func_reset(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    time::Timer timer = time::AfterFunc(1h, [] {});
    for (int64_t i = 0; i < n; ++i) timer.Reset(1h);
    timer.Stop();
  });
}

// A select with a time-out that is never reached.
void select_timeout(benchmark::State& state) {
  PerOperation(state, [ready = make_chan<int64_t>(1)](int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      ready.send(i);
      Select{recv_case(ready), recv_case(time::After(1min))};
    }
  });
}

PLAIT_ROW(timer_new_stop);
PLAIT_ROW(timer_reset);
PLAIT_ROW(after_func_reset);
PLAIT_ROW(select_timeout);

}  // namespace
}  // namespace plait::bench
