// What belongs to a goroutine goes with it from thread to thread: who it is, its exceptions, errno, the floating point
// control words. Built in both link modes: a mistake with thread-local storage can live in one and not in the other.

#include <errno.h>
#include <xmmintrin.h>

#include <atomic>
#include <cfenv>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::MoveToAnotherThread;
using test::ThreadId;

class MigrationTest : public testing::Test {
 protected:
  template <class F>
  void Run(F f) {
    go(std::move(f));
    runtime_.Drain();
  }
  Runtime runtime_{2};
};

TEST_F(MigrationTest, MovesIndeed) {
  Run([] {
    for (int i = 0; i < 5; ++i) {
      const int before = ThreadId();
      MoveToAnotherThread();
      EXPECT_NE(ThreadId(), before);
    }
  });
}

// The current goroutine is the same before and after a park, wherever it goes on; inlined, in a loop, and under -O2.
TEST_F(MigrationTest, IdentityIsKept) {
  Run([] {
    G* const me = CurrentG();
    for (int i = 0; i < 10; ++i) {
      MoveToAnotherThread();
      ASSERT_EQ(CurrentG(), me);
      ASSERT_EQ(CurrentGOrNull()->id, me->id);
    }
  });
}

// The same for many goroutines that migrate as the scheduler pleases.
TEST(Migration, EverybodyKnowsWhoHeIs) {
  for (int procs : {1, 2, 4}) {
    Runtime runtime(procs);
    std::atomic<int> wrong{0};
    auto ball = make_chan<int>(8);
    for (int i = 0; i < 32; ++i) {
      go([&wrong, ball, i] {
        G* const me = CurrentG();
        for (int k = 0; k < 200; ++k) {
          if ((i + k) % 3 == 0) Gosched();
          wrong += CurrentG() != me;
          ball.send(k);
          wrong += CurrentG() != me;
          ball.recv();
          wrong += CurrentG() != me || me->is_thread;
        }
      });
    }
    // A plain thread among them is nobody's goroutine.
    std::thread thread([&] {
      G* const me = CurrentG();
      for (int k = 0; k < 200; ++k) {
        ball.send(k);
        ball.recv();
        wrong += CurrentG() != me || !me->is_thread;
      }
    });
    thread.join();
    runtime.Drain();
    EXPECT_EQ(wrong, 0);
  }
}

// An exception that is caught on one thread is rethrown on another.
TEST_F(MigrationTest, ACatchBlockMigrates) {
  std::string rethrown;
  Run([&] {
    try {
      try {
        throw std::runtime_error("mine");
      } catch (const std::runtime_error&) {
        MoveToAnotherThread();
        EXPECT_NE(std::current_exception(), nullptr);
        throw;
      }
    } catch (const std::exception& e) {
      rethrown = e.what();
    }
    EXPECT_EQ(std::current_exception(), nullptr);
  });
  EXPECT_EQ(rethrown, "mine");
}

// A destructor that runs because of an exception migrates; the exception goes on.
TEST_F(MigrationTest, AnUnwindingDestructorMigrates) {
  int before = -1, after = -1;
  std::string caught;
  Run([&] {
    struct Guard {
      int& before;
      int& after;
      ~Guard() {
        before = std::uncaught_exceptions();
        MoveToAnotherThread();
        after = std::uncaught_exceptions();
      }
    };
    try {
      Guard guard{before, after};
      throw std::runtime_error("in flight");
    } catch (const std::exception& e) {
      caught = e.what();
    }
    EXPECT_EQ(std::uncaught_exceptions(), 0);
  });
  EXPECT_EQ(before, 1);
  EXPECT_EQ(after, 1);
  EXPECT_EQ(caught, "in flight");
}

// Handlers of many goroutines, interleaved: each rethrows its own.
TEST(Migration, ExceptionsAreKeptPerGoroutine) {
  for (int procs : {1, 2, 4}) {
    Runtime runtime(procs);
    std::atomic<int> right{0};
    for (int i = 0; i < 16; ++i) {
      go([&right, i] {
        for (int k = 0; k < 50; ++k) {
          try {
            try {
              throw 100 * i + k;
            } catch (int) {
              Gosched();
              try {
                throw std::to_string(i);
              } catch (const std::string& nested) {
                Gosched();
                right += nested == std::to_string(i);
              }
              Gosched();
              throw;
            }
          } catch (int value) {
            right += value == 100 * i + k;
          }
        }
      });
    }
    runtime.Drain();
    EXPECT_EQ(right, 16 * 50 * 2);
  }
}

// errno is the goroutine's. (Not by its name: a compiler may keep the address of `errno` over a call.)
TEST_F(MigrationTest, ErrnoIsKept) {
  Run([&] {
    EXPECT_EQ(test::GetErrno(), 0);
    for (int value : {EAGAIN, EINTR, ENOENT}) {
      test::SetErrno(value);
      auto done = make_chan<int>();
      go([done] {
        EXPECT_EQ(test::GetErrno(), 0);  // a goroutine begins with none
        test::SetErrno(EPERM);
        done.send(0);
      });
      done.recv();
      MoveToAnotherThread();
      EXPECT_EQ(test::GetErrno(), value);
    }
  });
}

// So are the rounding mode and the control words, of both floating point units.
TEST_F(MigrationTest, FloatingPointControlIsKept) {
  const auto control = [] { return _mm_getcsr() & ~0x3fu; };  // without the sticky exception flags
  Run([&] {
    const unsigned initial = control();
    ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
    _mm_setcsr(_mm_getcsr() | _MM_FLUSH_ZERO_ON);
    const unsigned changed = control();
    EXPECT_NE(changed, initial);
    auto done = make_chan<int>();
    go([&, done] {
      EXPECT_EQ(std::fegetround(), FE_TONEAREST);  // the defaults, not the creator's
      EXPECT_EQ(control(), initial);
      std::fesetround(FE_DOWNWARD);
      done.send(0);
    });
    done.recv();
    for (int i = 0; i < 3; ++i) {
      MoveToAnotherThread();
      EXPECT_EQ(std::fegetround(), FE_UPWARD);
      EXPECT_EQ(control(), changed);
    }
  });
}

}  // namespace
}  // namespace plait
