// Clauses of SF that are about all schedules, explored.

#include <set>
#include <string>
#include <utility>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace plait::explore;
using Group = singleflight::Group<std::string, int>;

// SF-01: at most one function is in flight; all that come meanwhile get its result.
// SF-03: `shared` says whether they did.
// SF-11, SF-02: a Do that begins after another one has returned calls again.
TEST(Singleflight, OneInFlight) {
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    std::set<std::string> outcomes;
    std::string outcome;
    const Result r = Explore(
        "Flight", {.granularity = granularity},
        [&outcome] {
          Group group;
          int calls = 0, inside = 0;
          const auto fn = [&] {
            if (++inside > 1) panic("two in flight");
            const int value = ++calls;
            Gosched();
            --inside;
            return value;
          };
          singleflight::Result<int> a, b;
          go([&] { a = group.Do("key", fn); });
          go([&] { b = group.Do("key", fn); });
          join_all();
          if (a.shared != b.shared || (a.value == b.value) != a.shared) panic("not of one piece");
          if (group.Do("key", fn).value != calls) panic("joined one that is over");
          outcome = std::to_string(a.value) + std::to_string(b.value);
        },
        [&](const Execution&) { outcomes.insert(outcome); });
    EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
    EXPECT_TRUE(r.complete);
    EXPECT_EQ(outcomes, (std::set<std::string>{"11", "12", "21"})) << GranularityName(granularity);
  }
}

// SF-03: a call that ends before anybody has joined is not shared; the one who joins always shares.
PLAIT_EXPLORE(Singleflight, Shared) {
  Group group;
  auto begun = make_chan<bool>(1);
  bool first = false, second = false;
  go([&] {
    first = group
                .Do("key",
                    [&] {
                      begun.send(true);
                      return 1;
                    })
                .shared;
  });
  begun.recv();
  const auto r = group.Do("key", [] { return 2; });
  second = r.shared;
  join_all();
  EXPECT_EQ(second, r.value == 1);
  EXPECT_EQ(first, second);
}

// SF-04: calls for different keys run at the same time, even one inside the other.
// SF-14: which is how a function may call Do.
PLAIT_EXPLORE(Singleflight, OtherKeys) {
  Group group;
  auto meet = make_chan<int>();
  go([&] { group.Do("a", [&] { return meet.recv(); }); });
  const int value = group
                        .Do("b",
                            [&] {
                              meet.send(1);
                              return group.Do("c", [] { return 3; }).value;
                            })
                        .value;
  EXPECT_EQ(value, 3);
  join_all();
}

// SF-14: for its own key it waits for itself.
PLAIT_EXPLORE(Singleflight, SameKeyInside, .expect = Verdict::kDeadlock) {
  Group group;
  group.Do("key", [&] { return group.Do("key", [] { return 1; }).value; });
}

// SF-05: each channel gets one result, and is not closed.
PLAIT_EXPLORE(Singleflight, DoChan) {
  Group group;
  const auto a = group.DoChan("key", [] { return 1; });
  const auto b = group.DoChan("key", [] { return 2; });
  const auto ra = a.recv(), rb = b.recv();
  EXPECT_EQ(ra.shared, rb.shared);
  EXPECT_EQ(rb.value, rb.shared ? 1 : 2);
  join_all();
  EXPECT_EQ(len(a), 0);
  bool more = false;
  Select{recv_case(a, [&] { more = true; }), default_case()};
  EXPECT_FALSE(more);
}

// SF-06: after Forget a new call is made; the old one's end does not disturb it.
PLAIT_EXPLORE(Singleflight, Forget) {
  Group group;
  const auto old_result = group.DoChan("key", [] { return 1; });
  group.Forget("key");
  go([&] { group.Forget("key"); });
  const auto r = group.Do("key", [] { return 2; });
  EXPECT_EQ(r.value, 2);
  EXPECT_EQ(old_result.recv().value, 1);
  join_all();
}

// SF-07: all who share a call that panics panic with the same error.
PLAIT_EXPLORE(Singleflight, Panic) {
  Group group;
  auto release = make_chan<bool>(1);
  const error why = errors::New("why");
  sync::atomic::Int64 panics, calls;
  for (int i = 0; i < 2; ++i) {
    go([&] {
      try {
        group.Do("key", [&]() -> int {
          calls.Add(1);
          panic(why);
        });
      } catch (const Panic& p) {
        EXPECT_TRUE(errors::Is(std::any_cast<error>(p.value()), why));
        panics.Add(1);
      }
    });
  }
  join_all();
  EXPECT_EQ(panics.Load(), 2);
}

// SF-08: with a receiver the process ends.
PLAIT_EXPLORE(Singleflight, PanicWithReceiver, .expect = Verdict::kPanic, .expect_text = "in a call") {
  Group group;
  const auto result = group.DoChan("key", []() -> int { panic("in a call"); });
  result.recv();
}

// SF-09: after Goexit all who share the call exit.
PLAIT_EXPLORE(Singleflight, GoexitOfAll) {
  Group group;
  bool returned = false;
  for (int i = 0; i < 2; ++i) {
    go([&] {
      group.Do("key", []() -> int { Goexit(); });
      returned = true;
    });
  }
  join_all();
  EXPECT_FALSE(returned);
}

// SF-10: after Goexit a receiver waits for ever.
PLAIT_EXPLORE(Singleflight, GoexitWithReceiver, .expect = Verdict::kDeadlock) {
  Group group;
  group.DoChan("key", []() -> int { Goexit(); }).recv();
}

// SF-12: what the function did is seen by all who share it; under --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(Singleflight, HappensBefore) {
  Group group;
  int plain = 0;
  const auto fn = [&] { return ++plain; };
  go([&] {
    const int value = group.Do("key", fn).value;
    EXPECT_GE(value, 1);
  });
  const auto r = group.DoChan("key", fn).recv();
  EXPECT_LE(r.value, 2);
  join_all();
  EXPECT_LE(plain, 2);
}

}  // namespace
}  // namespace plait
