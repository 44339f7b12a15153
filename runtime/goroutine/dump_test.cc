// Goroutine dumps: their form, and that what they say is so.

// GCC 12 with sanitizers finds uninitialised memory in its own <regex>.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "plait/runtime/goroutine/dump.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using namespace std::chrono_literals;
using DumpTest = test::RuntimeTest;
PLAIT_WITH_PROCS(DumpTest);

// The goroutine in whose stack a function of this name is.
GoroutineTrace Find(const std::vector<GoroutineTrace>& all, const std::string& function) {
  for (const GoroutineTrace& trace : all) {
    for (const StackFrame& frame : trace.frames) {
      if (frame.function.find(function) != std::string::npos) return trace;
    }
  }
  ADD_FAILURE() << "no goroutine in " << function;
  return {};
}

__attribute__((noinline)) void Inner(Chan<int> ch) {
  ch.recv();
  asm volatile("");  // no tail call
}
__attribute__((noinline)) void Outer(Chan<int> ch) {
  Inner(ch);
  asm volatile("");
}
__attribute__((noinline)) uint32_t StartOuter(Chan<int> ch) {
  go([ch] { Outer(ch); });
  return __LINE__ - 1;
}

// DUMP-01: the header.
// DUMP-02: "running" for the caller.
// DUMP-06: function line, tab, place, offset.
// DUMP-07: the last
// line is the creator's, none for main.
// DUMP-09: the caller first, an empty line between two.
TEST_P(DumpTest, Grammar) {
  std::string text;
  Run([&] {
    auto ch = make_chan<int>();
    StartOuter(ch);
    test::AwaitParked(1);
    test::GoAndPark([ch] { Select{recv_case(ch)}; });
    text = Stack(true);
    close(ch);
  });
  const std::string frame = "(\\S[^\n]*\\(\\.\\.\\.\\)\n\t[^\n]+:[0-9]+ \\+0x[0-9a-f]+\n)";
  const std::string one = "goroutine [0-9]+ \\[[a-zA-Z. ()]+\\]:\n" + frame +
                          "+created by \\S[^\n]* in (goroutine "
                          "[0-9]+|a plain thread)\n\t[^\n]+:[0-9]+ \\+0x[0-9a-f]+\n";
  EXPECT_TRUE(std::regex_match(text, std::regex(one + "\n" + one + "\n" + one))) << text;
  EXPECT_TRUE(std::regex_search(text, std::regex("^goroutine [0-9]+ \\[running\\]:\n"))) << text;
}

// DUMP-06, DUMP-07: the frames are the program's own, innermost first, with lines; the runtime's are left out.
TEST_P(DumpTest, FramesOfAParkedGoroutine) {
  std::vector<GoroutineTrace> all, with_internals;
  uint32_t line = 0;
  Run([&] {
    auto ch = make_chan<int>();
    line = StartOuter(ch);
    test::AwaitParked(1);
    all = Goroutines();
    with_internals = Goroutines(/*internals=*/true);
    close(ch);
  });
  ASSERT_EQ(all.size(), 2u);
  const GoroutineTrace& trace = all[1];
  ASSERT_EQ(trace.frames.size(), 3u) << TextOf(trace);
  EXPECT_NE(trace.frames[0].function.find("Inner"), std::string::npos) << TextOf(trace);
  EXPECT_NE(trace.frames[1].function.find("Outer"), std::string::npos) << TextOf(trace);
  EXPECT_NE(trace.frames[2].function.find("operator()"), std::string::npos) << TextOf(trace);
  for (const StackFrame& frame : trace.frames) EXPECT_EQ(frame.file, __FILE__);
  EXPECT_EQ(trace.frames[2].line, line);
  EXPECT_NE(trace.created_by.find("StartOuter"), std::string::npos) << TextOf(trace);
  EXPECT_EQ(trace.created_file, __FILE__);
  EXPECT_EQ(trace.created_line, line);
  EXPECT_EQ(trace.parent_id, all[0].id);
  EXPECT_GT(with_internals[1].frames.size(), 5u);
}

// DUMP-03, DUMP-17: every wait by Go's name.
TEST_P(DumpTest, WaitStates) {
  std::multiset<std::string> states;
  sync::Mutex mu;
  sync::WaitGroup wg;
  sync::RWMutex written, read;
  sync::Mutex cond_mu;
  sync::Cond cond(cond_mu);
  auto ch = make_chan<int>();
  wg.Add(1);
  mu.Lock();
  written.Lock();
  read.RLock();
  go([&] {
    test::GoAndPark([ch] { ch.recv(); });
    test::GoAndPark([] { Chan<int>().recv(); });
    test::GoAndPark([] { Chan<int>().send(1); });
    test::GoAndPark([] { Select{}; });
    test::GoAndPark([ch] { Select{recv_case(ch), recv_case(make_chan<int>())}; });
    test::GoAndPark([] { make_chan<int>().send(1); });
    test::GoAndPark([&] {
      mu.Lock();
      mu.Unlock();
    });
    test::GoAndPark([&] { wg.Wait(); });
    test::GoAndPark([] { time::Sleep(1h); });
    test::GoAndPark([&] { written.RLock(); });
    test::GoAndPark([&] { read.Lock(); });
    test::GoAndPark([&] {
      cond_mu.Lock();
      cond.Wait();
      cond_mu.Unlock();
    });
    for (const GoroutineTrace& trace : Goroutines()) states.insert(trace.state);
    EXPECT_EQ(NumGoroutine(), static_cast<int>(states.size()));  // DUMP-20
  });
  test::AwaitParked(12);
  test::AwaitGoroutines(12);
  EXPECT_EQ(states, (std::multiset<std::string>{"running", "chan receive", "chan receive (nil chan)",
                                                "chan send (nil chan)", "select (no cases)", "select", "chan send",
                                                "sync.Mutex.Lock", "sync.WaitGroup.Wait", "sleep", "sync.RWMutex.RLock",
                                                "sync.RWMutex.Lock", "sync.Cond.Wait"}));
  mu.Unlock();
  wg.Done();
  written.Unlock();
  read.RUnlock();
  cond.Signal();
  test::AwaitGoroutines(7);
}

// DUMP-20: as many headers as NumGoroutine says, when nothing moves.
TEST_P(DumpTest, AsManyAsThereAre) {
  Run([] {
    auto ch = make_chan<int>();
    for (int i = 0; i < 100; ++i) {
      go([ch] { ch.recv(); });
    }
    test::AwaitParked(100);
    const std::string text = Stack(true);
    int headers = 0;
    for (size_t at = 0; (at = text.find("goroutine ", at)) != std::string::npos; ++at) {
      headers += at == 0 || text.compare(at - 2, 2, "\n\n") == 0;
    }
    EXPECT_EQ(headers, NumGoroutine());
    EXPECT_EQ(headers, 101);
    close(ch);
  });
}

// DUMP-08: the parent's id is there although the parent has ended.
TEST_P(DumpTest, ParentThatHasEnded) {
  GoroutineTrace child;
  Run([&] {
    auto ch = make_chan<int>();
    auto parent = make_chan<uint64_t>();
    go([ch, parent] {
      go([ch] { Outer(ch); });
      parent.send(Goroutines()[0].id);
    });
    const uint64_t id = parent.recv();
    test::AwaitGoroutines(2);
    test::AwaitParked(1);
    child = Find(Goroutines(), "Outer");
    EXPECT_EQ(child.parent_id, id);
    close(ch);
  });
}

// DUMP-18: one that has been woken and has not run yet is "runnable", and its stack is still that of its wait.
TEST(Dump, WokenIsRunnable) {
  Runtime runtime(1);
  go([] {
    auto ch = make_chan<int>();
    go([ch] { Outer(ch); });
    test::AwaitParked(1);
    ch.send(1);
    const GoroutineTrace woken = Find(Goroutines(), "Outer");
    EXPECT_EQ(woken.state, "runnable");
    EXPECT_FALSE(woken.waiting);
    EXPECT_EQ(TextOf(woken).find("chan receive"), std::string::npos);
  });
  runtime.Drain();
}

__attribute__((noinline)) void Compute(const std::atomic<bool>& stop, std::atomic<bool>& computing) {
  while (!stop.load()) computing = true;
  asm volatile("");
}

// DUMP-02, DUMP-12: a goroutine that computes is stopped where it is, and shown running with its stack.
TEST_P(DumpTest, OneThatComputes) {
  if (GetParam() == 1) return;  // it would not leave us the processor
  std::atomic<bool> stop{false}, computing{false};
  Run([&] {
    go([&] { Compute(stop, computing); });
    while (!computing.load()) Gosched();
    const GoroutineTrace trace = Find(Goroutines(), "Compute");
    stop = true;
    EXPECT_EQ(trace.state, "running");
    EXPECT_FALSE(trace.unavailable);
  });
}

// DUMP-11: on a thread that cannot be stopped its stack is not known.
TEST(Dump, StackUnavailable) {
  Runtime runtime(2);
  std::atomic<bool> stop{false}, computing{false};
  std::string text;
  go([&] {
    go([&] {
      sigset_t urgent, before;
      sigemptyset(&urgent);
      sigaddset(&urgent, SIGURG);
      pthread_sigmask(SIG_BLOCK, &urgent, &before);
      Compute(stop, computing);
      pthread_sigmask(SIG_SETMASK, &before, nullptr);
    });
    while (!computing.load()) Gosched();
    text = Stack(true);
    stop = true;
  });
  runtime.Drain();
  EXPECT_TRUE(std::regex_search(
      text, std::regex("\\[running\\]:\n\tgoroutine running on other thread; stack unavailable\ncreated by ")))
      << text;
}

__attribute__((noinline)) void Recurse(int depth, Chan<int> ch) {
  if (depth == 0) {
    ch.recv();
  } else {
    Recurse(depth - 1, ch);
  }
  asm volatile("");
}

// DUMP-14: of a deep stack the middle is left out, and counted.
TEST_P(DumpTest, DeepStack) {
  Run([] {
    auto ch = make_chan<int>();
    test::GoAndPark([ch] { Recurse(150, ch); });
    const std::vector<GoroutineTrace> all = Goroutines();
    EXPECT_TRUE(std::regex_search(TextOf(all[1]), std::regex("\n\\.\\.\\.[0-9]+ frames elided\\.\\.\\.\n")));
    EXPECT_GT(all[1].elided, 50);
    EXPECT_LE(all[1].frames.size(), 100u);
    close(ch);
  });
}

// DUMP-01, DUMP-04, DUMP-05: minutes, counted from the blocking itself, from one minute on, and not for leaked ones.
TEST(Dump, Header) {
  GoroutineTrace trace;
  trace.id = 7;
  trace.state = "chan receive";
  EXPECT_EQ(TextOf(trace), "goroutine 7 [chan receive]:\n");
  trace.waiting_ns = 59'999'999'999;
  EXPECT_EQ(TextOf(trace), "goroutine 7 [chan receive]:\n");
  trace.waiting_ns = 125'000'000'000;
  EXPECT_EQ(TextOf(trace), "goroutine 7 [chan receive, 2 minutes]:\n");
  trace.locked_to_thread = true;
  EXPECT_EQ(TextOf(trace), "goroutine 7 [chan receive, 2 minutes, locked to thread]:\n");
  trace.leaked = true;
  EXPECT_EQ(TextOf(trace), "goroutine 7 [chan receive (leaked), locked to thread]:\n");
}

// DUMP-04: the time of waiting is there, and is no older than the test.
TEST_P(DumpTest, WaitingTime) {
  Run([] {
    auto ch = make_chan<int>();
    test::GoAndPark([ch] { Outer(ch); });
    const GoroutineTrace trace = Find(Goroutines(), "Outer");
    EXPECT_TRUE(trace.waiting);
    EXPECT_LT(trace.waiting_ns, 50'000'000'000);
    close(ch);
  });
}

// DUMP-12: with false only the caller.
// DUMP-13: whatever GOTRACEBACK says.
TEST_P(DumpTest, OnlyTheCaller) {
  for (const char* level : {"none", "single", "system"}) {
    SetTraceback(level);
    Run([] {
      auto ch = make_chan<int>();
      test::GoAndPark([ch] { Outer(ch); });
      const std::string own = Stack(false);
      EXPECT_EQ(own.find("Outer"), std::string::npos) << own;
      EXPECT_NE(own.find("goroutine/dump_test.cc:"), std::string::npos) << own;  // clang calls a lambda operator()
      EXPECT_EQ(own.find("plait::Stack"), std::string::npos) << own;
      EXPECT_NE(Stack(true).find("Outer"), std::string::npos);
      close(ch);
    });
  }
  SetTraceback("single");
}

// DUMP-12, DUMP-22: while goroutines hand things to and fro, dumps are taken from inside and outside: every snapshot is
// consistent, and no wake-up is lost.
TEST_P(DumpTest, WhileEverythingMoves) {
  std::atomic<int> received{0};
  auto dump = [] {
    for (int i = 0; i < 20; ++i) {
      int in_turn = 0;
      for (const GoroutineTrace& trace : Goroutines(/*internals=*/true)) {
        EXPECT_FALSE(trace.unavailable);
        in_turn += trace.state == "running";
      }
      EXPECT_LE(in_turn, 8);
    }
  };
  go([&] {
    for (int pair = 0; pair < 4; ++pair) {
      auto there = make_chan<int>(), back = make_chan<int>();
      go([=] {
        for (int i = 0; i < 2000; ++i) {
          there.send(i);
          back.recv();
        }
      });
      go([=, &received] {
        for (int i = 0; i < 2000; ++i) {
          there.recv();
          back.send(i);
          ++received;
        }
      });
    }
    go(dump);
  });
  dump();
  runtime_.Drain();
  EXPECT_EQ(received, 8000);
}

// Parameters are cut off, names are kept.
TEST(Symbolize, WithoutParameters) {
  EXPECT_EQ(WithoutParameters("main"), "main");
  EXPECT_EQ(WithoutParameters("a::b(int, void (*)(int))"), "a::b");
  EXPECT_EQ(WithoutParameters("a::(anonymous namespace)::f()::{lambda(int)#1}::operator()(int) const"),
            "a::(anonymous namespace)::f()::{lambda(int)#1}::operator()");
  EXPECT_EQ(WithoutParameters("f(int) [clone .cold]"), "f");
  EXPECT_EQ(WithoutParameters("operator()"), "operator()");
  EXPECT_EQ(WithoutParameters("a::(anonymous namespace)"), "a::(anonymous namespace)");
}

}  // namespace
}  // namespace plait
