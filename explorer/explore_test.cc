#include "plait/explore.h"

#include <mutex>
#include <thread>

namespace plait::explore {
namespace {

using namespace std::chrono_literals;

PLAIT_EXPLORE(Handover, DeliversTheValue) {
  auto ch = make_chan<int>();
  go([ch] { ch.send(42); });
  EXPECT_EQ(ch.recv(), 42);
}

PLAIT_EXPLORE(Leak, AbandonedSender, .expect = Verdict::kLeak) {
  auto result = make_chan<int>().name("result");
  go([result] { result.send(42); });
  Select{
      recv_case(result, [](int) {}),
      recv_case(time::After(1s), [] {}),
  };
}

PLAIT_EXPLORE(Leak, BufferOfOne) {
  auto result = make_chan<int>(1).name("result");
  go([result] { result.send(42); });
  Select{
      recv_case(result, [](int) {}),
      recv_case(time::After(1s), [] {}),
  };
}

PLAIT_EXPLORE(Mutex, OppositeOrder, .expect = Verdict::kDeadlock) {
  sync::Mutex a, b;
  go([&] {
    std::scoped_lock<sync::Mutex> first(a);
    std::scoped_lock<sync::Mutex> second(b);
  });
  go([&] {
    std::scoped_lock<sync::Mutex> first(b);
    std::scoped_lock<sync::Mutex> second(a);
  });
  join_all();
}

// AddressSanitizer is the first to notice, and ends the process: docs/examples/dangling_reference_test.cc.
#ifndef __SANITIZE_ADDRESS__
PLAIT_EXPLORE(Mutex, DestroyedUnderAWaiter, .expect = Verdict::kFatal, .expect_text = "that has been destroyed") {
  sync::Mutex mu;
  go([&] { mu.Lock(); });
}
#endif

TEST(ForeignThreadDeathTest, TouchesAnExploredChannel) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto body = [] {
    auto ch = make_chan<int>(1).name("results");
    std::thread([ch] { ch.send(1); }).join();
  };
  EXPECT_EXIT(Explore("Foreign", {}, body), testing::ExitedWithCode(2),
              "chan send at .*explore_test.cc:[0-9]+ on the chan 'results' of a running exploration");
}

uint64_t Executions(Mode mode, Granularity granularity, const std::function<void()>& body) {
  const Result r = Explore("count", {.mode = mode, .granularity = granularity}, body);
  EXPECT_TRUE(r.complete);
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
  std::printf("%s %s: %lu executions, %lu redundant, %.3f s\n", ModeName(mode), GranularityName(granularity),
              r.executions, r.redundant, r.seconds);
  return r.executions;
}

TEST(Count, MutexThreeTimesTwo) {
  const auto body = [] {
    sync::Mutex mu;
    for (int i = 0; i < 3; ++i) {
      go([&] {
        for (int k = 0; k < 2; ++k) std::scoped_lock guard(mu);
      });
    }
    join_all();
  };
  EXPECT_EQ(Executions(Mode::kExhaustive, Granularity::kUser, body), 90u);
}

TEST(Count, UnbufferedThreeToThree) {
  const auto body = [] {
    auto ch = make_chan<int>();
    go([ch] {
      for (int i = 0; i < 3; ++i) ch.send(i);
    });
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ch.recv(), i);
  };
  EXPECT_EQ(Executions(Mode::kExhaustive, Granularity::kUser, body), 1u);
  Executions(Mode::kExhaustive, Granularity::kRuntime, body);
  Executions(Mode::kEnumerate, Granularity::kRuntime, body);
}

}  // namespace
}  // namespace plait::explore
