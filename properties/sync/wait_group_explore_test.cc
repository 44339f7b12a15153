// Clauses of WG, explored.

#include <set>
#include <string>
#include <vector>

#include "plait/explore.h"
#include "plait/properties/sync/seen.h"

namespace plait {
namespace {

using namespace plait::explore;
using enum Granularity;
using Strings = std::set<std::string>;

void ReleasesAllWaiters() {
  sync::WaitGroup wg;
  int done = 0, released = 0;
  sync::Mutex mu;
  wg.Add(2);
  for (int i = 0; i < 2; ++i) {
    go([&] {
      wg.Wait();
      EXPECT_EQ(done, 2);
      mu.Lock();
      ++released;
      mu.Unlock();
    });
  }
  for (int i = 0; i < 2; ++i) {
    go([&] {
      mu.Lock();
      ++done;
      mu.Unlock();
      wg.Done();
    });
  }
  join_all();
  EXPECT_EQ(released, 2);
}
// WG-02: Wait waits for zero, and zero releases all.
// WG-10: what a task did is seen after Wait. Under --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(WaitGroupExplored, ReleasesAllWaiters) { ReleasesAllWaiters(); }
// WG-02, WG-10: through all paths of the runtime.
PLAIT_EXPLORE(WaitGroupExplored, ReleasesAllWaitersInTheRuntime, .granularity = kRuntime) { ReleasesAllWaiters(); }

// WG-04: an Add from zero must happen before Wait: in the task it comes too late, in some schedule.
PLAIT_EXPLORE(WaitGroupExplored, AddInTheTask, .expect = Verdict::kAssertion) {
  sync::WaitGroup wg;
  sync::atomic::Bool done;
  go([&] {
    wg.Add(1);
    done.Store(true);
    wg.Done();
  });
  wg.Wait();
  EXPECT_TRUE(done.Load());
  join_all();
}

// WG-05, WG-06: where Go may panic because an Add from zero meets a Wait, or the group is used again before a Wait has
// returned, nothing happens here, in any schedule: whoever was waiting at zero is released, and never looks again.
TEST(WaitGroupExplored, AddWhileOthersAreReleased) {
  for (const Granularity granularity : {kUser, kRuntime}) {
    const Strings seen_all = SeenByExplore(granularity, [](std::string& seen) {
      sync::WaitGroup wg;
      wg.Add(1);
      auto released = make_chan<bool>(2);
      go([&] {
        wg.Wait();
        released.send(true);
      });
      go([&] {
        wg.Done();
        wg.Add(1);  // the waiter may be on its way
        wg.Done();
      });
      wg.Wait();
      released.send(true);
      join_all();
      seen = std::to_string(len(released));
    });
    EXPECT_EQ(seen_all, Strings{"2"}) << GranularityName(granularity);
  }
}

// WG-07: used again once every Wait has returned.
// WG-12: Go, then Wait, never returns early.
PLAIT_EXPLORE(WaitGroupExplored, Rounds) {
  sync::WaitGroup wg;
  std::vector<int> done(4, 0);
  for (size_t round = 0; round < 2; ++round) {
    for (size_t i = 0; i < 2; ++i) {
      wg.Go([&done, n = 2 * round + i] { done[n] = 1; });
    }
    wg.Wait();
    EXPECT_EQ(done[2 * round] + done[2 * round + 1], 2);
  }
}

// WG-08: Add while the counter is above zero is legal from anywhere: a task starts a task.
// WG-09: a negative Add releases like Done.
PLAIT_EXPLORE(WaitGroupExplored, TasksStartTasks, .granularity = kRuntime) {
  sync::WaitGroup wg;
  int done = 0;
  wg.Add(3);
  go([&] {
    wg.Go([&] { ++done; });
    wg.Add(-3);
  });
  wg.Wait();
  EXPECT_EQ(done, 1);
}

// WG-03: below zero is a panic of whoever did it, and the group is as it was before.
PLAIT_EXPLORE(WaitGroupExplored, BelowZero) {
  sync::WaitGroup wg;
  sync::atomic::Int64 panics;
  wg.Add(1);
  for (int i = 0; i < 2; ++i) {
    go([&] {
      try {
        wg.Done();
      } catch (const Panic& panic) {
        EXPECT_EQ(panic.text(), "sync: negative WaitGroup counter");
        panics.Add(1);
      }
    });
  }
  wg.Wait();
  join_all();
  EXPECT_EQ(panics.Load(), 1);
}

// WG-14: after Goexit there is a Done all the same.
PLAIT_EXPLORE(WaitGroupExplored, GoexitCountsAsDone) {
  sync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) wg.Go([] { Goexit(); });
  wg.Wait();
}

}  // namespace
}  // namespace plait
