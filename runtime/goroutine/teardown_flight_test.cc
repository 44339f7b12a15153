// Values in flight when the world ends: handed to a goroutine that has been woken but will not run again. With the
// runtime's own parts instead of a Runtime, so that the moment can be had for certain.

#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/goroutine/entry.h"
#include "plait/runtime/goroutine/teardown.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/testing/fixture.h"
#include "plait/runtime/testing/values.h"

namespace plait {
namespace {

using test::Fragile;
using test::GoAndPark;
using test::MoveOnly;

class TeardownFlightTest : public testing::Test {
 protected:
  // The workers end; what is readied from now on stays where it is.
  void StopWorkers() { scheduler_->Stop(-1); }

  void UnwindAll() {
    const std::vector<G*> left = AllGoroutines::Instance().Live();
    Teardown teardown;
    for (size_t i = left.size(); i-- > 0;) {
      left[i]->m = nullptr;
      EXPECT_TRUE(teardown.UnwindOne(left[i]));
      UnbindStack(left[i]);
      AllGoroutines::Instance().Free(left[i]);
    }
  }

  std::unique_ptr<sched::Scheduler> scheduler_ = std::make_unique<sched::Scheduler>(2);
};

// A receiver that has its value, and has not run since.
TEST_F(TeardownFlightTest, ReceivedAndNotResumed) {
  auto bare = make_chan<MoveOnly>();
  auto boxed = make_chan<Fragile>();
  GoAndPark([=] { bare.recv(); });
  GoAndPark([=] { static_cast<void>(boxed.recv_ok()); });
  GoAndPark([=] {
    for (MoveOnly& m : bare) m.value = 0;
  });
  StopWorkers();
  bare.send(MoveOnly(1));
  bare.send(MoveOnly(2));
  boxed.send(Fragile(3));
  EXPECT_EQ(MoveOnly::live(), 2);
  EXPECT_EQ(Fragile::live(), 1);
  UnwindAll();
  EXPECT_EQ(MoveOnly::live(), 0);
  EXPECT_EQ(Fragile::live(), 0);
}

// The same through select.
TEST_F(TeardownFlightTest, SelectedAndNotResumed) {
  auto a = make_chan<MoveOnly>();
  auto b = make_chan<Fragile>();
  auto c = make_chan<int>();
  for (int i = 0; i < 3; ++i) {
    GoAndPark([=] { Select{recv_case(a), recv_case(b), send_case(c, 1)}; });
  }
  StopWorkers();
  a.send(MoveOnly(1));
  b.send(Fragile(2));
  EXPECT_EQ(c.recv(), 1);
  EXPECT_EQ(MoveOnly::live(), 1);
  UnwindAll();
  EXPECT_EQ(MoveOnly::live(), 0);
  EXPECT_EQ(Fragile::live(), 0);
}

// A sender whose value was taken; one that was woken by a close; a receiver that was.
TEST_F(TeardownFlightTest, SentOrClosedAndNotResumed) {
  auto a = make_chan<MoveOnly>();
  auto b = make_chan<MoveOnly>();
  auto c = make_chan<MoveOnly>();
  GoAndPark([=] { a.send(MoveOnly(1)); });
  GoAndPark([=] { b.send(MoveOnly(2)); });
  GoAndPark([=] { c.recv(); });
  GoAndPark([=] { Select{recv_case(c), recv_case(Chan<int>())}; });
  StopWorkers();
  EXPECT_EQ(a.recv().value, 1);
  close(b);
  close(c);
  UnwindAll();
  EXPECT_EQ(MoveOnly::live(), 0);
}

// Never started: the captures go, on the goroutine's own stack; the function is not called.
TEST_F(TeardownFlightTest, NeverStarted) {
  StopWorkers();
  bool called = false;
  for (int i = 0; i < 10; ++i) {
    go([&called, m = MoveOnly(i)] { called = true; });
  }
  EXPECT_EQ(MoveOnly::live(), 10);
  UnwindAll();
  EXPECT_EQ(MoveOnly::live(), 0);
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace plait
