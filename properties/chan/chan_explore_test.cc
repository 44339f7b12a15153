// Clauses of CH and SEL that are about all schedules, explored.

#include <set>
#include <string>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace std::chrono_literals;
using namespace plait::explore;

// CH-26: close wakes all waiters, and programs must tolerate any order: each of the 3! orders in which three receivers go
// on is explored, in either granularity.
TEST(ChanClose, WokenReceiversGoOnInAnyOrder) {
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    std::set<std::string> orders;
    std::string order;
    const Result r = Explore(
        "Close", {.granularity = granularity},
        [&order] {
          order.clear();
          auto ch = make_chan<int>();
          sync::Mutex mu;
          for (const char name : {'a', 'b', 'c'}) {
            go([&, ch, name] {
              EXPECT_FALSE(ch.recv_ok().ok);
              mu.Lock();
              order += name;
              mu.Unlock();
            });
          }
          close(ch);
          join_all();
        },
        [&](const Execution&) { orders.insert(order); });
    EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
    EXPECT_TRUE(r.complete);
    EXPECT_EQ(orders.size(), 6u) << GranularityName(granularity);
  }
}

// SEL-27: a timer channel is looked at before readiness is judged: what is due is never missed by a default.
PLAIT_EXPLORE(SelectTimer, DueIsReady) {
  const auto due = time::After(1s);
  time::Sleep(2s);
  bool missed = false;
  Select{recv_case(due), default_case([&] { missed = true; })};
  EXPECT_FALSE(missed);
}

// SEL-24: a chosen case has the edges of the plain operation, whichever way it was chosen. Under --config=tsan a missing
// one is a reported race.
PLAIT_EXPLORE(SelectEdges, ChosenCasesSynchronise) {
  auto a = make_chan<int>();
  auto b = make_chan<int>(1);
  int plain = 0;
  go([&] {
    plain = 1;
    Select{send_case(a, 1), recv_case(make_chan<int>())};
  });
  Select{recv_case(a), recv_case(make_chan<int>())};
  EXPECT_EQ(plain, 1);
  go([&] {
    plain = 2;
    Select{send_case(b, 1)};
  });
  Select{recv_case(b), recv_case(Chan<int>())};
  EXPECT_EQ(plain, 2);
  join_all();
}

// SEL-26: the dynamic form under the explorer is the same select: every ready case is chosen in some execution.
TEST(DynamicSelect, EveryReadyCaseIsExplored) {
  std::set<int> taken;
  const Result r = Explore("Dynamic", {}, [&taken] {
    DynamicSelect select;
    for (int i = 0; i < 4; ++i) {
      auto ch = make_chan<int>(1);
      if (i != 2) ch.send(i);
      select.Recv(ch);
    }
    taken.insert(select.Run());
  });
  EXPECT_TRUE(r.complete);
  EXPECT_EQ(taken, (std::set<int>{0, 1, 3}));
}

}  // namespace
}  // namespace plait
