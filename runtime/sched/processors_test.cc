// GOMAXPROCS, LockOSThread, Blocking, preemption, and the numbers about them.

#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/sched/default_procs.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::ThreadId;

using ProcessorsTest = test::RuntimeTest;
PLAIT_WITH_PROCS(ProcessorsTest);

// SCHED-10: n >= 1 sets it and returns the value before, n < 1 only asks.
TEST_P(ProcessorsTest, Gomaxprocs) {
  Run([] {
    EXPECT_EQ(GOMAXPROCS(), GetParam());
    EXPECT_EQ(GOMAXPROCS(-1), GetParam());
    EXPECT_EQ(GOMAXPROCS(3), GetParam());
    EXPECT_EQ(GOMAXPROCS(0), 3);
    EXPECT_EQ(GOMAXPROCS(1), 3);
    EXPECT_EQ(GOMAXPROCS(), 1);
  });
}

// n goroutines that only end when all of them run at the same time.
void MeetSpinning(int n) {
  sync::WaitGroup wg;
  auto running = std::make_shared<std::atomic<int>>(0);
  for (int i = 0; i < n; ++i) {
    wg.Go([running, n] {
      ++*running;
      while (running->load() < n) __builtin_ia32_pause();
    });
  }
  wg.Wait();
}

// SCHED-21: as many goroutines as processors run at the same time, though none of them ever parks.
// SCHED-10: that number
// follows GOMAXPROCS.
TEST_P(ProcessorsTest, Parallelism) {
  Run([] {
    MeetSpinning(GetParam());
    for (const int procs : {2, 5, 3}) {
      GOMAXPROCS(procs);
      MeetSpinning(procs);
    }
  });
}

// SCHED-10: changing it loses no goroutine, whatever they are at.
TEST_P(ProcessorsTest, GomaxprocsWhileEverythingMoves) {
  std::atomic<int> received{0};
  Run([&] {
    sync::WaitGroup wg;
    for (int pair = 0; pair < 6; ++pair) {
      auto ch = make_chan<int>();
      wg.Go([ch] {
        for (int i = 0; i < 3000; ++i) ch.send(i);
      });
      wg.Go([ch, &received] {
        for (int i = 0; i < 3000; ++i) {
          ch.recv();
          ++received;
        }
      });
    }
    for (int i = 0; i < 200; ++i) {
      GOMAXPROCS(1 + i % 5);
      Gosched();
    }
    wg.Wait();
  });
  EXPECT_EQ(received, 18000);
}

// Drain returns also when the last goroutine has ended on a processor that is one too many by then.
TEST(RetiredProcessor, DoesNotKeepDrainWaiting) {
  for (int round = 0; round < 20; ++round) {
    Runtime runtime(3);
    std::atomic<bool> fewer{false};
    for (int i = 0; i < 3; ++i) {
      go([&fewer, i] {
        if (i == 0) {
          GOMAXPROCS(1);
          fewer = true;
        }
        while (!fewer) __builtin_ia32_pause();
        for (int k = 0; k < 100 * i; ++k) __builtin_ia32_pause();
      });
    }
    runtime.Drain();
    EXPECT_EQ(NumGoroutine(), 0);
  }
}

// SCHED-10: by default one for each usable CPU, or what the cgroup allows, rounded up, at least 2.
TEST(DefaultProcs, FollowsTheQuota) {
  EXPECT_EQ(sched::DefaultProcs(8, -1), 8);
  EXPECT_EQ(sched::DefaultProcs(8, 2.5), 3);
  EXPECT_EQ(sched::DefaultProcs(8, 0.5), 2);
  EXPECT_EQ(sched::DefaultProcs(1, 0.5), 1);
  EXPECT_EQ(sched::DefaultProcs(8, 16), 8);
  EXPECT_GE(NumCPU(), 1);

  const std::string mount = testing::TempDir() + "cgroup." + std::to_string(getpid());
  for (const char* folder : {"", "/a", "/a/b"}) mkdir((mount + folder).c_str(), 0700);
  EXPECT_LT(sched::CpuQuota("0::/a/b\n", mount), 0);
  std::ofstream(mount + "/a/b/cpu.max") << "max 100000\n";
  EXPECT_LT(sched::CpuQuota("0::/a/b\n", mount), 0);
  std::ofstream(mount + "/a/cpu.max") << "150000 100000\n";
  EXPECT_EQ(sched::CpuQuota("1:cpu:/x\n0::/a/b\n", mount), 1.5);  // the nearest that has one
  EXPECT_LT(sched::CpuQuota("0::/\n", mount), 0);
  EXPECT_LT(sched::CpuQuota("", mount), 0);
}

// SCHED-13: wired until as many unlocks as locks; one too many does nothing.
// SCHED-17: it blocks and is woken, and comes
// back to its thread, on which nobody else has run.
TEST_P(ProcessorsTest, LockOSThread) {
  Run([] {
    UnlockOSThread();
    LockOSThread();
    LockOSThread();
    UnlockOSThread();
    const int mine = ThreadId();
    auto ch = make_chan<int>();
    auto others = std::make_shared<std::atomic<int>>(0);
    sync::WaitGroup wg;
    for (int i = 0; i < 4; ++i) {
      wg.Go([=] {
        for (int k = 0; k < 100; ++k) {
          if (ThreadId() == mine) ++*others;
          ch.send(k);
          Gosched();
        }
      });
    }
    for (int i = 0; i < 400; ++i) {
      ch.recv();
      ASSERT_EQ(ThreadId(), mine);
      if (i % 16 == 0) Gosched();
      ASSERT_EQ(ThreadId(), mine);
    }
    wg.Wait();
    EXPECT_EQ(others->load(), 0);
    EXPECT_TRUE(Goroutines()[0].locked_to_thread);
    UnlockOSThread();
    EXPECT_FALSE(Goroutines()[0].locked_to_thread);
  });
}

// SCHED-17: two that are wired hand things to each other, with any number of processors.
TEST_P(ProcessorsTest, TwoLocked) {
  int sum = 0;
  Run([&] {
    auto there = make_chan<int>(), back = make_chan<int>();
    go([=] {
      LockOSThread();
      for (int i = 0; i < 200; ++i) back.send(there.recv() + 1);
      UnlockOSThread();
    });
    LockOSThread();
    const int mine = ThreadId();
    for (int i = 0; i < 200; ++i) {
      there.send(i);
      sum += back.recv() - i;
      ASSERT_EQ(ThreadId(), mine);
    }
  });
  EXPECT_EQ(sum, 200);
}

// SCHED-16: what it starts is not wired, and does not inherit what it has done to its thread, neither directly nor
// through a thread that is started because of it.
// SCHED-14: it ends while wired, and its thread with it.
TEST_P(ProcessorsTest, NothingIsInherited) {
  std::atomic<int> locked_thread{0};
  Run([&] {
    sync::WaitGroup wg;
    wg.Go([&] {
      LockOSThread();
      locked_thread = ThreadId();
      sigset_t usr1;
      sigemptyset(&usr1);
      sigaddset(&usr1, SIGUSR1);
      pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
      sync::WaitGroup children;
      for (int i = 0; i < 8; ++i) {
        children.Go([&] {
          EXPECT_FALSE(Goroutines()[0].locked_to_thread);
          EXPECT_NE(ThreadId(), locked_thread);
          sigset_t blocked;
          pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
          EXPECT_EQ(sigismember(&blocked, SIGUSR1), 0);
          Blocking([] {});
        });
      }
      children.Wait();
    });
    wg.Wait();
    const std::string task = "/proc/self/task/" + std::to_string(locked_thread);
    while (access(task.c_str(), F_OK) == 0) Gosched();
  });
}

// SCHED-18: one, or more than there are processors, in blocking calls: the others go on; "syscall" in dumps.
TEST_P(ProcessorsTest, Blocking) {
  int pipes[2];
  ASSERT_EQ(pipe(pipes), 0);
  Run([&] {
    sync::WaitGroup readers;
    for (int i = 0; i < 6; ++i) {
      readers.Go([&] {
        char c = 0;
        EXPECT_EQ(Blocking([&] { return read(pipes[0], &c, 1); }), 1);
        EXPECT_EQ(c, 'x');
      });
    }
    int in_syscall = 0;
    while (in_syscall < 6) {
      Gosched();
      in_syscall = 0;
      for (const GoroutineTrace& trace : Goroutines()) in_syscall += trace.state == "syscall";
    }
    EXPECT_EQ(metrics::Read().blocking, 6);
    auto ch = make_chan<int>();
    go([ch] { ch.send(1); });
    EXPECT_EQ(ch.recv(), 1);
    EXPECT_EQ(write(pipes[1], "xxxxxx", 6), 6);
    readers.Wait();
    EXPECT_EQ(metrics::Read().blocking, 0);
  });
  ::close(pipes[0]);
  ::close(pipes[1]);
}

// A Blocking call may throw, may park, may be wired to its thread, and its locals are safe.
TEST_P(ProcessorsTest, BlockingCallsThatDoMore) {
  Run([] {
    EXPECT_EQ(test::PanicTextOf([] { Blocking([] { panic("inside"); }); }), "inside");
    auto ch = make_chan<int>();
    go([ch] { ch.send(7); });
    EXPECT_EQ(Blocking([ch] { return ch.recv(); }), 7);
    LockOSThread();
    const int mine = ThreadId();
    Blocking([] { Gosched(); });
    EXPECT_EQ(ThreadId(), mine);
    UnlockOSThread();
  });
  EXPECT_EQ(Blocking([] { return 5; }), 5);  // from a plain thread
}

// SCHED-01: a runnable goroutine runs eventually, although another one never parks, as long as that does any operation now
// and then: after 10 ms it is asked to let others run.
// SCHED-11: so one processor is no mutual exclusion.
TEST(Preemption, OneThatPollsLetsOthersRun) {
  Runtime runtime(1);
  go([] {
    auto stop = std::make_shared<std::atomic<bool>>(false);
    go([stop] { *stop = true; });
    auto never = make_chan<int>();
    sync::Mutex mu;
    while (!*stop) {
      mu.Lock();
      mu.Unlock();
    }
    *stop = false;
    go([stop] { *stop = true; });
    while (!*stop) {
      Select{recv_case(never), default_case()};
    }
  });
  runtime.Drain();
}

// SCHED-12: NumGoroutine counts the caller and those that wait, not those that have ended.
TEST_P(ProcessorsTest, NumGoroutine) {
  Run([] {
    EXPECT_EQ(NumGoroutine(), 1);
    auto ch = make_chan<int>();
    for (int i = 0; i < 10; ++i) {
      go([ch] { ch.recv(); });
    }
    test::AwaitParked(10);
    EXPECT_EQ(NumGoroutine(), 11);
    close(ch);
    test::AwaitGoroutines(1);
    EXPECT_EQ(NumGoroutine(), 1);
  });
}

TEST_P(ProcessorsTest, Metrics) {
  Run([] {
    const metrics::Metrics before = metrics::Read();
    auto ch = make_chan<int>();
    for (int i = 0; i < 10; ++i) {
      go([ch] { ch.recv(); });
    }
    test::AwaitParked(10);
    const metrics::Metrics after = metrics::Read();
    EXPECT_EQ(after.goroutines, 11);
    EXPECT_EQ(after.goroutines_made, before.goroutines_made + 10);
    EXPECT_GE(after.stacks_in_use, 11u);
    EXPECT_GT(after.stack_bytes, 0u);
    EXPECT_EQ(after.procs, GetParam());
    EXPECT_GE(after.threads, after.procs);
    EXPECT_LE(after.idle_procs, after.procs);
    EXPECT_GE(after.parks, before.parks + 10);
    EXPECT_GE(after.runs, before.runs + 10);
    EXPECT_GE(after.stolen, after.steals);
    close(ch);
  });
}

// SCHED-25: with nothing to do the threads sleep.
TEST_P(ProcessorsTest, IdleUsesNoCpu) {
  auto ch = make_chan<int>();
  go([ch] { ch.recv(); });
  sched::Scheduler::Current()->WaitQuiescent();
  const auto switches = [] {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nvcsw;
  };
  const auto quiet = [&] {
    const auto before = switches();
    for (int i = 0; i < 2'000'000; ++i) __builtin_ia32_pause();  // tens of milliseconds
    return switches() - before <= 2;
  };
  // The monitor may take a last look or two.
  int tries = 0;
  while (!quiet() && tries < 100) ++tries;
  EXPECT_LT(tries, 100);
  close(ch);
  runtime_.Drain();
}

[[noreturn]] void Program(std::function<void()> f) {
  const int status = Main(std::move(f));
  std::fflush(nullptr);
  std::_Exit(status);
}

class ProcessorsDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

// SCHED-15: wired before Main, main's goroutine runs on the thread that called it, and comes back to it.
TEST_F(ProcessorsDeathTest, LockedMain) {
  EXPECT_EXIT(
      {
        LockOSThread();
        Program([] {
          const bool on_main = ThreadId() == getpid();
          auto ch = make_chan<int>();
          go([ch] { ch.send(ThreadId() == getpid()); });
          const bool other = ch.recv() != 0;
          const bool again = ThreadId() == getpid();
          UnlockOSThread();
          Gosched();
          std::fprintf(stderr, "%d%d%d\n", on_main, other, again);
        });
      },
      testing::ExitedWithCode(0), "^101\n$");
}

// SCHED-14, GO-05: main ends while wired.
// DEAD-14: wired goroutines deadlock like others.
// DEAD-09: one in a blocking call
// counts as running.
TEST_F(ProcessorsDeathTest, LockedDeadlock) {
  EXPECT_EXIT(Program([] { LockOSThread(); }), testing::ExitedWithCode(0), "^$");
  EXPECT_EXIT(Program([] {
                LockOSThread();
                Select{};
              }),
              testing::ExitedWithCode(2), "deadlock!\n\ngoroutine 1 \\[select \\(no cases\\), locked to thread\\]:");
  EXPECT_EXIT(Program([] {
                go([] {
                  LockOSThread();
                  Chan<int>().recv();
                });
                Chan<int>().recv();
              }),
              testing::ExitedWithCode(2), "deadlock!.*\\[chan receive \\(nil chan\\), locked to thread\\]:");
  EXPECT_EXIT(Program([] {
                go([] {
                  Blocking([] {
                    while (test::Parked() < 1) sched_yield();
                    // All others are asleep; time enough for whoever would call that a deadlock.
                    for (int i = 0; i < 20'000; ++i) sched_yield();
                    std::fputs("back\n", stderr);
                  });
                });
                Chan<int>().recv();
              }),
              testing::ExitedWithCode(2), "^back\nfatal error: all goroutines are asleep - deadlock!\n");
}

// SCHED-19, SCHED-26: too many threads.
TEST_F(ProcessorsDeathTest, ThreadExhaustion) {
  EXPECT_EXIT(Program([] {
                SetMaxThreads(20);
                sync::WaitGroup wg;
                for (int i = 0; i < 50; ++i) wg.Go([] { Blocking([] { pause(); }); });
                wg.Wait();
              }),
              testing::ExitedWithCode(2),
              "^runtime: program exceeds 20-thread limit\nfatal error: thread exhaustion\n");
}

}  // namespace
}  // namespace plait
