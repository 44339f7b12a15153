// Goroutines: yielding, starting, and programs that are nothing but switches. The same programs in Go: peer/sched.go.

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "plait/runtime/bench/measure.h"

namespace plait::bench {
namespace {

void Check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "bench: wrong result: %s\n", what);
  std::abort();
}

void yield1000(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    sync::WaitGroup wg;
    for (int g = 0; g < 1000; ++g) {
      wg.Go([n] {
        for (int64_t i = 0; i < n / 1000; ++i) Gosched();
      });
    }
    wg.Wait();
  });
}

void spawn_join(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    sync::WaitGroup wg;
    for (int64_t i = 0; i < n; ++i) {
      wg.Add(1);
      go([&wg] { wg.Done(); });
      wg.Wait();
    }
  });
}

// 100,000 goroutines that end at once, the second time; the time of all.
void spawn_100k_warm(benchmark::State& state) {
  const auto round = [] {
    sync::WaitGroup wg;
    wg.Add(100'000);
    for (int i = 0; i < 100'000; ++i) go([&wg] { wg.Done(); });
    wg.Wait();
  };
  Runtime runtime;
  auto start = make_chan<int>();
  auto done = make_chan<int>();
  go([=] {
    for ([[maybe_unused]] int once : start) {
      round();
      done.send(0);
    }
  });
  const auto run = [&] {
    start.send(0);
    done.recv();
  };
  run();
  for ([[maybe_unused]] auto _ : state) run();
  close(start);
  runtime.Drain();
}

// The prime sieve: one goroutine a prime, each passing on what it does not divide.
void sieve2000(benchmark::State& state) {
  Once(state, [] {
    auto ch = make_chan<int>();
    go([out = ch] {
      for (int i = 2;; ++i) out.send(i);
    });
    int prime = 0;
    for (int i = 0; i < 2000; ++i) {
      prime = ch.recv();
      auto next = make_chan<int>();
      go([in = ch, out = next, prime] {
        for (;;) {
          const int v = in.recv();
          if (v % prime != 0) out.send(v);
        }
      });
      ch = next;
    }
    Check(prime == 17389, "sieve");
  });
}

// A tree of a million leaves, ten branches a node, each a goroutine that adds up what its children send.
void SkynetNode(const Chan<int64_t>& out, int64_t first, int64_t size) {
  if (size == 1) {
    out.send(first);
    return;
  }
  auto in = make_chan<int64_t>();
  for (int64_t i = 0; i < 10; ++i) go([=] { SkynetNode(in, first + i * (size / 10), size / 10); });
  int64_t sum = 0;
  for (int i = 0; i < 10; ++i) sum += in.recv();
  out.send(sum);
}

void skynet_1m(benchmark::State& state) {
  Once(state, [] {
    auto out = make_chan<int64_t>();
    go([=] { SkynetNode(out, 0, 1'000'000); });
    Check(out.recv() == 499'999'500'000, "skynet");
  });
}

// A token that goes a hundred times round a ring of 10,000 goroutines.
void ring_10k_x100(benchmark::State& state) {
  constexpr int kSize = 10'000;
  constexpr int kLaps = 100;
  Runtime runtime;
  auto first = make_chan<int>();
  auto last = first;
  for (int i = 1; i < kSize; ++i) {
    auto next = make_chan<int>();
    go([in = last, out = next] {
      for (int v : in) out.send(v + 1);
      close(out);
    });
    last = next;
  }
  auto done = make_chan<int>();
  for ([[maybe_unused]] auto _ : state) {
    go([=] {
      int v = 0;
      for (int lap = 0; lap < kLaps; ++lap) {
        if (lap > 0) first.send(v);
        v = last.recv();
      }
      done.send(v);
    });
    first.send(0);
    Check(done.recv() == (kSize - 1) * kLaps, "ring");
  }
  close(first);
  runtime.Drain();
}

PLAIT_ROW(yield1000);
PLAIT_ROW(spawn_join);
PLAIT_ROW(spawn_100k_warm)->Unit(benchmark::kMillisecond);
PLAIT_ROW_ONCE(sieve2000);
PLAIT_ROW_ONCE(skynet_1m);
PLAIT_ROW_ONCE(ring_10k_x100);

}  // namespace
}  // namespace plait::bench
