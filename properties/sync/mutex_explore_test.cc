// Clauses of MU that are about all schedules, explored.

#include <mutex>
#include <set>
#include <string>

#include "plait/explore.h"
#include "plait/properties/sync/seen.h"

namespace plait {
namespace {

using namespace plait::explore;
using enum Granularity;
using Strings = std::set<std::string>;

// MU-02, MU-03: one holder at a time, and every Lock returns.
// MU-07: what one holder wrote the next one reads. Under --config=tsan a missing edge is a reported race.
void Exclusion() {
  sync::Mutex mu;
  int inside = 0, done = 0;
  invariant("at most one inside", [&] { return inside <= 1; });
  for (int i = 0; i < 3; ++i) {
    go([&] {
      mu.Lock();
      ++inside;
      Gosched();
      ++done;
      --inside;
      mu.Unlock();
    });
  }
  join_all();
  EXPECT_EQ(done, 3);
}
// MU-02, MU-03, MU-07: as above.
PLAIT_EXPLORE(MutexExplored, Exclusion) { Exclusion(); }
// MU-02, MU-03, MU-16: with every path through the wait queue: parked, woken, overtaken.
PLAIT_EXPLORE(MutexExplored, ExclusionInTheRuntime, .granularity = kRuntime) { Exclusion(); }

// MU-06: to lock it again waits for ever.
PLAIT_EXPLORE(MutexExplored, IsNotReentrant, .expect = Verdict::kDeadlock) {
  sync::Mutex mu;
  mu.Lock();
  mu.Lock();
}

// MU-08, MU-09: TryLock succeeds only by taking the mutex, and never waits. Unless asked to, it does not fail for no
// reason: a mutex that nobody else knows is taken.
TEST(MutexExplored, TryLock) {
  for (const Granularity granularity : {kUser, kRuntime}) {
    const auto body = [](std::string& seen) {
      sync::Mutex mu;
      bool held[2] = {};
      for (bool& mine : held) {
        go([&] { mine = mu.TryLock(); });
      }
      join_all();
      EXPECT_FALSE(held[0] && held[1]);
      seen = held[0] ? "first" : held[1] ? "second" : "none";
    };
    EXPECT_EQ(SeenByExplore(granularity, body), (Strings{"first", "second"}));
    EXPECT_EQ(SeenByExplore(granularity, body, {.spurious_try_lock = true}), (Strings{"first", "second", "none"}));
  }
}

// MU-08: a program that takes a TryLock for granted is found out, if one asks for that; the failure replays.
TEST(MutexExplored, SpuriousFailureIsAChoice) {
  const auto one = [] {
    sync::Mutex mu;
    if (!mu.TryLock()) panic("a TryLock has failed");
    mu.Unlock();
  };
  EXPECT_EQ(Explore("Granted", {}, one).verdict, Verdict::kNone);
  Options options{.spurious_try_lock = true};
  const Result found = Explore("Granted", options, one);
  EXPECT_EQ(found.verdict, Verdict::kPanic);
  EXPECT_EQ(found.token, "plait2:u:Granted:09aa:1t1");
  EXPECT_NE(found.report.find("TryLock()"), std::string::npos) << found.report;
  options.replay = found.token;
  EXPECT_EQ(Explore("Granted", options, one).verdict, Verdict::kPanic);
  const auto readers = [] {
    sync::RWMutex rw;
    if (!rw.TryRLock()) panic("a TryRLock has failed");
    rw.RUnlock();
  };
  const auto writers = [] {
    sync::RWMutex rw;
    if (!rw.TryLock()) panic("a TryLock has failed");
    rw.Unlock();
  };
  options.replay.clear();
  EXPECT_EQ(Explore("Granted", options, readers).token, "plait2:u:Granted:970a:1T1");
  EXPECT_EQ(Explore("Granted", options, writers).token, "plait2:u:Granted:a37c:1Y1");
}

// MU-10: no order is promised: a goroutine that comes when the mutex is just free may overtake one that was waiting, and
// has been woken.
// MU-11: and the one that was overtaken waits again.
TEST(MutexExplored, BargingIsExplored) {
  for (const Granularity granularity : {kUser, kRuntime}) {
    const Strings orders = SeenByExplore(granularity, [](std::string& seen) {
      sync::Mutex mu;
      mu.Lock();
      go([&] {
        mu.Lock();
        seen += "waiter ";
        mu.Unlock();
      });
      Gosched();
      mu.Unlock();
      mu.Lock();
      seen += "holder ";
      mu.Unlock();
      join_all();
    });
    EXPECT_EQ(orders, (Strings{"waiter holder ", "holder waiter "})) << GranularityName(granularity);
  }
}

// MU-12, MU-13: who has waited for more than a millisecond gets the mutex handed over: then nobody overtakes him, and no
// TryLock succeeds before him. Afterwards, the mutex is as it was: free to be taken by TryLock.
TEST(MutexExplored, StarvationHandsOver) {
  Strings seen_all = SeenByExplore(kRuntime, [](std::string& seen) {
    sync::Mutex mu;
    mu.Lock();
    auto started = make_chan<bool>(1);
    go([&] {
      started.send(true);
      mu.Lock();
      seen += "waiter ";
      mu.Unlock();
    });
    started.recv();
    time::Sleep(std::chrono::milliseconds(2));
    mu.Unlock();  // wakes it, in normal mode: it may be overtaken once more
    if (mu.TryLock()) {
      seen += "overtaken ";
      Gosched();
      mu.Unlock();
    }
    if (mu.TryLock()) {
      seen += "again ";
      mu.Unlock();
    }
    join_all();
    EXPECT_TRUE(mu.TryLock());
  });
  // Overtaken twice only if it has not noticed in between, that is, if it had not been woken yet, or had not waited.
  EXPECT_EQ(seen_all.count("overtaken waiter "), 1u);
  EXPECT_EQ(seen_all.count("waiter again "), 1u);
}

// MU-05: whoever unlocks need not be who locked.
PLAIT_EXPLORE(MutexExplored, AnotherUnlocks) {
  sync::Mutex mu;
  mu.Lock();
  go([&] { mu.Unlock(); });
  mu.Lock();
}

}  // namespace
}  // namespace plait
