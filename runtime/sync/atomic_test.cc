#include "plait/runtime/sync/atomic.h"

#include <cstdint>
#include <limits>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

namespace atomic = sync::atomic;

using AtomicTest = test::RuntimeTest;
PLAIT_WITH_PROCS(AtomicTest);

// ATOM-07: zero value usable, not copyable; a static one needs no initialiser at run time.
static_assert(!std::is_copy_constructible_v<atomic::Int64> && !std::is_copy_assignable_v<atomic::Bool>);
// ATOM-12: aligned.
static_assert(alignof(atomic::Int64) >= 8 && alignof(atomic::Uint64) >= 8);
constinit atomic::Int32 static_counter;
constinit atomic::Pointer<int> static_pointer;

TEST(Atomic, ZeroValues) {
  EXPECT_EQ(static_counter.Load(), 0);
  EXPECT_EQ(static_pointer.Load(), nullptr);
  EXPECT_FALSE(atomic::Bool().Load());
  EXPECT_EQ(atomic::Uintptr().Load(), 0u);
  EXPECT_EQ(atomic::Uint64(7).Load(), 7u);
}

template <class A>
class AtomicInteger : public testing::Test {};
using Integers = testing::Types<atomic::Int32, atomic::Int64, atomic::Uint32, atomic::Uint64, atomic::Uintptr>;
TYPED_TEST_SUITE(AtomicInteger, Integers);

// ATOM-04: Add returns the new value; Swap, And and Or return the old one.
TYPED_TEST(AtomicInteger, Results) {
  TypeParam a;
  a.Store(5);
  EXPECT_EQ(a.Add(3), 8u);
  EXPECT_EQ(a.Load(), 8u);
  EXPECT_EQ(a.Swap(12), 8u);
  EXPECT_EQ(a.And(10), 12u);
  EXPECT_EQ(a.Or(1), 8u);
  EXPECT_EQ(a.Load(), 9u);
}

// ATOM-05: overflow wraps; adding the two's complement of n to an unsigned takes n away.
TYPED_TEST(AtomicInteger, Wraps) {
  using T = decltype(std::declval<TypeParam>().Load());
  TypeParam a(std::numeric_limits<T>::max());
  EXPECT_EQ(a.Add(1), std::numeric_limits<T>::min());
  a.Store(10);
  EXPECT_EQ(a.Add(static_cast<T>(-3)), static_cast<T>(7));
  EXPECT_EQ(a.Add(static_cast<T>(~T{0})), static_cast<T>(6));
}

// ATOM-06: CompareAndSwap never fails when the value is as expected.
TYPED_TEST(AtomicInteger, CompareAndSwapIsStrong) {
  using T = decltype(std::declval<TypeParam>().Load());
  TypeParam a;
  for (T i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(a.CompareAndSwap(i, i + 1));
    ASSERT_FALSE(a.CompareAndSwap(i, 0));
    ASSERT_EQ(a.Load(), i + 1);
  }
}

// ATOM-14: pointers compare by identity.
TEST(Atomic, PointersCompareByIdentity) {
  int x = 1, y = 1;
  atomic::Pointer<int> p(&x);
  EXPECT_FALSE(p.CompareAndSwap(&y, nullptr));
  EXPECT_TRUE(p.CompareAndSwap(&x, &y));
  EXPECT_EQ(p.Swap(nullptr), &y);
  EXPECT_TRUE(p.CompareAndSwap(nullptr, &x));
}

// ATOM-04: no addition is lost, by goroutines and plain threads.
TEST_P(AtomicTest, AddsAreNotLost) {
  constexpr int kEach = 5000;
  atomic::Int64 sum;
  atomic::Uint32 bits;
  const auto work = [&] {
    for (int i = 0; i < kEach; ++i) sum.Add(1);
  };
  for (uint32_t i = 0; i < 4; ++i) {
    go([&, i] {
      work();
      bits.Or(1u << i);
    });
  }
  std::thread thread(work);
  thread.join();
  runtime_.Drain();
  EXPECT_EQ(sum.Load(), 5 * kEach);
  EXPECT_EQ(bits.Load(), 0b1111u);
}

// ATOM-01: one total order: of two goroutines that each set their own flag and then look at the other's, one sees it
// (TestStoreLoadSeqCst). Forbidden, and seen with weaker orders: neither does.
TEST_P(AtomicTest, StoreLoadIsSequentiallyConsistent) {
  constexpr size_t kFlags = 1000;
  for (int round = 0; round < 20; ++round) {
    struct Side {
      std::vector<atomic::Int32> flags = std::vector<atomic::Int32>(kFlags);
      std::vector<bool> saw = std::vector<bool>(kFlags);
    };
    Side sides[2];
    atomic::Int32 started;
    for (int me = 0; me < 2; ++me) {
      go([&, me] {
        started.Add(1);
        while (started.Load() < 2) Gosched();
        for (size_t i = 0; i < kFlags; ++i) {
          sides[me].flags[i].Store(1);
          sides[me].saw[i] = sides[1 - me].flags[i].Load() == 1;
        }
      });
    }
    runtime_.Drain();
    for (size_t i = 0; i < kFlags; ++i) EXPECT_TRUE(sides[0].saw[i] || sides[1].saw[i]) << i;
  }
}

// ATOM-02: what happened before a Store is seen by whoever has loaded its value.
TEST_P(AtomicTest, PublishesPlainData) {
  for (int round = 0; round < 300; ++round) {
    int data = 0;
    atomic::Bool ready;
    go([&] {
      data = 42;
      ready.Store(true);
    });
    go([&] {
      while (!ready.Load()) Gosched();
      EXPECT_EQ(data, 42);
    });
    runtime_.Drain();
  }
}

}  // namespace
}  // namespace plait
