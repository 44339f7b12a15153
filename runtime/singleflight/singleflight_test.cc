#include "plait/runtime/singleflight/singleflight.h"

#include <unistd.h>

#include <atomic>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::GoAndPark;
using Group = singleflight::Group<std::string, int>;

using SingleflightTest = test::RuntimeTest;
PLAIT_WITH_PROCS(SingleflightTest);

// SF-01, SF-02: value and error are handed on; the next call calls again.
TEST_P(SingleflightTest, Do) {
  Group group;
  int calls = 0;
  const error why = errors::New("why");
  for (int i = 1; i <= 2; ++i) {
    const auto [value, err, shared] = group.Do("key", [&] { return std::pair<int, error>(++calls, why); });
    EXPECT_EQ(value, i);
    EXPECT_EQ(err, why);
    EXPECT_FALSE(shared);
  }
  EXPECT_EQ(group.Do("key", [] { return 7; }).value, 7);
}

// SF-01, SF-03: all that come while the first one is at it share its result.
// SF-04: another key is another call.
TEST_P(SingleflightTest, DuplicatesShare) {
  Group group;
  auto gate = make_chan<int>();
  std::atomic<int> calls{0}, sum{0};
  const auto call = [&] {
    const auto r = group.Do("key", [&] {
      ++calls;
      return gate.recv();
    });
    EXPECT_TRUE(r.shared);
    sum += r.value;
  };
  for (int i = 0; i < 5; ++i) GoAndPark(call);
  EXPECT_EQ(group.Do("other", [] { return 2; }).value, 2);
  gate.send(3);
  runtime_.Drain();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(sum, 15);
}

// SF-05: the channel has room for the one result, and stays open.
TEST_P(SingleflightTest, DoChan) {
  Group group;
  const auto first = group.DoChan("key", [] { return 1; });
  runtime_.Drain();
  EXPECT_EQ(cap(first), 1);
  EXPECT_EQ(len(first), 1);
  EXPECT_EQ(first.recv().value, 1);
  bool closed = false;
  Select{recv_case(first, [&] { closed = true; }), default_case()};
  EXPECT_FALSE(closed);
}

// SF-06: after Forget the next one calls again; who shared the old call gets the old result, whose end does not take the
// new call away.
TEST_P(SingleflightTest, Forget) {
  Group group;
  auto old_gate = make_chan<int>();
  auto new_gate = make_chan<int>();
  const auto old_result = group.DoChan("key", [old_gate] { return old_gate.recv(); });
  group.Forget("key");
  const auto new_result = group.DoChan("key", [new_gate] { return new_gate.recv(); });
  old_gate.send(1);
  EXPECT_EQ(old_result.recv().value, 1);
  const auto joined = group.DoChan("key", [] { return 3; });
  new_gate.send(2);
  EXPECT_EQ(new_result.recv().value, 2);
  EXPECT_EQ(joined.recv().value, 2);
  runtime_.Drain();
}

// SF-07: who shares a call that panics panics with the same error, which unwraps to the panic's value.
TEST_P(SingleflightTest, Panic) {
  Group group;
  auto gate = make_chan<int>();
  const error why = errors::New("why");
  std::atomic<int> same{0};
  const auto call = [&] {
    frame([&](Frame& f) {
      f.defer([&] {
        const error err = recover().value<error>().value_or(nullptr);
        same += err && errors::Is(err, why) && errors::As<singleflight::PanicError>(err) != nullptr;
      });
      group.Do("key", [&]() -> int {
        gate.recv();
        panic(why);
      });
    });
  };
  for (int i = 0; i < 3; ++i) GoAndPark(call);
  gate.send(0);
  runtime_.Drain();
  EXPECT_EQ(same, 3);
}

// SF-09: after Goexit the others exit too. SF-10: a channel gets nothing.
TEST_P(SingleflightTest, GoexitOfAll) {
  Group group;
  auto gate = make_chan<int>();
  std::atomic<int> deferred{0}, returned{0};
  const auto call = [&] {
    frame([&](Frame& f) {
      f.defer([&] { ++deferred; });
      group.Do("key", [&]() -> int {
        gate.recv();
        Goexit();
      });
      ++returned;
    });
  };
  for (int i = 0; i < 3; ++i) GoAndPark(call);
  const auto never = group.DoChan("key", [] { return 1; });
  gate.send(0);
  runtime_.Drain();
  EXPECT_EQ(deferred, 3);
  EXPECT_EQ(returned, 0);
  EXPECT_EQ(len(never), 0);
}

// SF-12: the result is seen by all, without a race.
TEST_P(SingleflightTest, HappensBefore) {
  Group group;
  int plain = 0;
  std::atomic<int> sum{0};
  auto gate = make_chan<int>();
  for (int i = 0; i < 3; ++i) {
    GoAndPark([&] {
      group.Do("key", [&] {
        gate.recv();
        return plain = 5;
      });
      sum += plain;
    });
  }
  gate.send(0);
  runtime_.Drain();
  EXPECT_EQ(sum, 15);
}

// SF-08: with a receiver of DoChan nobody could see the panic: the process ends, whatever a caller of Do recovers.
TEST(SingleflightDeathTest, PanicWithReceivers) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Runtime runtime(2);
        Group group;
        auto gate = make_chan<int>();
        go([&] {
          try {
            group.Do("key", [&]() -> int {
              gate.recv();
              panic("in a call");
            });
          } catch (...) {
          }
        });
        test::AwaitParked(1);
        const auto result = group.DoChan("key", [] { return 1; });
        gate.send(0);
        result.recv();
        _exit(0);
      },
      testing::ExitedWithCode(2), "^panic: in a call");
}

}  // namespace
}  // namespace plait
