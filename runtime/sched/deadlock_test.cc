// When the global deadlock is not reported, and what its report does not do. What it says: main_test.cc.

#include "plait/runtime/sched/deadlock.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using namespace std::chrono_literals;
using testing::ExitedWithCode;

[[noreturn]] void Program(std::function<void()> f) {
  const int status = Main(std::move(f));
  std::fflush(nullptr);
  std::_Exit(status);
}

// The number of processors comes from GOMAXPROCS, as for any program.
class DeadlockDeathTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    setenv("GOMAXPROCS", std::to_string(GetParam()).c_str(), 1);
  }
  void TearDown() override { unsetenv("GOMAXPROCS"); }
};
PLAIT_WITH_PROCS(DeadlockDeathTest);

const std::string kReport = std::string("fatal error: ") + texts::kAllAsleep + "\n\ngoroutine 1 \\[";

// DEAD-03: not recoverable; no deferred call and no destructor runs.
TEST_P(DeadlockDeathTest, RunsNothingAnyMore) {
  EXPECT_EXIT(Program([] {
                struct Loud {
                  ~Loud() { std::fputs("destructor\n", stderr); }
                } loud;
                frame([](Frame& f) {
                  f.defer([] {
                    static_cast<void>(recover());
                    std::fputs("deferred\n", stderr);
                  });
                  Chan<int>().recv();
                });
              }),
              ExitedWithCode(2), "^" + kReport);
}

// DEAD-01: every goroutine is listed, with what it waits for and where it was started.
TEST_P(DeadlockDeathTest, ListsEveryGoroutine) {
  EXPECT_EXIT(
      Program([] {
        test::GoAndPark([] { Select{}; });
        test::GoAndPark([] { Chan<int>().send(1); });
        Chan<int>().recv();
      }),
      ExitedWithCode(2),
      "^" + kReport +
          "chan receive \\(nil chan\\)\\]:\n.*\n\ngoroutine [0-9]+ \\[select \\(no cases\\)\\]:\n.*created by .* "
          "in goroutine 1\n.*\n\ngoroutine [0-9]+ \\[chan send \\(nil chan\\)\\]:\n");
}

// GO-05, DEAD-02: main has returned while others are blocked for ever: that is no deadlock, at whatever moment the
// workers find themselves without work.
TEST_P(DeadlockDeathTest, NotWhenMainReturns) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EXIT(Program([] {
                  for (int k = 0; k < 4; ++k) {
                    test::GoAndPark([] { Chan<int>().recv(); });
                  }
                }),
                ExitedWithCode(0), "^$");
  }
}

// DEAD-02: not while one goroutine can run, however many are stuck.
TEST_P(DeadlockDeathTest, NotWhileOneCanRun) {
  EXPECT_EXIT(Program([] {
                auto ch = make_chan<int>();
                for (int k = 0; k < 4; ++k) {
                  go([] { Chan<int>().recv(); });
                }
                go([ch] {
                  for (int k = 0; k < 1000; ++k) Gosched();
                  ch.send(1);
                });
                ch.recv();
              }),
              ExitedWithCode(0), "^$");
}

// DEAD-06: not while a timer is pending that will wake somebody, again and again: between two of them all are asleep.
TEST_P(DeadlockDeathTest, NotWhileATimerIsPending) {
  EXPECT_EXIT(Program([] {
                for (int k = 0; k < 30; ++k) {
                  go([] { Chan<int>().recv(); });
                  time::Sleep(200us);
                  Select{recv_case(Chan<int>()), recv_case(time::After(100us))};
                }
              }),
              ExitedWithCode(0), "^$");
}

// DEAD-06: an AfterFunc that will wake somebody, or sleepers, suppress the report; it comes when they are through.
TEST_P(DeadlockDeathTest, AfterTheLastTimer) {
  EXPECT_EXIT(Program([] {
                auto ch = make_chan<int>();
                static_cast<void>(time::AfterFunc(20ms, [ch] { ch.send(1); }));
                ch.recv();
                std::fputs("received\n", stderr);
                ch.recv();
              }),
              ExitedWithCode(2), "^received\n" + kReport);
}

// DEAD-07: a timer on whose channel nobody waits does not count: the report comes at once, not after an hour. Nor does
// one that somebody has waited for.
TEST_P(DeadlockDeathTest, UnreadTimersDoNotCount) {
  EXPECT_EXIT(Program([] {
                const time::Timer timer = time::NewTimer(1h);
                const time::Ticker ticker = time::NewTicker(1h);
                auto ch = make_chan<int>();
                go([ch] { ch.send(1); });
                Select{recv_case(timer.C), recv_case(ch), recv_case(ticker.C)};
                ch.recv();
              }),
              ExitedWithCode(2), "^" + kReport);
}

// DEAD-08: neither do timers that have been stopped, though heaps still have entries of them.
TEST_P(DeadlockDeathTest, StoppedTimersDoNotCount) {
  EXPECT_EXIT(Program([] {
                for (int i = 0; i < 20; ++i) {
                  time::Timer timer = time::AfterFunc(1h, [] {});
                  timer.Stop();
                }
                time::Timer timer = time::NewTimer(1h);
                auto woken = make_chan<bool>();
                go([=] {
                  timer.C.recv();
                  woken.send(true);
                });
                go([=]() mutable {
                  time::Sleep(2ms);  // by now somebody waits
                  timer.Stop();
                });
                woken.recv();
              }),
              ExitedWithCode(2), "^" + kReport);
}

// A thread that is not ours may be about to send: not while it exists; but as soon as it has ended.
TEST_P(DeadlockDeathTest, NotWhileAForeignThreadExists) {
  EXPECT_EXIT(Program([] {
                auto ch = make_chan<int>();
                std::thread thread([ch] {
                  sched::Scheduler::Current()->WaitQuiescent();  // all the others are asleep
                  ch.send(1);
                });
                ch.recv();
                std::fputs("received\n", stderr);
                thread.join();
                ch.recv();
              }),
              ExitedWithCode(2), "^received\n" + kReport);
}

// Nor ever inside somebody else's main: its threads may be about to send.
TEST_P(DeadlockDeathTest, NotInARuntime) {
  EXPECT_EXIT(
      {
        Runtime runtime(GetParam());
        go([] { Chan<int>().recv(); });
        sched::Scheduler::Current()->WaitQuiescent();
        std::_Exit(runtime.Stop() == 1 ? 0 : 1);
      },
      ExitedWithCode(0), "^$");
}

}  // namespace
}  // namespace plait
