// Clauses of SEL in all schedules of small programs.

#include <set>
#include <string>
#include <vector>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace plait::explore;

// SEL-03: each of the ready cases is taken in some execution, and no other.
TEST(SelectClauses, EveryReadyCaseIsExplored) {
  std::set<int> taken;
  const Result r = Explore("Ready", {}, [&taken] {
    auto a = make_chan<int>(1), b = make_chan<int>(1), c = make_chan<int>(1);
    a.send(1);
    const Select s{recv_case(a), recv_case(b), send_case(c, 1), recv_case(Chan<int>())};
    taken.insert(s.index);
  });
  EXPECT_TRUE(r.complete);
  EXPECT_EQ(taken, (std::set<int>{0, 2}));
}

// SEL-05: one of the two is ready at every moment: default is never taken (TestNonblockSelectRace).
PLAIT_EXPLORE(SelectClauses, DefaultOnlyIfNothingElse) {
  auto a = make_chan<int>(1), b = make_chan<int>(1);
  a.send(1);
  go([=] {
    b.send(1);
    a.recv();
  });
  bool missed = false;
  const Select s{recv_case(a), recv_case(b), default_case([&] { missed = true; })};
  EXPECT_FALSE(missed);
  if (s.index == 0) a.send(1);  // for the other one
}

// SEL-06: exactly one communication, whoever comes at the same time.
// SEL-17: the case that was not taken leaves nothing behind: its channel works on.
PLAIT_EXPLORE(SelectClauses, OneCommunication, .granularity = Granularity::kRuntime) {
  auto a = make_chan<int>(), b = make_chan<int>();
  go([a] { a.send(1); });
  go([b] { b.send(2); });
  int first = 0;
  Select{recv_case(a, [&](int v) { first = v; }), recv_case(b, [&](int v) { first = v; })};
  const int second = first == 1 ? b.recv() : a.recv();
  EXPECT_EQ(first + second, 3);
}

// SEL-07: nil channels are never ready.
PLAIT_EXPLORE(SelectClauses, NilIsNeverReady) {
  auto ch = make_chan<int>();
  go([ch] { ch.send(1); });
  const Select s{recv_case(Chan<int>()), send_case(Chan<int>(), 1), recv_case(ch)};
  EXPECT_EQ(s.index, 2);
}

// SEL-07: nor is a select of nothing else; SEL-08: nor one without cases: both are left behind, in every schedule.
PLAIT_EXPLORE(SelectClauses, WaitsForEver, .expect = Verdict::kLeak, .expect_text = "2 goroutines are left") {
  go([] { Select{recv_case(Chan<int>())}; });
  go([] { DynamicSelect().Run(); });
}

// SEL-11: on a closed channel the send case is ready: it is taken, and panics, or the other one is.
TEST(SelectClauses, SendCaseOnAClosedChannel) {
  std::set<std::string> outcomes;
  const Result r = Explore("Closed", {}, [&outcomes] {
    auto closed = make_chan<int>(), ready = make_chan<int>(1);
    close(closed);
    ready.send(1);
    try {
      Select{send_case(closed, 1), recv_case(ready)};
      outcomes.insert("received");
    } catch (const Panic& panic) {
      outcomes.insert(panic.text());
    }
  });
  EXPECT_TRUE(r.complete);
  EXPECT_EQ(outcomes, (std::set<std::string>{"received", "send on closed channel"}));
}

// SEL-12: a select that waits in a send case panics when the channel is closed, if no other case comes first.
PLAIT_EXPLORE(SelectClauses, WaitsInASendCase) {
  auto ch = make_chan<int>(), other = make_chan<int>();
  bool panicked = false, received = false;
  go([&] {
    try {
      Select{send_case(ch, 1), recv_case(other, [&] { received = true; })};
    } catch (const Panic& panic) {
      EXPECT_EQ(panic.text(), "send on closed channel");
      panicked = true;
    }
  });
  go([&] { close(ch); });
  Select{send_case(other, 1), default_case()};
  join_all();
  EXPECT_NE(panicked, received);
}

// SEL-14: both ends of one unbuffered channel: it never meets itself.
PLAIT_EXPLORE(SelectClauses, NeverMeetsItself, .expect = Verdict::kLeak) {
  auto ch = make_chan<int>();
  go([ch] { Select{send_case(ch, 1), recv_case(ch)}; });
}

// SEL-14: but it meets another one, at either end.
TEST(SelectClauses, MeetsTheOther) {
  std::set<std::pair<int, int>> met;
  const Result r = Explore("Both", {}, [&met] {
    auto ch = make_chan<int>();
    int theirs = -1, mine = -1;
    go([&] { theirs = Select{send_case(ch, 1), recv_case(ch)}.index; });
    mine = Select{send_case(ch, 2), recv_case(ch)}.index;
    join_all();
    met.emplace(theirs, mine);
  });
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
  EXPECT_EQ(met, (std::set<std::pair<int, int>>{{0, 1}, {1, 0}}));
}

// SEL-15: with a buffer it may receive what it has sent itself.
PLAIT_EXPLORE(SelectClauses, ReceivesItsOwn) {
  auto ch = make_chan<int>(1);
  int sent = 0, received = 0;
  for (int i = 0; i < 4; ++i) {
    Select{send_case(ch, i, [&] { ++sent; }), recv_case(ch, [&] { ++received; })};
  }
  EXPECT_EQ(sent, 2);
  EXPECT_EQ(received, 2);
}

// SEL-16, SEL-20: two selects on two channels, in opposite order: they meet on one of them, in matching cases, and the
// third goroutine, on both, has no part in it.
PLAIT_EXPLORE(SelectClauses, TwoSelectsMeet) {
  auto a = make_chan<int>(), b = make_chan<int>();
  int sender = -1, receiver = -1;
  bool third = false;
  go([&] { sender = Select{send_case(a, 1), send_case(b, 2)}.index; });
  go([&] { receiver = Select{recv_case(b), recv_case(a)}.index; });
  Select{recv_case(a, [&] { third = true; }), recv_case(b, [&] { third = true; }), default_case()};
  if (third) {  // then the receiver has nobody left
    a.send(3);
    join_all();
    EXPECT_EQ(receiver, 1);
  } else {
    join_all();
    EXPECT_EQ(sender, 1 - receiver);
  }
}

// SEL-17: after a select has been woken by one channel a sender on the other finds no trace of it.
PLAIT_EXPLORE(SelectClauses, LosersLeaveNoTrace, .granularity = Granularity::kRuntime) {
  auto a = make_chan<int>(), b = make_chan<int>();
  auto selected = make_chan<bool>(1);
  go([=] {
    Select{recv_case(a), recv_case(b)};
    selected.send(true);
  });
  a.send(1);
  selected.recv();
  bool sent = false;
  Select{send_case(b, 2, [&] { sent = true; }), default_case()};
  EXPECT_FALSE(sent);
}

// SEL-18: one channel in several cases, with different values: each is taken, once.
TEST(SelectClauses, OneChannelTwice) {
  std::set<std::pair<int, int>> taken;
  const Result r = Explore("Twice", {}, [&taken] {
    auto ch = make_chan<int>();
    int index = -1;
    go([&] { index = Select{send_case(ch, 10), send_case(ch, 11)}.index; });
    const int got = ch.recv();
    join_all();
    taken.emplace(index, got);
  });
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
  EXPECT_EQ(taken, (std::set<std::pair<int, int>>{{0, 10}, {1, 11}}));
}

// SEL-25: zero and no ok from a closed channel, whether the select waited first or not.
PLAIT_EXPLORE(SelectClauses, ReceiveFromClosed) {
  auto ch = make_chan<int>(), never = make_chan<int>();
  go([ch] { close(ch); });
  int value = 7;
  bool ok = true;
  Select{recv_case(never), recv_case(ch, [&](int v, bool is) {
           value = v;
           ok = is;
         })};
  EXPECT_EQ(value, 0);
  EXPECT_FALSE(ok);
}

}  // namespace
}  // namespace plait
