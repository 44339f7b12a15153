#include "plait/runtime/sync/atomic_value.h"

#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using sync::atomic::Any;
using sync::atomic::Value;
using test::PanicTextOf;

using AtomicValueTest = test::RuntimeTest;
PLAIT_WITH_PROCS(AtomicValueTest);

static_assert(!std::is_copy_constructible_v<Value>);

// ATOM-07, ATOM-08: the zero value is usable, and reads as nil.
TEST(AtomicValue, HoldsNothingAtFirst) {
  Value value;
  EXPECT_TRUE(value.Load().is_nil());
  EXPECT_EQ(value.Load(), Any());
  EXPECT_EQ(value.Load().as<int>(), nullptr);
  value.Store(7);
  EXPECT_EQ(*value.Load().as<int>(), 7);
  EXPECT_EQ(value.Load().as<long>(), nullptr);
  EXPECT_EQ(*value.Swap(8).as<int>(), 7);
  EXPECT_EQ(value.Load(), Any(8));
}

// ATOM-08: nil cannot be stored.
TEST(AtomicValue, NilPanics) {
  Value value;
  EXPECT_EQ(PanicTextOf([&] { value.Store(nullptr); }), "sync/atomic: store of nil value into Value");
  EXPECT_EQ(PanicTextOf([&] { value.Swap(Any()); }), "sync/atomic: swap of nil value into Value");
  EXPECT_EQ(PanicTextOf([&] { value.CompareAndSwap(nullptr, nullptr); }),
            "sync/atomic: compare and swap of nil value into Value");
  EXPECT_TRUE(value.Load().is_nil());
}

// ATOM-09: the first value decides the type.
TEST(AtomicValue, AnotherTypePanics) {
  Value value;
  EXPECT_EQ(PanicTextOf([&] { value.CompareAndSwap(1, std::string("1")); }),
            "sync/atomic: compare and swap of inconsistently typed values");
  value.Store(1);
  const std::string text = "1";
  EXPECT_EQ(PanicTextOf([&] { value.Store(text); }), "sync/atomic: store of inconsistently typed value into Value");
  EXPECT_EQ(PanicTextOf([&] { value.Swap(text); }), "sync/atomic: swap of inconsistently typed value into Value");
  EXPECT_EQ(PanicTextOf([&] { value.CompareAndSwap(text, text); }),
            "sync/atomic: compare and swap of inconsistently typed value into Value");
  EXPECT_EQ(value.Load(), Any(1));
}

// ATOM-10: CompareAndSwap from nil stores only if nothing has been stored; otherwise it compares by ==.
TEST(AtomicValue, CompareAndSwap) {
  Value value;
  EXPECT_FALSE(value.CompareAndSwap(1, 2));
  EXPECT_TRUE(value.CompareAndSwap(nullptr, 1));
  EXPECT_FALSE(value.CompareAndSwap(nullptr, 2));
  EXPECT_FALSE(value.CompareAndSwap(2, 3));
  EXPECT_TRUE(value.CompareAndSwap(1, 2));
  EXPECT_EQ(value.Load(), Any(2));
}

// ATOM-10: a type without == cannot be compared.
TEST(AtomicValue, UncomparablePanics) {
  struct Opaque {};
  Value value;
  value.Store(Opaque{});
  const std::string text = PanicTextOf([&] { value.CompareAndSwap(Opaque{}, Opaque{}); });
  EXPECT_EQ(text.find("runtime error: comparing uncomparable type "), 0u) << text;
  EXPECT_NE(text.find("Opaque"), std::string::npos) << text;
}

// A value lives as long as it is held, here or by whoever has loaded it.
TEST(AtomicValue, DropsWhatIsReplaced) {
  auto old = std::make_shared<int>(1);
  Value value;
  value.Store(old);
  {
    const Any loaded = value.Load();
    value.Store(std::make_shared<int>(2));
    EXPECT_EQ(old.use_count(), 2);
    EXPECT_EQ(**loaded.as<std::shared_ptr<int>>(), 1);
  }
  EXPECT_EQ(old.use_count(), 1);
}

// ATOM-11: readers see whole values (TestValueConcurrent), in goroutines and plain threads.
TEST_P(AtomicValueTest, ReadersSeeWholeValues) {
  constexpr int kEach = 2000;
  Value value;
  sync::atomic::Int64 torn, added;
  const auto write = [&] {
    for (int i = 0; i < kEach; ++i) {
      for (;;) {
        const Any held = value.Load();
        const int n = held.is_nil() ? 0 : held.as<std::vector<int>>()->front();
        if (value.CompareAndSwap(held, std::vector<int>(5, n + 1))) break;
      }
      added.Add(1);
    }
  };
  const auto read = [&] {
    for (int i = 0; i < kEach; ++i) {
      const Any held = value.Load();
      if (held.is_nil()) continue;
      const auto& numbers = *held.as<std::vector<int>>();
      if (numbers != std::vector<int>(5, numbers.front())) torn.Add(1);
    }
  };
  for (int i = 0; i < 2; ++i) {
    go(write);
    go(read);
  }
  std::thread writer(write);
  writer.join();
  runtime_.Drain();
  EXPECT_EQ(torn.Load(), 0);
  EXPECT_EQ(value.Load().as<std::vector<int>>()->front(), added.Load());
}

}  // namespace
}  // namespace plait
