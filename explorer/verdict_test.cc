// Each verdict, by a program that earns it, in every mode and granularity; and what the report then says.

#include "plait/explorer/verdict.h"

#include <gtest/gtest.h>

#include <atomic>

#include "plait/explore.h"
#include "plait/runtime/testing/leaks_on_purpose.h"

namespace plait::explore {
namespace {

using namespace std::chrono_literals;

struct Program {
  const char* name;
  Verdict verdict;
  std::function<void()> body;
  const char* report_has;  // somewhere in the report
};

// What PLAIT_EXPLORE does about assertions is in explored_test_test.cc; here they are not at home.
const Program kPrograms[] = {
    {"Nothing", Verdict::kNone, [] {}, ""},
    {"Panic", Verdict::kPanic,
     [] {
       go([] { panic("boom"); });
       join_all();
     },
     "panic: boom [G2]"},
    {"CxxException", Verdict::kPanic,
     [] {
       go([] { throw std::runtime_error("from C++"); });
       join_all();
     },
     "panic: from C++ [G2]"},
    {"Fatal", Verdict::kFatal,
     [] {
       sync::Mutex mu;
       mu.name("mu");
       mu.Unlock();
     },
     "fatal error: sync: unlock of unlocked mutex [main]"},
    {"GoNil", Verdict::kFatal, [] { go(std::function<void()>()); }, "fatal error: go of nil func value [main]"},
    {"Deadlock", Verdict::kDeadlock,
     [] {
       auto ch = make_chan<int>().name("ch");
       go([ch] { ch.recv(); });
       ch.recv();
     },
     "main  waits in <-ch"},
    {"NilChannel", Verdict::kDeadlock, [] { Chan<int>().send(1); }, "main  waits in nil <- "},
    {"EmptySelect", Verdict::kDeadlock, [] { Select{}; }, "main  waits in select:"},
    {"Leak", Verdict::kLeak, [] { go([] { make_chan<int>().name("ch").send(7); }); }, "G2    waits in ch <- 7"},
    {"PeriodicLeak", Verdict::kPeriodicLeak,
     [] {
       go([] {
         for (;;) time::Sleep(1s);
       });
     },
     "goes on re-arming timers,"},
    {"StepLimit", Verdict::kStepLimit,
     [] {
       sync::atomic::Bool flag;
       while (!flag.Load()) {
       }
     },
     "still running after 200 steps"},
    {"Invariant", Verdict::kInvariant,
     [] {
       auto ch = make_chan<int>(2);
       auto sent = std::make_shared<std::atomic<int>>(0);
       invariant("at most one is sent", [sent] { return *sent <= 1; });
       for (int i = 0; i < 2; ++i) {
         go([=] {
           ch.send(1);
           ++*sent;
         });
       }
       join_all();
     },
     "at most one is sent"},
};

class VerdictTest : public testing::TestWithParam<std::tuple<size_t, Mode, Granularity>> {};
INSTANTIATE_TEST_SUITE_P(All, VerdictTest,
                         testing::Combine(testing::Range<size_t>(0, std::size(kPrograms)),
                                          testing::Values(Mode::kExhaustive, Mode::kEnumerate, Mode::kRandom),
                                          testing::Values(Granularity::kUser, Granularity::kRuntime)),
                         [](const auto& test) {
                           return std::string(kPrograms[std::get<0>(test.param)].name) + "_" +
                                  ModeName(std::get<1>(test.param)) + "_" + GranularityName(std::get<2>(test.param));
                         });

TEST_P(VerdictTest, IsFoundAndReplayed) {
  const auto& [index, mode, granularity] = GetParam();
  const Program& program = kPrograms[index];
  const Options options{
      .mode = mode, .granularity = granularity, .executions = 200, .max_steps = 200, .reduction = 5000};
  const Result r = Explore(program.name, options, program.body);
  EXPECT_EQ(r.verdict, program.verdict) << VerdictName(r.verdict) << "\n" << r.report;
  EXPECT_NE(r.report.find(program.report_has), std::string::npos) << r.report;
  EXPECT_EQ(r.complete, program.verdict == Verdict::kNone);
  if (program.verdict == Verdict::kNone) return;

  // The token replays exactly this, by itself.
  Options replay = options;
  replay.replay = r.token;
  const Result again = Explore(program.name, replay, program.body);
  EXPECT_EQ(again.verdict, r.verdict) << again.report;
  // The same screen, but for how much smaller it has become.
  EXPECT_EQ(again.report.substr(0, again.report.find("\n\n  replay:")),
            r.report.substr(0, std::min(r.report.find("between goroutines"), again.report.find("\n\n  replay:"))));
}

// A goroutine that ends by itself after main is no leak: time goes on.
TEST(Verdict, SlowIsNotALeak) {
  for (const int sleeps : {3, 50, 900}) {
    const Result r = Explore("Slow", {}, [sleeps] {
      go([sleeps] {
        for (int i = 0; i < sleeps; ++i) time::Sleep(1h);
      });
    });
    EXPECT_EQ(r.verdict, Verdict::kNone) << sleeps << " sleeps\n" << r.text;
    EXPECT_TRUE(r.complete);
  }
}

// Nor are timers that nobody waits for.
TEST(Verdict, UnreadTimersAreNoLeak) {
  const Result r = Explore("Unread", {.mode = Mode::kRandom, .executions = 20}, [] {
    for (int i = 0; i < 60; ++i) static_cast<void>(time::After(1s * i));
  });
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.text;
}

// PANIC-14, DEAD-04: in both worlds the same.
TEST(Verdict, GoexitOnMain) {
  const Result r = Explore("Goexit", {}, [] { Goexit(); });
  EXPECT_EQ(r.verdict, Verdict::kDeadlock);
  EXPECT_EQ(r.text, "fatal error: no goroutines (main called runtime.Goexit) - deadlock!");
}

// A loop that polls is told from a program that is long, and its cycle is shown.
TEST(Verdict, SpinLoopsShowTheirCycle) {
  const Result spin = Explore("Spin", {.max_steps = 300}, [] {
    sync::atomic::Bool flag;
    sync::Mutex mu;
    go([&] { flag.Store(true); });
    for (;;) {
      std::scoped_lock guard(mu);
      if (flag.Load()) return;
    }
  });
  EXPECT_EQ(spin.verdict, Verdict::kStepLimit);
  EXPECT_FALSE(spin.complete);
  EXPECT_NE(spin.text.find("Its last 3 steps would be taken again and again"), std::string::npos) << spin.text;
  EXPECT_NE(spin.report.find("atomic load"), std::string::npos) << spin.report;
  EXPECT_NE(spin.report.find("verdict_test.cc:"), std::string::npos) << spin.report;
  const Result livelock = Explore("Livelock", {.max_steps = 300}, [] {
    auto ping = make_chan<int>(), pong = make_chan<int>();
    go([=] {
      for (;;) pong.send(ping.recv());
    });
    for (;;) {
      ping.send(1);
      pong.recv();
    }
  });
  EXPECT_EQ(livelock.verdict, Verdict::kStepLimit);
  EXPECT_NE(livelock.text.find("Its last 2 steps"), std::string::npos) << livelock.text;
}

// What is no step of its own is counted all the same.
TEST(Verdict, EndlessLoopsOfFoldedOperations) {
  const Result yields = Explore("Yields", {.max_steps = 100}, [] {
    for (;;) Gosched();
  });
  EXPECT_EQ(yields.verdict, Verdict::kStepLimit) << yields.text;
  const Result spawns = Explore("Spawns", {.max_steps = 100}, [] {
    for (;;) go([] {});
  });
  EXPECT_EQ(spawns.verdict, Verdict::kStepLimit) << spawns.text;
}

// In production std::terminate ends the process there; explored, it is a verdict with a schedule.
TEST(Verdict, PanicInADestructor) {
  const test::LeaksOnPurpose leaks;
  const Result r = Explore("Destructor", {}, [] {
    struct ClosesTwice {
      Chan<int> chan = make_chan<int>();
      ~ClosesTwice() {
        close(chan);
        close(chan);
      }
    } closes_twice;
  });
  EXPECT_EQ(r.verdict, Verdict::kFatal);
  EXPECT_NE(r.text.find("panic: close of closed channel, in a noexcept function or destructor"), std::string::npos)
      << r.text;
}

// The clock moves only when a timer fires: what depends on it is not proven, and the coverage line says so.
TEST(Verdict, ReadingTheClockIsSaid) {
  const Result r = Explore("Clock", {}, [] { static_cast<void>(time::Now()); });
  EXPECT_TRUE(r.reads_clock);
  EXPECT_NE(CoverageLine(r, {}).find("time.Now() moves only when a timer fires"), std::string::npos);
}

// Not finished is not proven.
TEST(Verdict, LimitsAreNotProofs) {
  const Result r = Explore("Large", {.max_executions = 10}, [] {
    sync::atomic::Int64 n;
    for (int i = 0; i < 4; ++i) go([&] { n.Add(1); });
    join_all();
  });
  EXPECT_EQ(r.verdict, Verdict::kNone);
  EXPECT_FALSE(r.complete);
  EXPECT_NE(CoverageLine(r, {}).find("NOT FINISHED"), std::string::npos);
}

// A static that keeps its value makes the second run differ: named with the first differing step, and suspects.
TEST(Verdict, NondeterminismAcrossExecutions) {
  static int runs = 0;
  const Result r = Explore("Static", {}, [] {
    auto ch = make_chan<int>(1);
    if (runs++ % 2 == 0) {
      ch.send(1);
    } else {
      close(ch);
    }
  });
  EXPECT_EQ(r.verdict, Verdict::kNondeterminism);
  EXPECT_NE(r.report.find("step 1 differs"), std::string::npos) << r.report;
  EXPECT_NE(r.report.find("first   main: chan send"), std::string::npos) << r.report;
  EXPECT_NE(r.report.find("second  main: close"), std::string::npos) << r.report;
  EXPECT_NE(r.report.find("statics and globals"), std::string::npos) << r.report;
}

// The same found later: the first two runs agree, a prefix that is run again does not.
TEST(Verdict, NondeterminismInAPrefix) {
  for (const Mode mode : {Mode::kExhaustive, Mode::kEnumerate}) {
    static int runs;
    runs = 0;
    const Result r = Explore("Late", {.mode = mode}, [] {
      auto ch = make_chan<int>(8);
      const bool odd = ++runs > 3;
      for (int i = 0; i < 2; ++i) {
        go([ch, odd] {
          if (odd) ch.recv();
          ch.send(1);
        });
      }
      join_all();
    });
    EXPECT_EQ(r.verdict, Verdict::kNondeterminism) << ModeName(mode) << r.report;
    EXPECT_NE(r.report.find("it ended after 0 steps, where the same schedule went on before"), std::string::npos)
        << r.report;
  }
}

// Statics are adopted for an execution and let go after it.
TEST(Verdict, StaticObjectsMayBeUsed) {
  static sync::Mutex mu;
  const Result r = Explore("StaticMutex", {}, [] {
    for (int i = 0; i < 2; ++i) {
      go([] {
        mu.Lock();
        mu.Unlock();
      });
    }
    join_all();
  });
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
  EXPECT_EQ(r.executions, 2u);
  EXPECT_TRUE(mu.TryLock());
  mu.Unlock();
}

// Every value of choose() is explored.
TEST(Verdict, ChoicesAreExplored) {
  std::vector<int> seen;
  const Result r = Explore("Choose", {.check_determinism = false}, [&seen] { seen.push_back(choose(5)); });
  EXPECT_EQ(seen, (std::vector{0, 1, 2, 3, 4}));
  EXPECT_TRUE(r.complete);
}

}  // namespace
}  // namespace plait::explore
