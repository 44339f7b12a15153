// A counter that several goroutines raise: three ways that are right. counter_race_test.cc has the one that is not.

#include "plait/explore.h"

namespace {

using namespace plait;

// For one word that is only counted: an atomic.
PLAIT_EXPLORE(Counter, Atomic) {
  sync::atomic::Int64 hits;
  sync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) wg.Go([&] { hits.Add(1); });
  wg.Wait();
  EXPECT_EQ(hits.Load(), 3);
}

// For state that stays where it is: a mutex.
PLAIT_EXPLORE(Counter, Mutex) {
  sync::Mutex mu;
  int hits = 0;  // guarded by mu
  sync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) {
    wg.Go([&] {
      std::scoped_lock guard(mu);
      ++hits;
    });
  }
  wg.Wait();
  EXPECT_EQ(hits, 3);
}

// For state that moves from hand to hand: the channel owns the counter, and whoever has received it owns it meanwhile.
PLAIT_EXPLORE(Counter, Channel) {
  auto counter = make_chan<int>(1).name("counter");
  counter.send(0);
  sync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) wg.Go([&] { counter.send(counter.recv() + 1); });
  wg.Wait();
  EXPECT_EQ(counter.recv(), 3);
}

}  // namespace
