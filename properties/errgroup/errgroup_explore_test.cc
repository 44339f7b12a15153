// Clauses of ERRG that are about all schedules, explored.

#include <set>
#include <string>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace plait::explore;

// ERRG-02: Wait returns when all functions have, with the first error: each that fails can be it, in some schedule.
TEST(Errgroup, AnyErrorCanBeTheFirst) {
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    std::set<std::string> firsts;
    std::string first;
    const Result r = Explore(
        "Errors", {.granularity = granularity},
        [&first] {
          errgroup::Group group;
          int returned = 0;
          sync::Mutex mu;
          for (const char* text : {"", "1", "2"}) {
            group.Go([&, text] {
              std::scoped_lock guard(mu);
              ++returned;
              return *text != '\0' ? errors::New(text) : nullptr;
            });
          }
          first = group.Wait().Error();
          EXPECT_EQ(returned, 3);
        },
        [&](const Execution&) { firsts.insert(first); });
    EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
    EXPECT_TRUE(r.complete);
    EXPECT_EQ(firsts, (std::set<std::string>{"1", "2"})) << GranularityName(granularity);
  }
}

// ERRG-03: the first error cancels the context, while others still run; and so does Wait.
// ERRG-04: with the error as the cause, or none.
// ERRG-05: Wait never returns an error while the context is alive.
PLAIT_EXPLORE(Errgroup, TheContextEnds) {
  const bool fails = choose(2) == 0;
  const error why = errors::New("why");
  auto [group, ctx] = errgroup::WithContext(context::Background());
  if (fails) {
    group->Go([ctx = ctx] {
      ctx.Done().recv();
      return ctx.Err();
    });
  }
  group->Go([=] { return fails ? why : nullptr; });
  const error first = group->Wait();
  EXPECT_EQ(ctx.Err(), context::Canceled);
  EXPECT_EQ(first, fails ? why : nullptr);
  EXPECT_EQ(context::Cause(ctx), fails ? why : context::Canceled);
}

// ERRG-06: with a limit of n never more than n are active.
// ERRG-16: a place is free before its function counts as done, and Wait waits for those who got it then.
PLAIT_EXPLORE(Errgroup, NeverMoreThanTheLimit) {
  errgroup::Group group;
  group.SetLimit(1);
  int active = 0, most = 0;
  sync::Mutex mu;
  for (int i = 0; i < 3; ++i) {
    group.Go([&] {
      {
        std::scoped_lock guard(mu);
        most = std::max(most, ++active);
      }
      std::scoped_lock guard(mu);
      --active;
    });
  }
  EXPECT_EQ(group.Wait(), nullptr);
  EXPECT_EQ(most, 1);
  EXPECT_EQ(active, 0);
}

// ERRG-06: a limit of 0 lets nobody in: Go waits for ever.
PLAIT_EXPLORE(Errgroup, LimitOfZero, .expect = Verdict::kDeadlock) {
  errgroup::Group group;
  group.SetLimit(0);
  EXPECT_FALSE(group.TryGo([] {}));
  group.Go([] {});
}

// ERRG-07: TryGo starts its function or returns false, as a place is free or not; both happen.
TEST(Errgroup, TryGoStartsOrDoesNot) {
  std::set<bool> results;
  const Result r = Explore("TryGo", {}, [&] {
    errgroup::Group group;
    group.SetLimit(1);
    int ran = 0;
    group.Go([] {});
    const bool started = group.TryGo([&ran] { ++ran; });
    results.insert(started);
    EXPECT_EQ(group.Wait(), nullptr);
    if (ran != started) panic("started, or did not run");
  });
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
  EXPECT_TRUE(r.complete);
  EXPECT_EQ(results, (std::set<bool>{false, true}));
}

// ERRG-10: a panic in a function ends the process; it is not handed to Wait.
PLAIT_EXPLORE(Errgroup, APanicIsNotAnError, .expect = Verdict::kPanic, .expect_text = "in a task") {
  errgroup::Group group;
  group.Go([] { panic("in a task"); });
  group.Wait();
}

// ERRG-11: after Goexit a function counts as done, and gives its place back.
PLAIT_EXPLORE(Errgroup, Goexit) {
  errgroup::Group group;
  group.SetLimit(1);
  group.Go([] { Goexit(); });
  group.Go([] { Goexit(); });
  EXPECT_EQ(group.Wait(), nullptr);
}

// ERRG-12: whoever waits for a place is not let go by the context.
PLAIT_EXPLORE(Errgroup, TheContextDoesNotFreeAPlace, .expect = Verdict::kDeadlock) {
  auto [group, ctx] = errgroup::WithContext(context::Background());
  group->SetLimit(1);
  auto gate = make_chan<bool>();
  group->Go([gate] { gate.recv(); });
  go([ctx = ctx] { ctx.Done().recv(); });
  group->Go([] { return errors::New("why"); });
}

// ERRG-14: a Go that comes from one of the group's own functions is always in time.
// ERRG-15: what a function did is seen after Wait; under --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(Errgroup, GoFromWithin) {
  errgroup::Group group;
  int plain = 0, inner = 0;
  group.Go([&] {
    group.Go([&] { inner = 2; });
    plain = 1;
  });
  group.Wait();
  EXPECT_EQ(plain + inner, 3);
}

}  // namespace
}  // namespace plait
