// Sleep, Timer and AfterFunc in every schedule, in virtual time.

#include <set>
#include <string>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace std::chrono_literals;
using namespace plait::explore;

// What the body says about its executions; the same in either granularity, and with and without reduction.
template <class F>
std::set<std::string> OutcomesOf(F body) {
  std::set<std::string> first;
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    for (const Mode mode : {Mode::kExhaustive, Mode::kEnumerate}) {
      std::set<std::string> outcomes;
      std::string outcome;
      const Result r = Explore(
          "Timer", {.mode = mode, .granularity = granularity}, [&] { outcome = body(); },
          [&](const Execution&) { outcomes.insert(outcome); });
      EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
      EXPECT_TRUE(r.complete);
      if (first.empty()) first = outcomes;
      EXPECT_EQ(outcomes, first) << GranularityName(granularity) << " " << ModeName(mode);
    }
  }
  return first;
}

using Set = std::set<std::string>;

bool Ready(const RecvChan<time::Time>& C) {
  bool ready = true;
  Select{recv_case(C), default_case([&] { ready = false; })};
  return ready;
}

// TIME-01, TIME-22: at least d; at once, and no step, if d <= 0.
PLAIT_EXPLORE(Sleep, AtLeastSoLong) {
  const time::Time before = time::Now();
  time::Sleep(0s);
  time::Sleep(-1s);
  EXPECT_EQ(time::Now(), before);
  go([] { time::Sleep(1ms); });
  time::Sleep(2s);
  EXPECT_GE(time::Now() - before, 2s);
  join_all();
}

// TIME-02: beyond the clock's end nobody ever wakes.
PLAIT_EXPLORE(Sleep, ForEver, .expect = Verdict::kDeadlock) { time::Sleep(time::Duration::max()); }

// TIME-03, TIME-27, TIME-22: one value, the deadline, not before it.
PLAIT_EXPLORE(Timer, DeliversOnce) {
  const time::Time start = time::Now();
  const time::Timer timer = time::NewTimer(3s);
  EXPECT_EQ(timer.C.recv() - start, 3s);
  const time::Time then = time::Now();
  const auto after = time::After(2s);
  EXPECT_EQ(after.recv() - then, 2s);
  EXPECT_GE(time::Now() - start, 5s);
  EXPECT_FALSE(Ready(timer.C));
  EXPECT_FALSE(Ready(after));
}

// TIME-03: d <= 0 is due at once: no default misses it.
PLAIT_EXPLORE(Timer, ZeroIsDueAtOnce) {
  EXPECT_TRUE(Ready(time::After(0s)));
  time::Timer timer = time::NewTimer(1h);
  EXPECT_TRUE(timer.Reset(-1s) || true);
  EXPECT_TRUE(Ready(timer.C));
}

// TIME-20: read late, it says when it was due.
PLAIT_EXPLORE(Timer, SaysWhenItWasDue) {
  const time::Time before = time::Now();
  const auto after = time::After(10s);
  time::Sleep(500s);
  EXPECT_EQ(after.recv() - before, 10s);
}

// TIME-24: of two deadlines the earlier one never fires later.
PLAIT_EXPLORE(Timer, InOrder) {
  const auto early = time::After(1s);
  const auto late = time::After(2s);
  late.recv();
  EXPECT_TRUE(Ready(early));
}

// TIME-23: of equal deadlines either may be first.
TEST(Timer, EqualDeadlinesInAnyOrder) {
  EXPECT_EQ(OutcomesOf([] {
              const auto a = time::After(1s), b = time::After(1s);
              std::string first;
              Select{recv_case(a, [&] { first = Ready(b) ? "both" : "a"; }),
                     recv_case(b, [&] { first = Ready(a) ? "both" : "b"; })};
              return first;
            }),
            (Set{"a", "b", "both"}));
}

// TIME-05, TIME-07: of one who receives and one who stops exactly one is in time, whenever the deadline passes; and once
// Stop has returned nobody receives.
TEST(Timer, ReceivedOrStopped) {
  EXPECT_EQ(OutcomesOf([] {
              time::Timer timer = time::NewTimer(1s);
              auto done = make_chan<int>();
              auto returned = std::make_shared<sync::atomic::Bool>();
              bool received = false;
              go([&, timer, returned] {
                Select{recv_case(timer.C,
                                 [&] {
                                   received = true;
                                   EXPECT_FALSE(returned->Load());
                                 }),
                       recv_case(done)};
              });
              const bool stopped = timer.Stop();
              returned->Store(stopped);
              close(done);
              join_all();
              EXPECT_FALSE(stopped && received);
              return std::string(stopped ? "stopped" : received ? "received" : "neither");
            }),
            (Set{"received", "stopped"}));
}

// TIME-07: though the time has passed, Stop is in time until somebody receives. TIME-36: and only once.
TEST(Timer, StopIsInTimeUntilSomebodyReceives) {
  EXPECT_EQ(OutcomesOf([] {
              time::Timer timer = time::NewTimer(1s);
              time::Sleep(2s);
              EXPECT_TRUE(timer.Stop());
              EXPECT_FALSE(timer.Stop());
              EXPECT_FALSE(Ready(timer.C));
              timer.Reset(1s);
              timer.C.recv();
              return std::string(timer.Stop() ? "stopped" : "too late");
            }),
            (Set{"too late"}));
}

// TIME-06, TIME-08: after a Reset nothing of the earlier setting is received; it says what Stop would have said.
TEST(Timer, ResetForgets) {
  EXPECT_EQ(OutcomesOf([] {
              const time::Time start = time::Now();
              time::Timer timer = time::NewTimer(1s);
              std::string outcome;
              auto reset = make_chan<bool>(1);
              go([=]() mutable { reset.send(timer.Reset(5s)); });
              const time::Time got = timer.C.recv();
              if (got - start == 1s) {
                outcome = "first";
                if (reset.recv()) outcome += ", reset says active";
                timer.C.recv();
              } else {
                EXPECT_GE(got - start, 5s);
                outcome = "second";
                if (reset.recv()) outcome += ", reset says active";
              }
              return outcome;
            }),
            (Set{"first", "second, reset says active"}));
}

// TIME-07, TIME-08: a receiver beside a Reset: the Reset says whether it came first.
PLAIT_EXPLORE(Timer, ReceivedOrReset) {
  time::Timer timer = time::NewTimer(1s);
  auto received = make_chan<time::Time>(1);
  const time::Time before = time::Now();
  go([=] { received.send(timer.C.recv()); });
  const bool active = timer.Reset(1h);
  const time::Time got = received.recv();
  EXPECT_EQ(active, got - before >= 1h);
  join_all();
}

// TIME-25: of two receivers exactly one gets the value; the other one waits for ever.
PLAIT_EXPLORE(Timer, TheOtherReceiverWaits, .expect = Verdict::kLeak) {
  const time::Timer timer = time::NewTimer(1s);
  auto got = make_chan<int>(2);
  for (int i = 0; i < 2; ++i) {
    go([=] {
      timer.C.recv();
      got.send(i);
    });
  }
  got.recv();
  time::Sleep(2s);
  EXPECT_EQ(len(got), 0);
}

// TIME-09: the old idiom of draining waits for ever if the value has been received.
PLAIT_EXPLORE(Timer, DrainingAReceivedTimerDeadlocks, .expect = Verdict::kDeadlock) {
  time::Timer timer = time::NewTimer(1s);
  timer.C.recv();
  if (!timer.Stop()) timer.C.recv();
}

// TIME-14: a stopped timer may be set again.
PLAIT_EXPLORE(Timer, FiresAgain) {
  time::Timer timer = time::NewTimer(1s);
  timer.Stop();
  EXPECT_FALSE(timer.Reset(1s));
  timer.C.recv();
  EXPECT_FALSE(timer.Reset(1s));
  timer.C.recv();
}

// TIME-25: of several receivers exactly one gets the value.
TEST(Timer, OneReceiverGetsIt) {
  EXPECT_EQ(OutcomesOf([] {
              const time::Timer timer = time::NewTimer(1s);
              auto done = make_chan<int>();
              std::string got;
              for (const char* name : {"a", "b"}) {
                go([&got, done, timer, name] { Select{recv_case(timer.C, [&] { got += name; }), recv_case(done)}; });
              }
              time::Sleep(2s);
              time::Sleep(1s);
              close(done);
              join_all();
              return got;
            }),
            (Set{"", "a", "b"}));
}

// TIME-26: a waiting receiver gets the value of the new setting, earlier or later.
PLAIT_EXPLORE(Timer, ResetMovesTheWaiter) {
  const time::Time start = time::Now();
  time::Timer timer = time::NewTimer(time::Duration::max());
  go([=] { EXPECT_GE(timer.C.recv() - start, 2s); });
  EXPECT_TRUE(timer.Reset(1h));
  timer.Reset(2s);
  join_all();
}

// SEL-27: what is due is ready, in a select as in a receive.
PLAIT_EXPLORE(Timer, DueIsReadyInASelect) {
  const time::Timer timer = time::NewTimer(1s);
  time::Sleep(2s);
  int taken = -1;
  Select{recv_case(make_chan<int>()), recv_case(timer.C, [&] { taken = 1; }), default_case()};
  EXPECT_EQ(taken, 1);
}

// TIME-11: f runs in a goroutine of its own: it may block while whoever set it goes on. C is nil.
PLAIT_EXPLORE(AfterFunc, RunsInItsOwnGoroutine) {
  auto ch = make_chan<int>();
  const time::Timer timer = time::AfterFunc(1s, [ch] { ch.send(1); });
  EXPECT_FALSE(timer.C);
  time::Sleep(2s);
  EXPECT_EQ(ch.recv(), 1);
}

// TIME-12: exactly one of: Stop says true, the function is called. Both are seen. TIME-36: once.
TEST(AfterFunc, StoppedOrCalled) {
  EXPECT_EQ(OutcomesOf([] {
              bool called = false;
              time::Timer timer = time::AfterFunc(1s, [&called] { called = true; });
              const bool stopped = timer.Stop();
              EXPECT_FALSE(timer.Stop());
              join_all();
              EXPECT_NE(stopped, called);
              return std::string(stopped ? "stopped" : "called");
            }),
            (Set{"called", "stopped"}));
}

// TIME-12, TIME-13: a Reset that is too late leaves the first call alone: f is called twice then, else once.
PLAIT_EXPLORE(AfterFunc, CalledOnceMoreIfResetIsTooLate) {
  sync::atomic::Int64 calls;
  time::Timer timer = time::AfterFunc(1s, [&calls] { calls.Add(1); });
  const bool active = timer.Reset(1s);
  time::Sleep(2s);
  join_all();
  EXPECT_EQ(calls.Load(), active ? 1 : 2);
}

// TIME-13: if Reset says false the earlier call may go on beside the next one.
TEST(AfterFunc, MayRunTwiceAtTheSameTime) {
  EXPECT_EQ(OutcomesOf([] {
              sync::atomic::Int64 inside;
              sync::atomic::Bool both;
              time::Timer timer = time::AfterFunc(1s, [&] {
                if (inside.Add(1) == 2) both.Store(true);
                inside.Add(-1);
              });
              const bool active = timer.Reset(1s);
              time::Sleep(2s);
              join_all();
              EXPECT_FALSE(active && both.Load());
              return std::string(active ? "in time" : both.Load() ? "too late, both at once" : "too late");
            }),
            (Set{"in time", "too late", "too late, both at once"}));
}

// TIME-14: an AfterFunc calls again after a Reset.
PLAIT_EXPLORE(AfterFunc, CallsAgain) {
  auto calls = make_chan<int>(2);
  time::Timer timer = time::AfterFunc(1s, [calls] { calls.send(1); });
  calls.recv();
  EXPECT_FALSE(timer.Reset(1s));
  calls.recv();
}

// LEAK-10: a function that waits for ever is a goroutine that leaks.
PLAIT_EXPLORE(AfterFunc, MayLeak, .expect = Verdict::kLeak) {
  static_cast<void>(time::AfterFunc(1s, [ch = make_chan<int>()] { ch.send(1); }));
}

// DEAD-06: whatever a timer may still do comes first; then the report.
PLAIT_EXPLORE(Deadlock, AfterTheLastTimer, .expect = Verdict::kDeadlock) {
  auto ch = make_chan<int>();
  static_cast<void>(time::AfterFunc(1h, [ch] { ch.send(1); }));
  EXPECT_EQ(ch.recv(), 1);
  ch.recv();
}

// DEAD-07, DEAD-08: a timer that nobody waits for, or that has been stopped, wakes nobody.
PLAIT_EXPLORE(Deadlock, UnreadTimersDoNotHelp, .expect = Verdict::kDeadlock) {
  const time::Timer unread = time::NewTimer(1h);
  const time::Ticker ticker = time::NewTicker(1h);
  time::Timer stopped = time::AfterFunc(1h, [] {});
  stopped.Stop();
  make_chan<int>().recv();
}

// TIME-30, MEM-24: who sets a timer has written before whoever receives from it, or is called by it, reads. Under
// --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(TimerEdges, SettingComesBefore) {
  int plain = 0;
  time::Timer timer = time::NewTimer(time::Duration::max());
  time::Timer func = time::AfterFunc(time::Duration::max(), [&plain] { EXPECT_EQ(plain, 2); });
  go([&plain, timer] {
    timer.C.recv();
    EXPECT_EQ(plain, 1);
  });
  plain = 1;
  EXPECT_TRUE(timer.Reset(1s));
  join_all();
  plain = 2;
  EXPECT_TRUE(func.Reset(1s));
  time::Sleep(2s);
  join_all();
}

}  // namespace
}  // namespace plait
