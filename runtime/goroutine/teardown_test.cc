// Runtime::Stop unwinds what is left, wherever it is parked. Leaks are LeakSanitizer's (--config=asan).

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
#include "plait/runtime/testing/values.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace plait {
namespace {

using test::AwaitParked;
using test::GoAndPark;
using test::MoveOnly;

// What an abandoned stack owns is leaked, and known to be: LeakSanitizer need not say so.
class LeaksOnPurpose {
 public:
#if defined(__SANITIZE_ADDRESS__)
  LeaksOnPurpose() { __lsan_disable(); }
  ~LeaksOnPurpose() { __lsan_enable(); }
#else
  LeaksOnPurpose() {}
#endif
  LeaksOnPurpose(const LeaksOnPurpose&) = delete;
  LeaksOnPurpose& operator=(const LeaksOnPurpose&) = delete;
};

// Says where an unwinding has come by.
struct Witness {
  explicit Witness(std::vector<std::string>& l, std::string n) : log(l), name(std::move(n)) {}
  ~Witness() { log.push_back(name); }
  std::vector<std::string>& log;
  std::string name;
};

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

// Parked in a destructor that runs because of an exception: nothing can be thrown there, so the operation returns a
// zero result, and the exception is dropped when it arrives.
TEST_P(TeardownTest, InADestructorThatUnwinds) {
  GoAndPark([&] {
    Witness outer(log_, "outer");
    struct Waits {
      Log& log;
      ~Waits() {
        const Received<int> r = make_chan<int>().recv_ok();
        log.push_back(r.ok ? "received" : "zero");
        const int index = Select{recv_case(make_chan<int>()), send_case(Chan<int>(), 1)}.index;
        log.push_back(std::to_string(index));
        Chan<int>().send(1);
        sync::Mutex mu;
        mu.Lock();
        mu.Lock();
        log.push_back("passed");
      }
    } waits{log_};
    throw std::runtime_error("on the way");
  });
  EXPECT_EQ(runtime_.Stop(), 1);
  EXPECT_EQ(log_, (Log{"zero", "-1", "passed", "outer"}));
}

// Parked in a destructor that runs because its scope ends: it is noexcept, so the stack is abandoned. That one only.
TEST_P(TeardownTest, InADestructorAtTheEndOfAScope) {
  LeaksOnPurpose leaks;
  GoAndPark([] {
    struct Waits {
      ~Waits() { Chan<int>().recv(); }
    } waits;
  });
  GoAndPark([&] {
    Witness witness(log_, "the other");
    Chan<int>().recv();
  });
  EXPECT_EQ(runtime_.Stop(), 2);
  EXPECT_EQ(log_, Log{"the other"});
  EXPECT_EQ(NumGoroutine(), 0);
}

// A destructor may throw if it says so: then it is left as everything else is.
TEST_P(TeardownTest, InADestructorThatMayThrow) {
  GoAndPark([&] {
    Witness outer(log_, "outer");
    struct Waits {
      ~Waits() noexcept(false) { Chan<int>().recv(); }
    } waits;
  });
  EXPECT_EQ(runtime_.Stop(), 1);
  EXPECT_EQ(log_, Log{"outer"});
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

// In destructors: what releases does nothing and does not throw; what asks is answered.
TEST_P(TeardownTest, OperationsOfDestructors) {
  sync::Mutex mu;
  sync::WaitGroup wg;
  sync::atomic::Int32 count;
  auto ch = make_chan<int>(4);
  ch.send(1);
  GoAndPark([&] {
    struct Cleans {
      sync::Mutex& mu;
      sync::WaitGroup& wg;
      sync::atomic::Int32& count;
      Chan<int> ch;
      Log& log;
      ~Cleans() {
        close(ch);
        wg.Done();  // would panic
        count.Add(1);
        go([] { ADD_FAILURE(); });
        log.push_back(std::to_string(len(ch)) + (mu.TryLock() ? " locked" : " not locked"));
        static_cast<void>(make_chan<int>(1));
      }
    } cleans{mu, wg, count, ch, log_};
    const std::scoped_lock guard(mu);
    Chan<int>().recv();
  });
  EXPECT_EQ(runtime_.Stop(), 1);
  EXPECT_EQ(log_, Log{"1 not locked"});
  EXPECT_EQ(count.Load(), 1);
  EXPECT_TRUE(ch.recv_ok().ok);  // not closed, not drained
  ch.send(2);
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
