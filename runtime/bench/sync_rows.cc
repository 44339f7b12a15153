// The primitives of sync. The same programs in Go: peer/sync.go.

#include "plait/runtime/bench/measure.h"

namespace plait::bench {
namespace {

// `goroutines` of them, each with its share of n operations.
template <class F>
void Team(int goroutines, int64_t n, F work) {
  sync::WaitGroup wg;
  for (int g = 0; g < goroutines; ++g) wg.Go([=] { work(n / goroutines); });
  wg.Wait();
}

void mutex_uncontended(benchmark::State& state) {
  sync::Mutex mu;
  PerOperation(state, [&mu](int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      mu.Lock();
      mu.Unlock();
    }
  });
}

void mutex_contended8(benchmark::State& state) {
  sync::Mutex mu;
  int64_t counter = 0;
  PerOperation(state, [&](int64_t n) {
    Team(8, n, [&](int64_t share) {
      for (int64_t i = 0; i < share; ++i) {
        mu.Lock();
        benchmark::DoNotOptimize(++counter);
        mu.Unlock();
      }
    });
  });
}

// Add, Done and Wait; nobody waits.
void waitgroup(benchmark::State& state) {
  sync::WaitGroup wg;
  PerOperation(state, [&wg](int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      wg.Add(1);
      wg.Done();
      wg.Wait();
    }
  });
}

// One write in a hundred, eight goroutines.
void rwmutex_mostly_read(benchmark::State& state) {
  sync::RWMutex mu;
  int64_t counter = 0;
  PerOperation(state, [&](int64_t n) {
    Team(8, n, [&](int64_t share) {
      int64_t sum = 0;
      for (int64_t i = 0; i < share; ++i) {
        if (i % 100 == 0) {
          mu.Lock();
          ++counter;
          mu.Unlock();
        } else {
          mu.RLock();
          sum += counter;
          mu.RUnlock();
        }
      }
      benchmark::DoNotOptimize(sum);
    });
  });
}

// Do, when it has been done.
void once(benchmark::State& state) {
  sync::Once once;
  PerOperation(state, [&once](int64_t n) {
    for (int64_t i = 0; i < n; ++i) once.Do([] {});
  });
}

// A round trip through one Mutex and two Conds.
void cond_pingpong(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    sync::Mutex mu;
    sync::Cond ping(mu), pong(mu);
    int turn = 0;
    const auto side = [&](int me, sync::Cond& mine, sync::Cond& other) {
      mu.Lock();
      for (int64_t i = 0; i < n; ++i) {
        while (turn != me) mine.Wait();
        turn = 1 - me;
        other.Signal();
      }
      mu.Unlock();
    };
    sync::WaitGroup wg;
    wg.Go([&] { side(0, ping, pong); });
    wg.Go([&] { side(1, pong, ping); });
    wg.Wait();
  });
}

PLAIT_ROW(rwmutex_mostly_read);
PLAIT_ROW(once);
PLAIT_ROW(cond_pingpong);
PLAIT_ROW(mutex_uncontended);
PLAIT_ROW(mutex_contended8);
PLAIT_ROW(waitgroup);

}  // namespace
}  // namespace plait::bench
