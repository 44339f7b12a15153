// A million goroutines that wait. The same programs in Go: peer/parked.go.

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "plait/runtime/bench/measure.h"

namespace plait::bench {
namespace {

constexpr int64_t kMany = 1'000'000;

// Of this process, in memory: bytes.
int64_t ResidentSet() {
  long long size = 0, resident = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file != nullptr) {
    if (std::fscanf(file, "%lld %lld", &size, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * sysconf(_SC_PAGESIZE);
}

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Figures {
  double create = 0;   // seconds, until the last one has run and waits
  double each = 0;     // bytes
  double release = 0;  // seconds, until the last one has ended
};

Figures Park() {
  Figures figures;
  auto gate = make_chan<int>();
  sync::WaitGroup ready, done;
  ready.Add(kMany);
  done.Add(kMany);
  const int64_t before = ResidentSet();
  double start = Now();
  for (int64_t i = 0; i < kMany; ++i) {
    go([&] {
      ready.Done();
      gate.recv();
      done.Done();
    });
  }
  ready.Wait();
  figures.create = Now() - start;
  figures.each = static_cast<double>(ResidentSet() - before) / kMany;
  start = Now();
  close(gate);
  done.Wait();
  figures.release = Now() - start;
  return figures;
}

// Reports one of the figures of the last of `rounds`.
void Row(benchmark::State& state, int rounds, double Figures::*what) {
  Runtime runtime;
  auto done = make_chan<Figures>();
  for ([[maybe_unused]] auto _ : state) {
    Figures figures;
    for (int i = 0; i < rounds; ++i) {
      go([=] { done.send(Park()); });
      figures = done.recv();
    }
    state.SetIterationTime(figures.*what * (what == &Figures::each ? 1e-9 : 1));
  }
  runtime.Drain();
}

void parked_1m_create(benchmark::State& state) { Row(state, 1, &Figures::create); }
void parked_1m_again(benchmark::State& state) { Row(state, 2, &Figures::create); }
void parked_1m_release(benchmark::State& state) { Row(state, 1, &Figures::release); }
void parked_1m_bytes(benchmark::State& state) { Row(state, 1, &Figures::each); }

#define PLAIT_ROW_MANUAL(name) BENCHMARK(name)->Name(#name)->UseManualTime()->Iterations(1)

PLAIT_ROW_MANUAL(parked_1m_create)->Unit(benchmark::kMillisecond);
PLAIT_ROW_MANUAL(parked_1m_again)->Unit(benchmark::kMillisecond);
PLAIT_ROW_MANUAL(parked_1m_release)->Unit(benchmark::kMillisecond);
PLAIT_ROW_MANUAL(parked_1m_bytes);

}  // namespace
}  // namespace plait::bench
