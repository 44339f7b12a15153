// plait::Main and the deadlock report, each in a process of its own: exit status and stderr are what is promised.

#include <gtest/gtest.h>

#include <cstdio>
#include <thread>

#include "plait/plait.h"

namespace plait {
namespace {

using namespace std::chrono_literals;

// Runs f as a program: EXPECT_EXIT(Program(f), ...).
[[noreturn]] void Program(std::function<void()> f) {
  const int status = Main(std::move(f));
  std::fflush(nullptr);
  std::_Exit(status);
}

class MainDeathTest : public testing::Test {
 protected:
  // The default style forks in the middle of this process; the deadlock report wants to know all of its threads.
  MainDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

constexpr char kAsleep[] = "^fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 \\[";

// GO-05: main's return ends the program with status 0, whatever the others are at; nothing of theirs runs any more.
TEST_F(MainDeathTest, ReturnsWhenMainReturns) {
  EXPECT_EXIT(Program([] {
                static Chan<int> never = make_chan<int>();
                go([] {
                  struct Loud {
                    ~Loud() { std::fputs("must not run\n", stderr); }
                  } loud;
                  never.recv();
                });
                Gosched();
                std::fputs("main ends\n", stderr);
              }),
              testing::ExitedWithCode(0), "^main ends\n$");
}

// GO-05: also when one of them computes for ever.
TEST_F(MainDeathTest, DoesNotWaitForAGoroutineThatNeverParks) {
  EXPECT_EXIT(Program([] {
                static std::atomic<bool> computing{false};
                go([] {
                  for (;;) computing = true;
                });
                while (!computing) Gosched();
              }),
              testing::ExitedWithCode(0), "^$");
}

// GO-09: main is goroutine 1.
// DUMP-07: and nobody created it.
// DEAD-01, DEAD-13: nothing can run, no timer is pending: Go's text, every goroutine, status 2.
TEST_F(MainDeathTest, ReportsADeadlock) {
  EXPECT_EXIT(Program([] {
                auto ch = make_chan<int>();
                go([ch] { ch.send(1); });
                go([ch] { ch.send(2); });
                for (int i = 0; i < 3; ++i) ch.recv();
              }),
              testing::ExitedWithCode(2),
              std::string(kAsleep) + "chan receive\\]:\n[^\n]*\n[^\n]*main_test.cc:[0-9]+ \\+0x[0-9a-f]+\n$");
}

// DEAD-13: every kind of wait counts as asleep.
TEST_F(MainDeathTest, EveryKindOfWaitIsAsleep) {
  EXPECT_EXIT(Program([] { Chan<int>().recv(); }), testing::ExitedWithCode(2), "\\[chan receive \\(nil chan\\)\\]");
  EXPECT_EXIT(Program([] { Chan<int>().send(1); }), testing::ExitedWithCode(2), "\\[chan send \\(nil chan\\)\\]");
  EXPECT_EXIT(Program([] { make_chan<int>().send(1); }), testing::ExitedWithCode(2), "\\[chan send\\]");
  EXPECT_EXIT(Program([] { Select{}; }), testing::ExitedWithCode(2), "\\[select \\(no cases\\)\\]");
  EXPECT_EXIT(Program([] {
                Select{recv_case(make_chan<int>()), recv_case(make_chan<int>())};
              }),
              testing::ExitedWithCode(2), "\\[select\\]");
  EXPECT_EXIT(Program([] {
                sync::Mutex mu;
                mu.Lock();
                mu.Lock();  // MU-06
              }),
              testing::ExitedWithCode(2), "\\[sync.Mutex.Lock\\]");
  EXPECT_EXIT(Program([] {
                sync::WaitGroup wg;
                wg.Add(1);
                wg.Wait();
              }),
              testing::ExitedWithCode(2), "\\[sync.WaitGroup.Wait\\]");
  EXPECT_EXIT(Program([] {
                sync::RWMutex mu;
                mu.Lock();
                mu.RLock();
              }),
              testing::ExitedWithCode(2), "\\[sync.RWMutex.RLock\\]");
  EXPECT_EXIT(Program([] {
                sync::RWMutex mu;
                mu.RLock();
                mu.Lock();
              }),
              testing::ExitedWithCode(2), "\\[sync.RWMutex.Lock\\]");
  EXPECT_EXIT(Program([] {
                sync::Mutex mu;
                sync::Cond cond(mu);
                mu.Lock();
                cond.Wait();
              }),
              testing::ExitedWithCode(2), "\\[sync.Cond.Wait\\]");
  EXPECT_EXIT(Program([] {
                sync::Once once;
                once.Do([&] { once.Do([] {}); });
              }),
              testing::ExitedWithCode(2), "deadlock!\n\ngoroutine 1 \\[sync.Mutex.Lock\\]");
}

// DEAD-02: one goroutine that can go on suppresses the report; the report comes when it ends.
TEST_F(MainDeathTest, ASleeperPostponesTheReport) {
  EXPECT_EXIT(Program([] {
                go([] {
                  time::Sleep(20ms);
                  std::fputs("awake\n", stderr);
                });
                make_chan<int>().recv();
              }),
              testing::ExitedWithCode(2), "^awake\nfatal error: all goroutines are asleep - deadlock!");
}

// DEAD-06: a pending timer counts, though it will wake nobody; the report comes when it has fired.
TEST_F(MainDeathTest, AFiredTimerThatWakesNobodyEndsInTheReport) {
  EXPECT_EXIT(Program([] {
                static_cast<void>(time::AfterFunc(5ms, [] { std::fputs("called\n", stderr); }));
                make_chan<int>().recv();
              }),
              testing::ExitedWithCode(2), "^called\nfatal error: all goroutines are asleep - deadlock!\n");
}

// A thread that is not ours may be about to send, so there is no report while it exists.
TEST_F(MainDeathTest, AForeignThreadSuppressesTheReport) {
  EXPECT_EXIT(Program([] {
                auto ch = make_chan<int>();
                std::thread([ch] {
                  time::Sleep(30ms);
                  ch.send(7);
                }).detach();
                std::fprintf(stderr, "got %d\n", ch.recv());
              }),
              testing::ExitedWithCode(0), "^got 7\n$");
}

// PANIC-14, DEAD-04: main exits by Goexit and nobody is left.
TEST_F(MainDeathTest, GoexitOnMainAndNobodyLeft) {
  EXPECT_EXIT(Program([] { Goexit(); }), testing::ExitedWithCode(2),
              "^fatal error: no goroutines \\(main called runtime.Goexit\\) - deadlock!\n");
}

// PANIC-14: the program goes on without main.
// DEAD-05: others are left, and asleep.
TEST_F(MainDeathTest, GoexitOnMainLetsTheOthersRun) {
  EXPECT_EXIT(Program([] {
                go([] {
                  Gosched();
                  std::fputs("still here\n", stderr);
                  make_chan<int>().recv();
                });
                Goexit();
              }),
              testing::ExitedWithCode(2), "^still here\nfatal error: all goroutines are asleep - deadlock!");
}

// GOMAXPROCS is honoured; nonsense in it is named and not obeyed.
TEST_F(MainDeathTest, ReadsGomaxprocs) {
  const auto print = [] { Program([] { std::fprintf(stderr, "%d\n", GOMAXPROCS()); }); };
  setenv("GOMAXPROCS", "3", 1);
  EXPECT_EXIT(print(), testing::ExitedWithCode(0), "^3\n$");
  setenv("GOMAXPROCS", "many", 1);
  EXPECT_EXIT(print(), testing::ExitedWithCode(0), "plait: GOMAXPROCS=many is not a number from 1 to 1024");
  unsetenv("GOMAXPROCS");
}

// GO-03: a nil function is a fatal error, not a panic.
TEST_F(MainDeathTest, GoOfANilFunction) {
  EXPECT_EXIT(Program([] {
                frame([](Frame& f) {
                  f.defer([] { recover(); });
                  void (*nil)() = nullptr;
                  go(nil);
                });
              }),
              testing::ExitedWithCode(2), "^fatal error: go of nil func value\n\ngoroutine 1 \\[running\\]:\n");
  EXPECT_EXIT(Program([] { go(std::function<void()>()); }), testing::ExitedWithCode(2),
              "fatal error: go of nil func value");
}

// MU-04, PANIC-21: not recoverable, no deferred call runs.
TEST_F(MainDeathTest, UnlockOfUnlockedMutex) {
  EXPECT_EXIT(Program([] {
                frame([](Frame& f) {
                  f.defer([] {
                    recover();
                    std::fputs("must not run\n", stderr);
                  });
                  sync::Mutex mu;
                  mu.Unlock();
                });
              }),
              testing::ExitedWithCode(2), "^fatal error: sync: unlock of unlocked mutex\n\ngoroutine 1 \\[running\\]:");
}

// `go` without anybody to run it says what to write.
TEST_F(MainDeathTest, GoWithoutARuntime) {
  EXPECT_EXIT(go([] {}), testing::ExitedWithCode(2), "go without a Runtime: write `return plait::Main\\(f\\)` in main");
}

// GO-12: exit ends the process from any goroutine, at once; nobody's deferred calls or destructors run.
TEST_F(MainDeathTest, ExitEndsTheProcess) {
  EXPECT_EXIT(Program([] {
                frame([](Frame& f) {
                  f.defer([] { std::fputs("must not run\n", stderr); });
                  go([] {
                    frame([](Frame& g) {
                      g.defer([] { std::fputs("must not run\n", stderr); });
                      std::_Exit(7);
                    });
                  });
                  Select{};
                });
              }),
              testing::ExitedWithCode(7), "^$");
}

// PANIC-29, SCHED-24: a stack overflow is a clear end.
TEST_F(MainDeathTest, StackOverflow) {
  struct Deep {
    static int Down(int n) {
      volatile char frame[512];
      frame[0] = static_cast<char>(n);
      return n == 0 ? 0 : Down(n + 1) + frame[0];
    }
  };
  EXPECT_EXIT(Program([] { std::printf("%d", Deep::Down(1)); }), testing::ExitedWithCode(2),
              "^runtime: goroutine stack exceeds [0-9]+-byte limit\nfatal error: stack overflow\n\ngoroutine 1 ");
}

}  // namespace
}  // namespace plait
