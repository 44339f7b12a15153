// Clauses of SEM that are about all schedules, explored.

#include <atomic>
#include <set>
#include <string>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace plait::explore;

context::Context Background() { return context::Background(); }

// SEM-01: the sum of what is held never exceeds what there is.
PLAIT_EXPLORE(Weighted, NeverMoreThanThereIs) {
  semaphore::Weighted sem(3);
  std::atomic<int64_t> held{0};
  invariant("at most three units are held", [&] { return held <= 3; });
  for (int64_t n : {2, 2, 1}) {
    go([&, n] {
      EXPECT_EQ(sem.Acquire(Background(), n), nullptr);
      held += n;
      Gosched();
      held -= n;
      sem.Release(n);
    });
  }
  join_all();
  EXPECT_TRUE(sem.TryAcquire(3));
}

// SEM-02, SEM-04: cancelled and granted at the same time, in every order: Acquire returns ctx's error and has taken
// nothing, or nil and has taken its units. No unit is lost.
// SEM-09: whoever waits behind one that gives up goes on.
TEST(Weighted, CancelRacesWithGrant) {
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    std::set<std::string> results;
    std::string result;
    const Result r = Explore(
        "Race", {.granularity = granularity},
        [&result] {
          semaphore::Weighted sem(2);
          const auto [ctx, cancel] = context::WithCancel(Background());
          if (!sem.TryAcquire(2)) panic("not free");
          go([cancel = cancel] { cancel(); });
          go([&sem] { sem.Release(2); });
          error err = sem.Acquire(ctx, 2);
          result = err ? err.Error() : "nil";
          if (!err) sem.Release(2);
          err = sem.Acquire(Background(), 2);
          join_all();
          if (err || sem.TryAcquire(1)) panic("lost");
        },
        [&](const Execution&) { results.insert(result); });
    EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
    EXPECT_TRUE(r.complete);
    EXPECT_EQ(results, (std::set<std::string>{"nil", "context canceled"})) << GranularityName(granularity);
  }
}

// SEM-05: one that needs much and waits in front is not passed by: once it waits, nothing small is let in before it.
// SEM-06: nor by TryAcquire.
PLAIT_EXPLORE(Weighted, LargeIsNotStarved) {
  semaphore::Weighted sem(2);
  ASSERT_TRUE(sem.TryAcquire(1));
  bool large = false;
  go([&] {
    EXPECT_EQ(sem.Acquire(Background(), 2), nullptr);
    large = true;
    sem.Release(2);
  });
  const bool small = sem.TryAcquire(1);
  if (!small) {
    EXPECT_FALSE(large);  // it waits: one unit is free, and not given
  }
  sem.Release(small ? 2 : 1);
  join_all();
  EXPECT_TRUE(large);
}

// SEM-07: more than there is: waits for its context, without being in the way.
PLAIT_EXPLORE(Weighted, TooMuch) {
  semaphore::Weighted sem(1);
  const auto [ctx, cancel] = context::WithCancel(Background());
  go([&, ctx = ctx] { EXPECT_EQ(sem.Acquire(ctx, 2), context::Canceled); });
  EXPECT_EQ(sem.Acquire(Background(), 1), nullptr);
  sem.Release(1);
  cancel();
  join_all();
}

// SEM-07: for ever, if nobody cancels it.
PLAIT_EXPLORE(Weighted, TooMuchForEver, .expect = Verdict::kDeadlock) {
  semaphore::Weighted sem(1);
  sem.Acquire(Background(), 2);
}

// SEM-09: the one in front gives up while units are free: the next one gets them.
PLAIT_EXPLORE(Weighted, TheNextOneGoesOn) {
  semaphore::Weighted sem(2);
  ASSERT_TRUE(sem.TryAcquire(1));
  const auto [ctx, cancel] = context::WithCancel(Background());
  go([&, ctx = ctx] {
    if (!sem.Acquire(ctx, 2)) sem.Release(2);
  });
  go([cancel = cancel] { cancel(); });
  EXPECT_EQ(sem.Acquire(Background(), 1), nullptr);
  sem.Release(2);
  join_all();
  EXPECT_TRUE(sem.TryAcquire(2));
}

// SEM-12: those who wait are let go in the order in which they came. (That somebody waits is what a TryAcquire of nothing
// tells, SEM-11.)
PLAIT_EXPLORE(Weighted, FirstComeFirstServed) {
  semaphore::Weighted sem(1);
  std::string order;
  const auto take = [&](char name) {
    EXPECT_EQ(sem.Acquire(Background(), 1), nullptr);
    order += name;
    sem.Release(1);
  };
  ASSERT_EQ(sem.Acquire(Background(), 1), nullptr);
  go([&] { take('a'); });
  const bool a_waits = !sem.TryAcquire(0);
  if (a_waits) go([&] { take('b'); });
  sem.Release(1);
  join_all();
  EXPECT_EQ(order, a_waits ? "ab" : "a");
}

// SEM-13: what was done before Release is seen after the Acquire that it enables, at once or after a wait; under
// --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(Weighted, ReleaseHappensBeforeAcquire) {
  semaphore::Weighted sem(1);
  int plain = 0;
  for (int i = 0; i < 2; ++i) {
    go([&] {
      EXPECT_EQ(sem.Acquire(Background(), 1), nullptr);
      ++plain;
      sem.Release(1);
    });
  }
  join_all();
  EXPECT_EQ(plain, 2);
}

// SEM-14, SEM-10: whatever is done in whatever order, the count comes out right.
PLAIT_EXPLORE(Weighted, Counts) {
  semaphore::Weighted sem(2);
  go([&] {
    if (sem.TryAcquire(2)) {
      sem.Release(1);
      sem.Release(1);
    }
  });
  go([&] {
    EXPECT_EQ(sem.Acquire(Background(), 1), nullptr);
    sem.Release(1);
  });
  EXPECT_EQ(sem.Acquire(Background(), 2), nullptr);
  go([&] { sem.Release(2); });
  join_all();
  EXPECT_TRUE(sem.TryAcquire(2));
  EXPECT_FALSE(sem.TryAcquire(1));
}

}  // namespace
}  // namespace plait
