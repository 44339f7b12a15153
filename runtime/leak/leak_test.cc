#include "plait/runtime/leak/leak.h"

#include <gtest/gtest-spi.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/leak/verify.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {

// Not in the unnamed namespace: their names stand in the texts.
namespace leaktest {

__attribute__((noinline)) void Inner(const Chan<int>& ch) {
  ch.recv();
  asm volatile("");  // no tail call
}
__attribute__((noinline)) void Waits(const Chan<int>& ch) {
  Inner(ch);
  asm volatile("");
}
__attribute__((noinline)) void Starts(const Chan<int>& ch) {
  go([ch] { Waits(ch); });
  asm volatile("");
}

}  // namespace leaktest

namespace {

using namespace std::chrono_literals;

class LeakTest : public testing::Test {
 protected:
  ~LeakTest() override {
    stop_ = true;
    close(ch_);
    runtime_.Drain();
  }

  // One goroutine that waits.
  void StartOne() {
    const int before = test::Parked();
    leaktest::Starts(ch_);
    test::AwaitParked(before + 1);
  }

  std::atomic<bool> stop_{false};
  Runtime runtime_{2};
  Chan<int> ch_ = make_chan<int>();
};

// LEAK-01: everybody but the caller, whatever he does: waits, sleeps, or computes.
TEST_F(LeakTest, FindsEverybodyButTheCaller) {
  EXPECT_EQ(leak::Find(), "");
  go([this] {
    while (!stop_) Gosched();
  });
  go([this] { Select{recv_case(ch_), recv_case(time::After(24h))}; });
  test::AwaitParked(1);
  StartOne();
  EXPECT_EQ(leak::Left().size(), 3u);  // this thread is none of them
  size_t others = 0;
  auto looked = make_chan<bool>(1);
  go([&others, looked] {
    others = leak::Left().size();
    looked.send(true);
  });
  looked.recv();
  EXPECT_EQ(others, 3u);
}

// LEAK-03: plain threads do not count, even when they wait on a channel.
TEST_F(LeakTest, PlainThreadsAreNoGoroutines) {
  std::thread thread([this] { ch_.recv(); });
  EXPECT_EQ(leak::Find(), "");
  ch_.send(1);
  thread.join();
}

// LEAK-04: by the innermost function, by any, by the creator, by who is there; names match exactly.
TEST_F(LeakTest, Ignoring) {
  using namespace leak;
  StartOne();
  EXPECT_EQ(Left({IgnoreTopFunction("plait::leaktest::Inner")}).size(), 0u);
  EXPECT_EQ(Left({IgnoreTopFunction("plait::leaktest::Waits")}).size(), 1u);
  EXPECT_EQ(Left({IgnoreTopFunction("plait::leaktest::Inn")}).size(), 1u);
  EXPECT_EQ(Left({IgnoreAnyFunction("plait::leaktest::Waits")}).size(), 0u);
  EXPECT_EQ(Left({IgnoreAnyFunction("plait::leaktest::Starts")}).size(), 1u);
  EXPECT_EQ(Left({IgnoreCreatedBy("plait::leaktest::Starts")}).size(), 0u);
  EXPECT_EQ(Left({IgnoreCreatedBy("plait::leaktest::Waits")}).size(), 1u);
  const Option those = IgnoreCurrent();
  EXPECT_EQ(Left({those}).size(), 0u);
  StartOne();
  EXPECT_EQ(Left({those}).size(), 1u);
  EXPECT_EQ(Left({those, IgnoreTopFunction("plait::leaktest::Inner")}).size(), 0u);
}

// LEAK-06: the text.
// LEAK-20: state, stack and origin of each.
TEST_F(LeakTest, Text) {
  StartOne();
  StartOne();
  const std::string place = "\t[^ ]+leak_test.cc:[0-9]+ [^\n]+\n";
  const std::string one =
      "Goroutine [0-9]+ in state chan receive, with plait::leaktest::Inner on top of the stack:\n"
      "goroutine [0-9]+ \\[chan receive\\]:\n"
      "plait::leaktest::Inner\\(\\.\\.\\.\\)\n" +
      place + "plait::leaktest::Waits\\(\\.\\.\\.\\)\n" + place +
      ".*created by plait::leaktest::Starts in a plain thread\n" + place;
  EXPECT_THAT(leak::Find(), testing::MatchesRegex("found unexpected goroutines:\n\\[" + one + " " + one + "\\]"));
}

// LEAK-05: VerifyNone fails the test and goes on, then cleans up with 0; which options go where.
TEST_F(LeakTest, VerifyNone) {
  std::vector<int> cleaned;
  const leak::Option cleanup = leak::Cleanup([&cleaned](int status) { cleaned.push_back(status); });
  leak::VerifyNone({cleanup});
  EXPECT_EQ(cleaned, (std::vector{0}));
  StartOne();
  EXPECT_NONFATAL_FAILURE(leak::VerifyNone(), "found unexpected goroutines:\n[Goroutine ");
  leak::VerifyNone({leak::IgnoreCurrent()});
  EXPECT_EQ(leak::Find({cleanup}), "Cleanup can only be passed to VerifyNone or VerifyTestMain");
  EXPECT_EQ(leak::Find({leak::RunOnFailure()}), "RunOnFailure can only be passed to VerifyTestMain");
  EXPECT_NONFATAL_FAILURE(leak::VerifyNone({leak::RunOnFailure()}),
                          "RunOnFailure can only be passed to VerifyTestMain");
  EXPECT_EQ(cleaned.size(), 1u);
}

// LEAK-05: VerifyTestMain looks after a run that passed, or after any; a leak turns 0 into 1; cleanup gets the status.
TEST_F(LeakTest, VerifyTestMain) {
  const auto passes = [] { return 0; };
  const auto fails = [] { return 3; };
  int cleaned = -1;
  const leak::Option cleanup = leak::Cleanup([&cleaned](int status) { cleaned = status; });
  EXPECT_EQ(leak::VerifyTestMain(passes), 0);
  EXPECT_EQ(leak::VerifyTestMain(fails, {cleanup}), 3);
  EXPECT_EQ(cleaned, 3);
  StartOne();
  testing::internal::CaptureStderr();
  EXPECT_EQ(leak::VerifyTestMain(fails), 3);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  testing::internal::CaptureStderr();
  EXPECT_EQ(leak::VerifyTestMain(fails, {leak::RunOnFailure()}), 3);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("leak: after an unsuccessful test run: found unexpected"),
            std::string::npos);
  testing::internal::CaptureStderr();
  EXPECT_EQ(leak::VerifyTestMain(passes, {cleanup}), 1);
  EXPECT_EQ(cleaned, 1);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("leak: after a successful test run: found unexpected"),
            std::string::npos);
}

// LEAK-20: after every test, and what one test has left is not held against the next.
TEST_F(LeakTest, Listener) {
  leak::Listener listener;
  const testing::TestInfo& info = *testing::UnitTest::GetInstance()->current_test_info();
  listener.OnTestStart(info);
  StartOne();
  EXPECT_NONFATAL_FAILURE(listener.OnTestEnd(info), "found unexpected goroutines:\n[Goroutine ");
  listener.OnTestStart(info);
  listener.OnTestEnd(info);
}

}  // namespace
}  // namespace plait
