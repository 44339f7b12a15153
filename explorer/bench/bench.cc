// How fast the explorer runs: `./plait bench explorer`. Items per second are executions per second, on one core.

#include <benchmark/benchmark.h>

#include "plait/explorer/explore.h"
#include "plait/plait.h"

namespace plait::explore {
namespace {

// Three goroutines that lock and unlock one mutex `rounds` times each: 90 classes for 2 rounds, 1,680 for 3, 34,650 for 4.
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

void FetchAdd(int rounds) {
  sync::atomic::Int64 x;
  for (int g = 0; g < 2; ++g) {
    go([&x, rounds] {
      for (int i = 0; i < rounds; ++i) x.Add(1);
    });
  }
  join_all();
}

// Producers and consumers of two each, on a channel that holds one.
void BoundedQueue() {
  auto ch = make_chan<int>(1);
  for (int g = 0; g < 2; ++g) {
    go([ch] {
      for (int i = 0; i < 2; ++i) ch.send(i);
    });
    go([ch] {
      for (int i = 0; i < 2; ++i) ch.recv();
    });
  }
  join_all();
}

void Run(benchmark::State& state, Options options, const std::function<void()>& body) {
  options.check_determinism = false;
  options.watchdog_seconds = 0;
  uint64_t executions = 0, classes = 0;
  for (auto _ : state) {
    const Result result = Explore("bench", options, body);
    if (result.verdict != Verdict::kNone || !result.complete) state.SkipWithError("the exploration went wrong");
    executions += result.executions;
    classes = result.classes != 0 ? result.classes : result.executions;
    ++options.seed;
  }
  state.SetItemsProcessed(static_cast<int64_t>(executions));
  state.counters["classes"] = static_cast<double>(classes);
}

// The floor to keep: 200,000 executions per second.
void RandomMutex3x2(benchmark::State& state) {
  Run(state, {.mode = Mode::kRandom, .executions = 1000}, [] { MutexThreeTimes(2); });
}

void ExhaustiveMutex3x2(benchmark::State& state) {
  Run(state, {.mode = Mode::kOptimal}, [] { MutexThreeTimes(2); });
}

void ExhaustiveMutex3x3(benchmark::State& state) {
  Run(state, {.mode = Mode::kOptimal}, [] { MutexThreeTimes(3); });
}

void ExhaustiveMutex3x4(benchmark::State& state) {
  Run(state, {.mode = Mode::kOptimal}, [] { MutexThreeTimes(4); });
}

void ExhaustiveFetchAdd2x8(benchmark::State& state) {
  Run(state, {.mode = Mode::kOptimal}, [] { FetchAdd(8); });
}

void ExhaustiveQueue2x2x1(benchmark::State& state) { Run(state, {.mode = Mode::kOptimal}, &BoundedQueue); }

void SleepSetsMutex3x3(benchmark::State& state) {
  Run(state, {.mode = Mode::kExhaustive}, [] { MutexThreeTimes(3); });
}

void PortfolioMutex3x2(benchmark::State& state) {
  Run(state, {.mode = Mode::kPortfolio, .executions = 1000}, [] { MutexThreeTimes(2); });
}

void RandomPingPong10(benchmark::State& state) {
  Run(state, {.mode = Mode::kRandom, .executions = 1000}, [] { PingPong(10); });
}

BENCHMARK(RandomMutex3x2)->Unit(benchmark::kMillisecond);
BENCHMARK(ExhaustiveMutex3x2)->Unit(benchmark::kMillisecond);
BENCHMARK(ExhaustiveMutex3x3)->Unit(benchmark::kMillisecond);
BENCHMARK(ExhaustiveMutex3x4)->Unit(benchmark::kMillisecond);
BENCHMARK(ExhaustiveFetchAdd2x8)->Unit(benchmark::kMillisecond);
BENCHMARK(ExhaustiveQueue2x2x1)->Unit(benchmark::kMillisecond);
BENCHMARK(SleepSetsMutex3x3)->Unit(benchmark::kMillisecond);
BENCHMARK(PortfolioMutex3x2)->Unit(benchmark::kMillisecond);
BENCHMARK(RandomPingPong10)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace plait::explore

BENCHMARK_MAIN();
