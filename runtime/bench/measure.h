#ifndef PLAIT_RUNTIME_BENCH_MEASURE_H_
#define PLAIT_RUNTIME_BENCH_MEASURE_H_

#include <benchmark/benchmark.h>

#include <utility>

#include "plait/plait.h"

namespace plait::bench {

// Times body(n), which does its operation n times and runs as a goroutine: one row of the table. What is reported is the
// time of one operation. As many workers as GOMAXPROCS says.
template <class F>
void PerOperation(benchmark::State& state, F body) {
  Runtime runtime;
  auto work = make_chan<int64_t>();
  auto done = make_chan<int>();
  go([=]() mutable {
    for (int64_t n : work) {
      body(n);
      done.send(0);
    }
  });
  const int64_t n = state.max_iterations;  // all at once, as Go's testing.B does
  while (state.KeepRunningBatch(n)) {
    work.send(n);
    done.recv();
  }
  close(work);
  runtime.Drain();
}

// Times body() once; what it starts must end by itself.
template <class F>
void Once(benchmark::State& state, F body) {
  Runtime runtime;
  auto done = make_chan<int>();
  for ([[maybe_unused]] auto _ : state) {
    go([=]() mutable {
      body();
      done.send(0);
    });
    done.recv();
  }
  runtime.Stop();
}

}  // namespace plait::bench

#define PLAIT_ROW(name) BENCHMARK(name)->Name(#name)->UseRealTime()->MinTime(0.2)
#define PLAIT_ROW_ONCE(name) BENCHMARK(name)->Name(#name)->UseRealTime()->Iterations(1)->Unit(benchmark::kMillisecond)

#endif  // PLAIT_RUNTIME_BENCH_MEASURE_H_
