// Runtime::Stop and destructors: goroutines that are parked in one, and what one may do while its goroutine is unwound.

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"
#include "plait/runtime/testing/leaks_on_purpose.h"
#include "plait/runtime/testing/unwinding.h"

namespace plait {
namespace {

using test::GoAndPark;
using test::LeaksOnPurpose;
using test::Witness;

using Log = std::vector<std::string>;

class TeardownDestructorTest : public test::RuntimeTest {
 protected:
  Log log_;  // written by one goroutine at a time: by those that are unwound, one after the other
};
PLAIT_WITH_PROCS(TeardownDestructorTest);

// Parked in a destructor that runs because of an exception: nothing can be thrown there, so the operation returns a
// zero result, and the exception is dropped when it arrives.
TEST_P(TeardownDestructorTest, InADestructorThatUnwinds) {
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
TEST_P(TeardownDestructorTest, InADestructorAtTheEndOfAScope) {
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
TEST_P(TeardownDestructorTest, InADestructorThatMayThrow) {
  GoAndPark([&] {
    Witness outer(log_, "outer");
    struct Waits {
      ~Waits() noexcept(false) { Chan<int>().recv(); }
    } waits;
  });
  EXPECT_EQ(runtime_.Stop(), 1);
  EXPECT_EQ(log_, Log{"outer"});
}

// In destructors: what releases does nothing and does not throw; what asks is answered.
TEST_P(TeardownDestructorTest, OperationsOfDestructors) {
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

}  // namespace
}  // namespace plait
