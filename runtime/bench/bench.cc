// What the runtime's operations cost: `./plait bench runtime`. Each row runs on a Runtime of 1 and of 2 workers; a time
// is that of one operation (a round trip for ping-pong), measured by one goroutine over the whole loop.
//
// The floors on this kind of machine: an atomic read-modify-write 2 ns, a switch of stacks 5 ns (two for a park and a
// resume), a first touch of a page 2.6 us, a futex wake 8.5 us.

#include <benchmark/benchmark.h>

#include <memory>

#include "plait/plait.h"

namespace {

using namespace plait;

// Runs body(n) as a goroutine once for each batch of n iterations, and waits for it from the benchmark's own thread.
template <class F>
void Measure(benchmark::State& state, F body) {
  Runtime runtime(static_cast<int>(state.range(0)));
  auto work = make_chan<int64_t>();
  auto done = make_chan<int>();
  go([=] {
    for (int64_t n : work) {
      body(n);
      done.send(0);
    }
  });
  constexpr int64_t kBatch = 10'000;
  while (state.KeepRunningBatch(kBatch)) {
    work.send(kBatch);
    done.recv();
  }
  close(work);
  runtime.Drain();
}

void PingPongUnbuffered(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    auto ping = make_chan<int>();
    auto pong = make_chan<int>();
    go([=] {
      for (int v : ping) pong.send(v);
    });
    for (int64_t i = 0; i < n; ++i) {
      ping.send(1);
      pong.recv();
    }
    close(ping);
  });
}

void Buffered128OneToOne(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    auto ch = make_chan<int>(128);
    go([=] {
      for (int64_t i = 0; i < n; ++i) ch.send(1);
    });
    for (int64_t i = 0; i < n; ++i) ch.recv();
  });
}

void BufferedUncontendedPair(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    auto ch = make_chan<int>(1);
    for (int64_t i = 0; i < n; ++i) {
      ch.send(1);
      ch.recv();
    }
  });
}

void SelectTwoReady(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    auto a = make_chan<int>(1);
    auto b = make_chan<int>(1);
    a.send(1);
    b.send(1);
    for (int64_t i = 0; i < n; ++i) {
      Select{
          recv_case(a, [&](int v) { a.send(v); }),
          recv_case(b, [&](int v) { b.send(v); }),
      };
    }
  });
}

void SelectDefault(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    auto ch = make_chan<int>();
    for (int64_t i = 0; i < n; ++i) Select{recv_case(ch), default_case()};
  });
}

void SpawnAndJoin(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      sync::WaitGroup wg;
      wg.Go([] {});
      wg.Wait();
    }
  });
}

void GoschedAmong1000(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    sync::WaitGroup wg;
    for (int g = 0; g < 1000; ++g) {
      wg.Go([n] {
        for (int64_t i = 0; i < n / 1000; ++i) Gosched();
      });
    }
    wg.Wait();
  });
}

void MutexUncontendedPair(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    sync::Mutex mu;
    for (int64_t i = 0; i < n; ++i) {
      mu.Lock();
      mu.Unlock();
    }
  });
}

void ContextWithCancelAndCancel(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      const auto [ctx, cancel] = context::WithCancel(context::Background());
      cancel();
    }
  });
}

void ContextChildAndCancel(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    const auto [parent, cancel_parent] = context::WithCancel(context::Background());
    for (int64_t i = 0; i < n; ++i) {
      const auto [ctx, cancel] = context::WithCancel(parent);
      cancel();
    }
  });
}

void ContextErr(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    const auto [ctx, cancel] = context::WithCancel(context::Background());
    for (int64_t i = 0; i < n; ++i) benchmark::DoNotOptimize(bool(ctx.Err()));
  });
}

// To be compared with SpawnAndJoin.
void ErrgroupGoAndWait(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      errgroup::Group group;
      group.Go([] { return error(); });
      group.Wait();
    }
  });
}

void ErrgroupWithLimitGoAndWait(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    errgroup::Group group;
    group.SetLimit(4);
    for (int64_t i = 0; i < n; ++i) {
      group.Go([] { return error(); });
      group.Wait();
    }
  });
}

void WeightedAcquireRelease(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    semaphore::Weighted sem(10);
    for (int64_t i = 0; i < n; ++i) {
      sem.Acquire(context::Background(), 1);
      sem.Release(1);
    }
  });
}

void PoolGetPut(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    sync::Pool<int> pool([] { return std::make_unique<int>(); });
    for (int64_t i = 0; i < n; ++i) pool.Put(pool.Get());
  });
}

// Of 1,000 keys.
void SyncMapLoad(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    static sync::Map<int, int> map;
    for (int k = 0; k < 1000; ++k) map.LoadOrStore(k, k);
    for (int64_t i = 0; i < n; ++i) benchmark::DoNotOptimize(map.Load(static_cast<int>(i % 1000)).value);
  });
}

void SyncMapStore(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    static sync::Map<int, int> map;
    for (int64_t i = 0; i < n; ++i) map.Store(static_cast<int>(i % 1000), 1);
  });
}

// The built-in map, with its looks for misuse.
void MapGet(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    auto map = make_map<int, int>();
    for (int k = 0; k < 1000; ++k) map.set(k, k);
    for (int64_t i = 0; i < n; ++i) benchmark::DoNotOptimize(map.get(static_cast<int>(i % 1000)));
  });
}

void TimerNewStop(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      time::Timer timer = time::NewTimer(std::chrono::hours(1));
      timer.Stop();
    }
  });
}

void TimerAfterFuncStop(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      time::Timer timer = time::AfterFunc(std::chrono::hours(1), [] {});
      timer.Stop();
    }
  });
}

void TimerReset(benchmark::State& state) {
  Measure(state, [](int64_t n) {
    time::Timer timer = time::AfterFunc(std::chrono::hours(1), [] {});
    for (int64_t i = 0; i < n; ++i) timer.Reset(std::chrono::hours(1));
    timer.Stop();
  });
}

#define ROW(f) BENCHMARK(f)->ArgName("procs")->Arg(1)->Arg(2)->UseRealTime()
ROW(PingPongUnbuffered);
ROW(Buffered128OneToOne);
ROW(BufferedUncontendedPair);
ROW(SelectTwoReady);
ROW(SelectDefault);
ROW(SpawnAndJoin);
ROW(GoschedAmong1000);
ROW(MutexUncontendedPair);
ROW(ContextWithCancelAndCancel);
ROW(ContextChildAndCancel);
ROW(ContextErr);
ROW(ErrgroupGoAndWait);
ROW(ErrgroupWithLimitGoAndWait);
ROW(WeightedAcquireRelease);
ROW(PoolGetPut);
ROW(SyncMapLoad);
ROW(SyncMapStore);
ROW(MapGet);
ROW(TimerNewStop);
ROW(TimerAfterFuncStop);
ROW(TimerReset);

}  // namespace

BENCHMARK_MAIN();
