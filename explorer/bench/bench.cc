// How fast the explorer runs: `./plait bench explorer`. Items per second are executions per second, on one core.

#include <benchmark/benchmark.h>

#include "plait/explorer/explore.h"
#include "plait/plait.h"

namespace plait::explore {
namespace {

// Three goroutines that lock and unlock one mutex `rounds` times each: 90 classes for 2 rounds, 1,680 for 3.
void MutexThreeTimes(int rounds) {
  sync::Mutex mu;
  for (int g = 0; g < 3; ++g) {
    go([&mu, rounds] {
      for (int i = 0; i < rounds; ++i) {
        mu.Lock();
        mu.Unlock();
      }
    });
  }
  join_all();
}

void PingPong(int rounds) {
  auto ping = make_chan<int>();
  auto pong = make_chan<int>();
  go([=] {
    for (int i = 0; i < rounds; ++i) pong.send(ping.recv());
  });
  for (int i = 0; i < rounds; ++i) {
    ping.send(i);
    pong.recv();
  }
}

void Run(benchmark::State& state, Options options, const std::function<void()>& body) {
  options.check_determinism = false;
  options.watchdog_seconds = 0;
  uint64_t executions = 0;
  for (auto _ : state) {
    const Result result = Explore("bench", options, body);
    if (result.verdict != Verdict::kNone || !result.complete) state.SkipWithError("the exploration went wrong");
    executions += result.executions;
    ++options.seed;
  }
  state.SetItemsProcessed(static_cast<int64_t>(executions));
}

// The floor to keep: 200,000 executions per second.
void RandomMutex3x2(benchmark::State& state) {
  Run(state, {.mode = Mode::kRandom, .executions = 1000}, [] { MutexThreeTimes(2); });
}

void ExhaustiveMutex3x2(benchmark::State& state) {
  Run(state, {.mode = Mode::kExhaustive}, [] { MutexThreeTimes(2); });
}

void ExhaustiveMutex3x3(benchmark::State& state) {
  Run(state, {.mode = Mode::kExhaustive}, [] { MutexThreeTimes(3); });
}

void RandomPingPong10(benchmark::State& state) {
  Run(state, {.mode = Mode::kRandom, .executions = 1000}, [] { PingPong(10); });
}

BENCHMARK(RandomMutex3x2)->Unit(benchmark::kMillisecond);
BENCHMARK(ExhaustiveMutex3x2)->Unit(benchmark::kMillisecond);
BENCHMARK(ExhaustiveMutex3x3)->Unit(benchmark::kMillisecond);
BENCHMARK(RandomPingPong10)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace plait::explore

BENCHMARK_MAIN();
