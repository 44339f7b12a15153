#ifndef PLAIT_EXPLORER_BENCH_PROGRAMS_H_
#define PLAIT_EXPLORER_BENCH_PROGRAMS_H_

#include "plait/explorer/explore.h"
#include "plait/plait.h"

// Programs that other explorers have been measured with, over our primitives.
namespace plait::explore::bench {

// Goroutines that lock and unlock one mutex a number of times: 90 classes for 3 and 2, 1,680 for 3 and 3, 34,650 for 3 and 4.
inline void Mutexes(int goroutines, int rounds) {
  sync::Mutex mu;
  for (int g = 0; g < goroutines; ++g) {
    go([&mu, rounds] {
      for (int i = 0; i < rounds; ++i) {
        mu.Lock();
        mu.Unlock();
      }
    });
  }
  join_all();
}

// 20 classes for 2 and 3, 12,870 for 2 and 8.
inline void FetchAdd(int goroutines, int rounds) {
  sync::atomic::Int64 x;
  for (int g = 0; g < goroutines; ++g) {
    go([&x, rounds] {
      for (int i = 0; i < rounds; ++i) x.Add(1);
    });
  }
  join_all();
}

// So many producers of so many items each, and as many consumers, over one channel.
inline void Queue(int producers, int items, int capacity) {
  auto ch = make_chan<int>(capacity);
  for (int g = 0; g < producers; ++g) {
    go([ch, items] {
      for (int i = 0; i < items; ++i) ch.send(i);
    });
    go([ch, items] {
      for (int i = 0; i < items; ++i) ch.recv();
    });
  }
  join_all();
}

// One writer and n readers of one atomic: 2^n classes.
inline void Readers(int n) {
  sync::atomic::Int64 x;
  go([&x] { x.Store(1); });
  for (int g = 0; g < n; ++g) {
    go([&x] { x.Load(); });
  }
  join_all();
}

// Wakeup trees need memory exponential in n for its 2 n! classes.
inline void ExponentialMemory(int n) {
  sync::atomic::Int64 x, y;
  go([&x] { x.Add(1); });
  sync::WaitGroup wg;
  for (int g = 0; g < n; ++g) {
    wg.Go([&y] { y.Add(1); });
  }
  wg.Wait();
  x.Add(1);
  join_all();
}

// Two goroutines with n private steps each and one race at the end: 4 classes, however long.
inline void Length(int n) {
  sync::atomic::Int64 x, own[2];
  for (int g = 0; g < 2; ++g) {
    go([&, g, n] {
      for (int i = 0; i < n; ++i) own[g].Store(own[g].Load() + 1);
      x.Store(g);
      x.Load();
    });
  }
  join_all();
}

}  // namespace plait::explore::bench

#endif  // PLAIT_EXPLORER_BENCH_PROGRAMS_H_
