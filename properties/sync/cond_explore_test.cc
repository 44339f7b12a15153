// Clauses of COND, explored.

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

void NoWakeUpIsLost() {
  sync::Mutex mu;
  sync::Cond cond(mu);
  bool waits = false, signalled = false;
  go([&] {
    mu.Lock();
    if (waits) {  // so it has unlocked, and must be found
      signalled = true;
      cond.Signal();
    }
    mu.Unlock();
  });
  mu.Lock();
  if (choose(2) == 1) Gosched();
  waits = true;
  go([&] {
    mu.Lock();
    if (!signalled) cond.Signal();
    signalled = true;
    mu.Unlock();
  });
  cond.Wait();
  EXPECT_TRUE(signalled);
  mu.Unlock();
  join_all();
}
// COND-01, COND-02: Wait unlocks and waits in one, so nobody who has the lock after it signals in vain; and it does not
// return before.
// COND-10: what the signaller did is seen. Under --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(CondExplored, NoWakeUpIsLost) { NoWakeUpIsLost(); }
// COND-01, COND-02, COND-10: through all paths of the runtime.
PLAIT_EXPLORE(CondExplored, NoWakeUpIsLostInTheRuntime, .granularity = kRuntime) { NoWakeUpIsLost(); }

// COND-01: a signal that comes with the very Unlock finds the waiter, which has not parked yet.
PLAIT_EXPLORE(CondExplored, SignalledWhileUnlocking) {
  struct Eager {
    sync::Mutex mu;
    sync::Cond* cond = nullptr;
    void Lock() { mu.Lock(); }
    void Unlock() {
      mu.Unlock();
      cond->Signal();
    }
  };
  Eager lock;
  sync::Cond cond(lock);
  lock.cond = &cond;
  lock.Lock();
  cond.Wait();
  lock.mu.Unlock();
}

// COND-03: a Signal that finds nobody is forgotten.
PLAIT_EXPLORE(CondExplored, ASignalIsNotRemembered, .expect = Verdict::kDeadlock) {
  sync::Mutex mu;
  sync::Cond cond(mu);
  cond.Signal();
  mu.Lock();
  cond.Wait();
}

// COND-04: a Broadcast wakes all who wait, and nobody who comes later.
// COND-07: those who were woken compete for the lock, in any order.
void Broadcasts() {
  sync::Mutex mu;
  sync::Cond cond(mu);
  int generation = 0, waiting = 0, back = 0;
  auto all_wait = make_chan<bool>(1);
  for (int i = 0; i < 2; ++i) {
    go([&] {
      mu.Lock();
      if (++waiting == 2) all_wait.send(true);
      cond.Wait();
      EXPECT_EQ(generation, 1);
      ++back;
      mu.Unlock();
    });
  }
  all_wait.recv();
  mu.Lock();  // both wait: the second one has unlocked in its Wait
  generation = 1;
  cond.Broadcast();
  mu.Unlock();
  join_all();
  EXPECT_EQ(back, 2);
}
// COND-04, COND-07: as it says above.
PLAIT_EXPLORE(CondExplored, BroadcastWakesAll) { Broadcasts(); }
// COND-04, COND-07: through all paths of the runtime.
PLAIT_EXPLORE(CondExplored, BroadcastWakesAllInTheRuntime, .granularity = kRuntime) { Broadcasts(); }

// COND-04: one who comes to wait after the Broadcast is not woken by it.
PLAIT_EXPLORE(CondExplored, ABroadcastIsNotRemembered, .expect = Verdict::kDeadlock) {
  sync::Mutex mu;
  sync::Cond cond(mu);
  go([&] {
    mu.Lock();
    cond.Broadcast();
    mu.Unlock();
  });
  mu.Lock();
  cond.Wait();
  cond.Wait();
}

// COND-03, COND-05: a Signal wakes one, and it is the one that has waited longest, in every schedule.
TEST(CondExplored, SignalWakesTheOldest) {
  for (const Granularity granularity : {kUser, kRuntime}) {
    const Strings orders = SeenByExplore(granularity, [](std::string& seen) {
      sync::Mutex mu;
      sync::Cond cond(mu);
      std::string came, back;
      auto all_wait = make_chan<bool>(1);
      auto is_back = make_chan<bool>();
      for (const char name : {'a', 'b'}) {
        go([&, name] {
          mu.Lock();
          came += name;
          if (came.size() == 2) all_wait.send(true);
          cond.Wait();
          back += name;
          mu.Unlock();
          is_back.send(true);
        });
      }
      all_wait.recv();
      for (int i = 0; i < 2; ++i) {
        mu.Lock();
        cond.Signal();
        mu.Unlock();
        is_back.recv();  // one, before the other is signalled
        EXPECT_EQ(back.size(), static_cast<size_t>(i) + 1);
      }
      seen = came + back;
    });
    EXPECT_EQ(orders, (Strings{"abab", "baba"})) << GranularityName(granularity);
  }
}

// COND-06: Signal and Broadcast may be called without the lock; then the waiter may have looked, and not be there yet.
TEST(CondExplored, SignalWithoutTheLock) {
  for (const Granularity granularity : {kUser, kRuntime}) {
    const auto body = [](bool state_under_lock) {
      return [state_under_lock](std::string&) {
        sync::Mutex mu;
        sync::Cond cond(mu);
        sync::atomic::Bool done;
        go([&, state_under_lock] {
          if (state_under_lock) mu.Lock();
          done.Store(true);
          if (state_under_lock) mu.Unlock();
          cond.Signal();
        });
        mu.Lock();
        while (!done.Load()) cond.Wait();
        mu.Unlock();
        join_all();
      };
    };
    EXPECT_EQ(SeenByExplore(granularity, body(true)), Strings{""});
    EXPECT_EQ(SeenByExplore(granularity, body(false)), (Strings{"", "deadlock"}));
  }
}

// COND-07: a woken waiter competes for the lock: another one may have been there before, so Wait belongs in a loop.
void TakesOne(sync::Mutex& mu, sync::Cond& cond, int& items, bool loop) {
  mu.Lock();
  if (loop) {
    while (items == 0) cond.Wait();
  } else if (items == 0) {
    cond.Wait();
  }
  EXPECT_GT(items, 0);
  --items;
  mu.Unlock();
}
void TwoTakers(bool loop) {
  sync::Mutex mu;
  sync::Cond cond(mu);
  int items = 0;
  for (int i = 0; i < 2; ++i) {
    go([&, loop] { TakesOne(mu, cond, items, loop); });
  }
  for (int i = 0; i < 2; ++i) {
    mu.Lock();
    ++items;
    cond.Signal();
    mu.Unlock();
  }
  join_all();
}
// COND-07: in a loop it is right.
PLAIT_EXPLORE(CondExplored, WaitInALoop) { TwoTakers(true); }
// COND-07: without one it is not.
PLAIT_EXPLORE(CondExplored, WaitWithoutALoop, .expect = Verdict::kAssertion) { TwoTakers(false); }

// COND-08: Wait without the lock.
PLAIT_EXPLORE(CondExplored, WaitWithoutTheLock, .expect = Verdict::kFatal,
              .expect_text = "sync: unlock of unlocked mutex") {
  sync::Mutex mu;
  sync::Cond cond(mu);
  cond.Wait();
}

// COND-11: over the readers' side of a RWMutex two can hold it and enter Wait at the same time; a writer changes what
// they wait for.
PLAIT_EXPLORE(CondExplored, OverReaders) {
  sync::RWMutex mu;
  sync::Cond cond(mu.RLocker());
  bool ready = false;
  for (int i = 0; i < 2; ++i) {
    go([&] {
      cond.L.Lock();
      while (!ready) cond.Wait();
      cond.L.Unlock();
    });
  }
  mu.Lock();
  ready = true;
  mu.Unlock();
  cond.Broadcast();
  join_all();
}

// What a report says of one who waits in a Cond: in which, and where.
TEST(CondExplored, Report) {
  const Result result = Explore("Report", {}, [] {
    sync::Mutex mu;
    sync::Cond cond(mu);
    mu.name("mu");
    cond.name("ready");
    mu.Lock();
    cond.Wait();
  });
  EXPECT_EQ(result.verdict, Verdict::kDeadlock);
  EXPECT_EQ(result.token, "plait2:u:Report:3247:1lCu");
  EXPECT_NE(result.report.find("ready.Wait()"), std::string::npos) << result.report;
  EXPECT_NE(result.report.find("main  waits in ready.Wait()"), std::string::npos) << result.report;
}

// A Cond is destroyed while somebody waits: named, and not a crash.
PLAIT_EXPLORE(CondExplored, DestroyedUnderAWaiter, .expect = Verdict::kFatal, .expect_text = "is destroyed while") {
  auto mu = std::make_shared<sync::Mutex>();
  auto cond = std::make_unique<sync::Cond>(*mu);
  auto waits = make_chan<bool>(1);
  go([mu, waits, &cond = *cond] {
    mu->Lock();
    waits.send(true);
    cond.Wait();
  });
  waits.recv();
  mu->Lock();
  cond.reset();
}

}  // namespace
}  // namespace plait
