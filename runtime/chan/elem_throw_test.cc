// Elements whose copies and moves throw: the throw reaches the goroutine whose value it is, and nobody else notices.

#include <chrono>
#include <utility>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/values.h"

namespace plait {
namespace {

using test::Fragile;

class FragileTest : public testing::Test {
 protected:
  void TearDown() override {
    Fragile::fuse = -1;
    EXPECT_EQ(Fragile::live(), 0);
  }

  // Runs f with the fuse one longer each time, until it gets through; returns how many attempts threw.
  template <class F>
  static int UntilItGetsThrough(F f) {
    for (int attempt = 0;; ++attempt) {
      Fragile::fuse = attempt;
      try {
        f();
        Fragile::fuse = -1;
        return attempt;
      } catch (const Fragile::Broke&) {
        Fragile::fuse = -1;
      }
    }
  }
};

// CH-28: the value is made before the communication begins: when that throws there is no send.
TEST_F(FragileTest, AThrowInTheSenderSendsNothing) {
  auto ch = make_chan<Fragile>(2);
  const Fragile value(7);
  EXPECT_EQ(UntilItGetsThrough([&] { ch.send(value); }), 1);
  EXPECT_EQ(len(ch), 1);
  EXPECT_EQ(ch.recv().value, 7);
  Fragile rvalue(8);
  EXPECT_EQ(UntilItGetsThrough([&] { ch.send(std::move(rvalue)); }), 1);
  EXPECT_EQ(len(ch), 1);
  EXPECT_EQ(ch.recv().value, 8);
}

// A throw in the receiver costs that one value and nothing else.
TEST_F(FragileTest, AThrowInTheReceiverLosesOnlyItsOwnValue) {
  auto ch = make_chan<Fragile>(10);
  for (int i = 0; i < 10; ++i) ch.send(Fragile(i));
  int next = 0;
  const auto receive = [&] {
    const int mine = next++;
    EXPECT_EQ(ch.recv().value, mine);
  };
  EXPECT_GT(UntilItGetsThrough(receive), 0);
  EXPECT_GT(UntilItGetsThrough([&] {
              const int mine = next++;
              EXPECT_EQ(ch.recv_ok().value.value, mine);
            }),
            0);
  while (len(ch) > 0) receive();
  EXPECT_EQ(next, 10);
}

// Throws of a select's values, before the communication and after it.
TEST_F(FragileTest, AThrowInASelect) {
  auto ch = make_chan<Fragile>(10);
  auto full = make_chan<Fragile>();
  const Fragile value(3);
  EXPECT_GT(UntilItGetsThrough([&] { Select{send_case(full, value), send_case(ch, value)}; }), 1);
  EXPECT_EQ(len(ch), 1);
  for (int i = 0; i < 9; ++i) ch.send(Fragile(3));
  EXPECT_GT(UntilItGetsThrough([&] {
              Select{recv_case(full), recv_case(ch, [](Fragile f) { EXPECT_EQ(f.value, 3); })};
            }),
            1);
  EXPECT_GT(len(ch), 0);
}

// What was not sent cannot be given back: the throw reaches its owner, after the communication. (The timer: without one
// only the value whose channel is ready would have been taken.)
TEST_F(FragileTest, AThrowWhenAValueIsGivenBack) {
  auto ch = make_chan<Fragile>(10);
  auto full = make_chan<Fragile>();
  Fragile stays(1);
  int called = 0;
  const int throws = UntilItGetsThrough([&] {
    stays.value = 1;
    Select{send_case(full, std::move(stays)), send_case(ch, Fragile(2), [&] { ++called; }),
           recv_case(time::After(std::chrono::hours(1)))};
  });
  EXPECT_EQ(stays.value, 1);
  EXPECT_EQ(called, 1);
  EXPECT_GT(throws, 2);
  EXPECT_EQ(len(ch), 2);  // the last throw came after its send
}

// CH-28: a throw or panic while the value is evaluated: no send.
TEST(ElemEvaluation, AThrowInTheValueSendsNothing) {
  auto ch = make_chan<int>(1);
  EXPECT_THROW(ch.send([]() -> int { throw 1; }()), int);
  EXPECT_THROW(ch.send([]() -> int { panic("no value"); }()), Panic);
  EXPECT_EQ(len(ch), 0);
}

}  // namespace
}  // namespace plait
