// What travels through a channel: every kind of element type, by every way there is. Nothing is lost, copied in secret,
// or destroyed twice.

#include "plait/runtime/chan/elem.h"

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"
#include "plait/runtime/testing/values.h"

namespace plait {
namespace {

using test::Copyable;
using test::Empty;
using test::Fragile;
using test::GoAndPark;
using test::MoveOnly;
using test::NoDefault;
using test::OverAligned;

static_assert(internal::kTravelsBare<MoveOnly> && internal::kTravelsBare<OverAligned> && internal::kTravelsBare<Empty>);
static_assert(!internal::kTravelsBare<Fragile>, "a move that may throw must not happen under the channel's lock");
static_assert(!std::is_default_constructible_v<NoDefault> && !std::is_copy_constructible_v<MoveOnly>);
static_assert(internal::kElemOps<OverAligned>.align == test::kOverAlignment && internal::kElemOps<Empty>.size == 1);

template <class T>
T Make(int v) {
  return T(v);
}
template <>
std::string Make<std::string>(int v) {
  return std::string(100, 'x') + std::to_string(v);
}
template <>
std::unique_ptr<int> Make<std::unique_ptr<int>>(int v) {
  return std::make_unique<int>(v);
}

template <class T>
bool Is(const T& value, int v) {
  if constexpr (requires { value.value == v; }) {
    return value.value == v && reinterpret_cast<uintptr_t>(&value) % alignof(T) == 0;
  } else if constexpr (std::is_empty_v<T>) {
    return true;
  } else if constexpr (std::is_same_v<T, std::unique_ptr<int>>) {
    return value != nullptr && *value == v;
  } else {
    return value == Make<T>(v);
  }
}

template <class T>
int Live() {
  if constexpr (requires { T::live(); }) {
    return T::live();
  } else {
    return 0;
  }
}

// Received<T>::value is T, or optional<T> where T has no default.
template <class T>
bool Got(const Received<T>& r, int v) {
  if constexpr (std::is_default_constructible_v<T>) {
    return r.ok && Is(r.value, v);
  } else {
    return r.ok && r.value.has_value() && Is(*r.value, v);
  }
}

template <class T>
class ElemTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(Live<T>(), 0); }

  template <class F>
  void Run(F f) {
    Runtime runtime(2);
    go(std::move(f));
    runtime.Drain();
  }
};

using ElemTypes =
    testing::Types<int, std::string, std::unique_ptr<int>, Copyable, MoveOnly, NoDefault, OverAligned, Empty, Fragile>;
TYPED_TEST_SUITE(ElemTest, ElemTypes);

// CH-29, CH-30: through the buffer, in order, more often than it has slots.
// CH-31: a slot that has been received from holds no object.
TYPED_TEST(ElemTest, ThroughTheBuffer) {
  using T = TypeParam;
  this->Run([] {
    auto ch = make_chan<T>(3);
    for (int i = 0; i < 10; i += 2) {
      ch.send(Make<T>(i));
      ch.send(Make<T>(i + 1));
      EXPECT_EQ(len(ch), 2);
      EXPECT_TRUE(Got(ch.recv_ok(), i));
      EXPECT_TRUE(Got(ch.recv_ok(), i + 1));
      EXPECT_EQ(Live<T>(), 0);
    }
    EXPECT_EQ(cap(ch), 3);
  });
}

// CH-30: from the sender's frame to that of a receiver that waits.
TYPED_TEST(ElemTest, ToAReceiverThatWaits) {
  using T = TypeParam;
  this->Run([] {
    auto ch = make_chan<T>();
    GoAndPark([ch] { EXPECT_TRUE(Got(ch.recv_ok(), 1)); });
    ch.send(Make<T>(1));
    GoAndPark([ch] {
      for (T& v : ch) EXPECT_TRUE(Is(v, 2));
    });
    ch.send(Make<T>(2));
    close(ch);
  });
}

// CH-30: from the frame of a sender that waits; with a buffer, by way of its tail.
TYPED_TEST(ElemTest, FromASenderThatWaits) {
  using T = TypeParam;
  for (int capacity : {0, 2}) {
    this->Run([capacity] {
      auto ch = make_chan<T>(capacity);
      for (int i = 0; i < capacity; ++i) ch.send(Make<T>(i));
      GoAndPark([ch, capacity] { ch.send(Make<T>(capacity)); });
      for (int i = 0; i <= capacity; ++i) EXPECT_TRUE(Got(ch.recv_ok(), i));
    });
  }
}

// CH-30, CH-41: what is left in the buffer dies with the channel.
TYPED_TEST(ElemTest, DiesWithTheChannel) {
  using T = TypeParam;
  auto ch = make_chan<T>(4);
  for (int i = 0; i < 3; ++i) ch.send(Make<T>(i));
  EXPECT_TRUE(Got(ch.recv_ok(), 0));
  ch.send(Make<T>(3));
  ch.send(Make<T>(4));  // wraps around
  ch = {};
  EXPECT_EQ(Live<T>(), 0);
}

// CH-08, CH-09, CH-30: a closed channel: the blocked sender's value dies once, with its sender; zero values afterwards.
TYPED_TEST(ElemTest, AtClose) {
  using T = TypeParam;
  this->Run([] {
    auto ch = make_chan<T>();
    GoAndPark([ch] { EXPECT_EQ(test::PanicTextOf([&] { ch.send(Make<T>(1)); }), "send on closed channel"); });
    close(ch);
    EXPECT_EQ(test::PanicTextOf([&] { ch.send(Make<T>(2)); }), "send on closed channel");
    const Received<T> r = ch.recv_ok();
    EXPECT_FALSE(r.ok);
    if constexpr (!std::is_default_constructible_v<T>) {
      EXPECT_FALSE(r.value.has_value());
    }
  });
}

// SEL-06: the same through select, ready and blocked, in both directions.
TYPED_TEST(ElemTest, ThroughSelect) {
  using T = TypeParam;
  this->Run([] {
    auto ch = make_chan<T>(1);
    auto never = make_chan<T>();
    int taken = 0;
    const auto check = [&](int v) { return [&taken, v](Received<T> r) { taken += Got(r, v); }; };
    Select{send_case(never, Make<T>(0)), send_case(ch, Make<T>(1))};
    Select{recv_case(ch, check(1)), recv_case(never)};
    EXPECT_EQ(taken, 1);
    auto direct = make_chan<T>();
    GoAndPark([&] { Select{recv_case(never), recv_case(direct, check(2))}; });
    direct.send(Make<T>(2));
    test::AwaitGoroutines(1);
    GoAndPark([&] { Select{send_case(direct, Make<T>(3)), send_case(never, Make<T>(4))}; });
    EXPECT_TRUE(Got(direct.recv_ok(), 3));
    Select{recv_case(direct), default_case()};
    EXPECT_EQ((Select{send_case(direct, Make<T>(5)), default_case()}.index), 1);
    test::AwaitGoroutines(1);
    EXPECT_EQ(taken, 2);
  });
}

// SEL-21: what was not sent stays with the caller, also in the eyes of the chosen case's function and after a panic.
TYPED_TEST(ElemTest, WhatIsNotSentStays) {
  using T = TypeParam;
  this->Run([] {
    auto full = make_chan<T>();
    auto ready = make_chan<T>(1);
    T stays = Make<T>(1);
    T sent = Make<T>(2);
    int called = 0;
    Select{
        send_case(full, std::move(stays)),
        send_case(ready, std::move(sent), [&] { called += Is(stays, 1); }),
    };
    EXPECT_EQ(called, 1);
    EXPECT_TRUE(Is(stays, 1));
    close(ready);
    EXPECT_THROW((Select{send_case(full, std::move(stays)), send_case(ready, Make<T>(3))}), Panic);
    EXPECT_TRUE(Is(stays, 1));
    EXPECT_EQ((Select{send_case(full, std::move(stays)), default_case()}.index), 1);
    EXPECT_TRUE(Is(stays, 1));
  });
}

}  // namespace
}  // namespace plait
