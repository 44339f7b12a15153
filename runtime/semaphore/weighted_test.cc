#include "plait/runtime/semaphore/weighted.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::GoAndPark;
using test::PanicTextOf;

using WeightedTest = test::RuntimeTest;
PLAIT_WITH_PROCS(WeightedTest);

const auto kBackground = [] { return context::Background(); };

// SEM-01, SEM-10: units are taken and given back in whatever portions.
TEST_P(WeightedTest, Portions) {
  semaphore::Weighted sem(10);
  EXPECT_EQ(sem.Acquire(kBackground(), 7), nullptr);
  EXPECT_TRUE(sem.TryAcquire(3));
  EXPECT_FALSE(sem.TryAcquire(1));
  sem.Release(1);
  EXPECT_TRUE(sem.TryAcquire(1));
  sem.Release(10);
  EXPECT_TRUE(sem.TryAcquire(10));
}

// SEM-03: a context that is done: nothing is taken, though it is free.
// SEM-02: nor is it after a failure.
TEST_P(WeightedTest, DoneContext) {
  semaphore::Weighted sem(1);
  const auto [ctx, cancel] = context::WithCancel(kBackground());
  cancel();
  EXPECT_EQ(sem.Acquire(ctx, 1), context::Canceled);
  EXPECT_TRUE(sem.TryAcquire(1));
}

// SEM-08: the text; and the count is down all the same.
TEST_P(WeightedTest, ReleasedMoreThanHeld) {
  semaphore::Weighted sem(2);
  EXPECT_EQ(PanicTextOf([&] { sem.Release(1); }), "semaphore: released more than held");
  EXPECT_TRUE(sem.TryAcquire(3));  // as if there were three
}

// SEM-11: nothing at all is taken at once, unless somebody waits.
TEST_P(WeightedTest, AcquireNothing) {
  semaphore::Weighted sem(1);
  EXPECT_EQ(sem.Acquire(kBackground(), 1), nullptr);
  EXPECT_EQ(sem.Acquire(kBackground(), 0), nullptr);
  GoAndPark([&] { EXPECT_EQ(sem.Acquire(kBackground(), 1), nullptr); });
  EXPECT_FALSE(sem.TryAcquire(0));
  GoAndPark([&] { EXPECT_EQ(sem.Acquire(kBackground(), 0), nullptr); });
  sem.Release(1);
  runtime_.Drain();
}

// SEM-05, SEM-12: who waits is served in order, though one behind would fit.
// SEM-06: TryAcquire does not jump the queue.
TEST_P(WeightedTest, InOrder) {
  semaphore::Weighted sem(10);
  EXPECT_TRUE(sem.TryAcquire(10));
  std::atomic<bool> large{false}, small{false};
  GoAndPark([&] {
    EXPECT_EQ(sem.Acquire(kBackground(), 8), nullptr);
    large = true;
  });
  GoAndPark([&] {
    EXPECT_EQ(sem.Acquire(kBackground(), 1), nullptr);
    EXPECT_TRUE(large);
    small = true;
  });
  EXPECT_EQ(test::WaitReasons(), std::vector<std::string>(2, "select"));
  sem.Release(7);
  EXPECT_FALSE(sem.TryAcquire(1));
  EXPECT_FALSE(large || small);
  sem.Release(1);
  test::AwaitGoroutines(1);
  EXPECT_TRUE(large);
  sem.Release(1);
  runtime_.Drain();
  EXPECT_TRUE(small);
}

// SEM-09: the one in front gives up: those behind it go on.
// SEM-07: what asks for more than there is stands in nobody's way.
TEST_P(WeightedTest, GivingUp) {
  semaphore::Weighted sem(3);
  EXPECT_TRUE(sem.TryAcquire(2));
  const auto [ctx, cancel] = context::WithCancel(kBackground());
  GoAndPark([&, ctx = ctx] { EXPECT_EQ(sem.Acquire(ctx, 4), context::Canceled); });
  GoAndPark([&, ctx = ctx] { EXPECT_EQ(sem.Acquire(ctx, 3), context::Canceled); });
  GoAndPark([&] { EXPECT_EQ(sem.Acquire(kBackground(), 1), nullptr); });
  cancel();
  runtime_.Drain();
  EXPECT_FALSE(sem.TryAcquire(1));
  sem.Release(3);
  EXPECT_TRUE(sem.TryAcquire(3));
}

// SEM-14, SEM-01, SEM-04: goroutines and threads at once, some of which give up: never more than there is, and nothing
// is lost.
// SEM-13: the plain counter is guarded by the whole of the units.
TEST_P(WeightedTest, Stress) {
  constexpr int64_t kUnits = 5;
  semaphore::Weighted sem(kUnits);
  std::atomic<int64_t> held{0};
  std::atomic<bool> more{false};
  int64_t plain = 0;
  const auto work = [&](int seed) {
    for (int i = 0; i < 200; ++i) {
      const int64_t n = 1 + (seed + i) % kUnits;
      const auto [ctx, cancel] = context::WithCancel(kBackground());
      if ((seed + i) % 3 == 0) go([cancel = cancel] { cancel(); });
      if (sem.Acquire(ctx, n)) continue;
      if (held.fetch_add(n) + n > kUnits) more = true;
      if (n == kUnits) ++plain;
      held -= n;
      sem.Release(n);
      cancel();
    }
  };
  for (int g = 0; g < 6; ++g) go([&, g] { work(g); });
  std::thread thread([&] { work(7); });
  thread.join();
  runtime_.Drain();
  EXPECT_FALSE(more);
  EXPECT_TRUE(sem.TryAcquire(kUnits));
  EXPECT_GT(plain, 0);
}

}  // namespace
}  // namespace plait
