// Runtime::Stop unwinds what is left, wherever it is parked. In destructors: teardown_destructor_test.cc. Leaks are
// LeakSanitizer's (--config=asan).

#include "plait/runtime/goroutine/teardown.h"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"
#include "plait/runtime/testing/leaks_on_purpose.h"
#include "plait/runtime/testing/unwinding.h"
#include "plait/runtime/testing/values.h"

namespace plait {
namespace {

using test::AwaitParked;
using test::GoAndPark;
using test::LeaksOnPurpose;
using test::MoveOnly;
using test::Witness;

using Log = std::vector<std::string>;

class TeardownTest : public test::RuntimeTest {
 protected:
  Log log_;  // written by one goroutine at a time: by those that are unwound, one after the other
};
PLAIT_WITH_PROCS(TeardownTest);

// Every kind of wait is left by unwinding: locals and captures are destroyed, deferred calls do not run.
TEST_P(TeardownTest, FromEveryKindOfWait) {
  sync::Mutex mu;
  sync::WaitGroup wg;
  mu.Lock();
  wg.Add(1);
  auto empty = make_chan<MoveOnly>();
  const auto start = [&](const char* name, auto wait) {
    GoAndPark([this, name, wait, capture = MoveOnly(1)] {
      frame([&](Frame& f) {
        f.defer([&] { log_.push_back("deferred"); });
        Witness witness(log_, name);
        MoveOnly local(2);
        wait();
        log_.push_back("went on");
      });
    });
  };
  start("send", [empty] { empty.send(MoveOnly(3)); });
  start("recv of another", [] { make_chan<MoveOnly>().recv(); });
  start("nil", [] { Chan<int>().recv(); });
  start("range", [] {
    for (int v : make_chan<int>()) static_cast<void>(v);
  });
  start("select", [] { Select{recv_case(make_chan<MoveOnly>()), send_case(make_chan<MoveOnly>(), MoveOnly(4))}; });
  start("select{}", [] { Select{}; });
  start("mutex", [&] { mu.Lock(); });
  start("wait group", [&] { wg.Wait(); });
  start("sleep", [] { time::Sleep(std::chrono::hours(1)); });
  start("after", [] { time::After(std::chrono::hours(1)).recv(); });
  EXPECT_EQ(runtime_.Stop(), 10);
  // Newest first.
  EXPECT_EQ(log_, (Log{"after", "sleep", "wait group", "mutex", "select{}", "select", "range", "nil", "recv of another",
                       "send"}));
  EXPECT_EQ(MoveOnly::live(), 0);
  EXPECT_EQ(NumGoroutine(), 0);
  // What they waited for is intact: nobody stands in its queues.
  mu.Unlock();
  EXPECT_TRUE(mu.TryLock());
  wg.Done();
  EXPECT_EQ((Select{recv_case(empty), default_case()}.index), 1);
}

// A goroutine that never ran: its function is not called, its captures are destroyed.
TEST_P(TeardownTest, NeverStarted) {
  std::atomic<int> running{0};
  std::atomic<bool> release{false};
  std::atomic<int> called{0};
  for (int i = 0; i < GetParam(); ++i) {
    go([&] {
      ++running;
      while (!release) __builtin_ia32_pause();
    });
  }
  while (running < GetParam()) std::this_thread::yield();
  // All processors are taken.
  for (int i = 0; i < 10; ++i) {
    go([&, capture = MoveOnly(i)] { ++called; });
  }
  EXPECT_EQ(MoveOnly::live(), 10);
  std::thread stopper([&] { runtime_.Stop(); });
  // Whether the ten run before Stop has said so is the scheduler's matter; either way they are gone in the end.
  release = true;
  stopper.join();
  EXPECT_EQ(MoveOnly::live(), 0);
  EXPECT_LE(called, 10);
}

// Goroutines that are runnable, or yield for ever, are unwound as well.
TEST_P(TeardownTest, Runnable) {
  for (int i = 0; i < 5; ++i) {
    go([capture = MoveOnly(1)] {
      MoveOnly local(2);
      for (;;) Gosched();
    });
  }
  EXPECT_EQ(runtime_.Stop(), 5);
  EXPECT_EQ(MoveOnly::live(), 0);
}

// References to locals of older goroutines, and of whoever owns the Runtime, stay good: newest first, the owner last.
TEST_P(TeardownTest, ReferencesToOlderFrames) {
  auto owners = std::make_unique<std::string>("owner");
  GoAndPark([&] {
    std::string oldest = "oldest";
    auto never = make_chan<int>();
    GoAndPark([&] {
      struct Reader {
        Log& log;
        const std::string& a;
        const std::string& b;
        ~Reader() { log.push_back(a + " " + b); }
      } reader{log_, oldest, *owners};
      never.recv();
    });
    never.recv();
  });
  AwaitParked(2);
  EXPECT_EQ(runtime_.Stop(), 2);
  EXPECT_EQ(log_, Log{"oldest owner"});
}

// Parked inside a catch block: the exception that was caught is destroyed too.
TEST_P(TeardownTest, InACatchBlock) {
  struct Thrown {
    std::shared_ptr<int> p;
  };
  auto p = std::make_shared<int>(1);
  GoAndPark([&] {
    Witness outer(log_, "outer");
    try {
      throw Thrown{p};
    } catch (const Thrown&) {
      Witness inner(log_, "inner");
      Chan<int>().recv();
    }
  });
  EXPECT_EQ(runtime_.Stop(), 1);
  EXPECT_EQ(log_, (Log{"inner", "outer"}));
  EXPECT_EQ(p.use_count(), 1);
}

// Whoever swallows the unwinding meets it again at the next operation.
TEST_P(TeardownTest, SwallowedInACatchAllLoop) {
  GoAndPark([&] {
    Witness witness(log_, "left");
    for (int i = 0; i < 50; ++i) {
      try {
        MoveOnly local(i);
        Chan<int>().recv();
      } catch (...) {
        if (i == 49) throw;
      }
    }
  });
  EXPECT_EQ(runtime_.Stop(), 1);
  EXPECT_EQ(log_, Log{"left"});
  EXPECT_EQ(MoveOnly::live(), 0);
}

// For ever: after so many attempts the stack is abandoned, and the others are unwound.
TEST_P(TeardownTest, SwallowedForEver) {
  LeaksOnPurpose leaks;
  GoAndPark([] {
    for (;;) {
      try {
        Chan<int>().recv();
      } catch (...) {
      }
    }
  });
  GoAndPark([&] {
    Witness witness(log_, "the other");
    Chan<int>().recv();
  });
  EXPECT_EQ(runtime_.Stop(), 2);
  EXPECT_EQ(log_, Log{"the other"});
}

// A handler that turns the unwinding into an exception of its own: the goroutine ends, and nothing is printed.
TEST_P(TeardownTest, TurnedIntoAnotherException) {
  GoAndPark([&] {
    Witness witness(log_, "left");
    try {
      Chan<int>().recv();
    } catch (...) {
      throw std::runtime_error("translated");
    }
  });
  EXPECT_EQ(runtime_.Stop(), 1);
  EXPECT_EQ(log_, Log{"left"});
}

// Many times over, in one process: nothing is left behind.
TEST(Teardown, ManyTimes) {
  for (int i = 0; i < 50; ++i) {
    Runtime runtime(2);
    auto ch = make_chan<MoveOnly>(1);
    for (int k = 0; k < 20; ++k) {
      go([ch, k] {
        for (;;) {
          MoveOnly local(k);
          ch.send(std::move(local));
          Gosched();
          ch.recv();
        }
      });
    }
  }
  EXPECT_EQ(MoveOnly::live(), 0);
}

}  // namespace
}  // namespace plait
