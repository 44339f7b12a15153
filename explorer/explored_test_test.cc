// GoogleTest inside explored bodies: what fails there is a verdict, and only the chosen execution is reported.

#include "plait/explorer/explored_test.h"

#include <gtest/gtest-spi.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "plait/explore.h"

namespace plait::explore {
namespace {

// What GoogleTest is told by an explored test, instead of by this one.
struct Told {
  testing::TestPartResultArray parts;
  explicit Told(void (*body)(), Options options = {}) {
    testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &parts);
    RunExploredTest("Inner.Test", options, body);
  }
  std::string text() const { return parts.size() == 0 ? "" : parts.GetTestPartResult(0).message(); }
  bool Has(const char* part) const { return text().find(part) != std::string::npos; }
};

void ExpectInAGoroutine() {
  auto ch = make_chan<int>(2).name("ch");
  go([ch] { ch.send(1); });
  go([ch] { ch.send(2); });
  go([ch] { EXPECT_EQ(ch.recv(), 1) << "the other one was faster"; });
  join_all();
}

// Two of the three orders are fine; the third one fails, once, with its schedule and a line to replay it.
TEST(ExploredTest, ExpectInAGoroutineIsAVerdict) {
  const Told told(ExpectInAGoroutine);
  ASSERT_EQ(told.parts.size(), 1);
  EXPECT_TRUE(told.parts.GetTestPartResult(0).nonfatally_failed());
  EXPECT_TRUE(told.Has("Inner.Test: assertion failed")) << told.text();
  EXPECT_TRUE(told.Has("the other one was faster")) << told.text();
  EXPECT_TRUE(told.Has("explored_test_test.cc:")) << told.text();
  EXPECT_TRUE(told.Has("ch <- 2")) << told.text();
  EXPECT_TRUE(told.Has("--plait_replay=plait2:u:Inner.Test:")) << told.text();
}

std::string FileText(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// What was not expected leaves its files where Bazel keeps a test's outputs.
TEST(ExploredTest, AFailureLeavesItsFiles) {
  const char* before = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  const std::string restored = before != nullptr ? before : "";
  const std::string folder = testing::TempDir() + "/outputs";
  setenv("TEST_UNDECLARED_OUTPUTS_DIR", folder.c_str(), 1);
  const Told told(ExpectInAGoroutine);
  const Told expected(ExpectInAGoroutine, {.expect = Verdict::kAssertion});
  before != nullptr ? setenv("TEST_UNDECLARED_OUTPUTS_DIR", restored.c_str(), 1)
                    : unsetenv("TEST_UNDECLARED_OUTPUTS_DIR");
  EXPECT_TRUE(told.Has(("reports: " + folder + "/Inner.Test.{html,txt,perfetto.json,schedule}").c_str()))
      << told.text();
  EXPECT_EQ(expected.parts.size(), 0);
  EXPECT_NE(FileText(folder + "/Inner.Test.txt").find("ch <- 2"), std::string::npos);
  EXPECT_NE(FileText(folder + "/Inner.Test.html").find("ch \\u003c- 2"), std::string::npos);
  EXPECT_NE(FileText(folder + "/Inner.Test.perfetto.json").find("traceEvents"), std::string::npos);
  EXPECT_EQ(FileText(folder + "/Inner.Test.schedule").substr(0, 34), "plait schedule 1\ntest: Inner.Test\n");
}

// ASSERT_ leaves the function it stands in, as always; the goroutine goes on after that.
void AssertInAGoroutine() {
  static bool left;
  left = true;
  const auto asserts = [] {
    ASSERT_TRUE(false) << "fatal here";
    left = false;
  };
  asserts();
  if (!left) panic("ASSERT_ did not return");
}

TEST(ExploredTest, AssertIsAVerdict) {
  const Told told(AssertInAGoroutine);
  ASSERT_EQ(told.parts.size(), 1);
  EXPECT_TRUE(told.Has("assertion failed")) << told.text();
  EXPECT_TRUE(told.Has("fatal here")) << told.text();
}

// The failed assertion is the verdict, not the exception that --gtest_throw_on_failure makes of it.
TEST(ExploredTest, ThrowOnFailure) {
  GTEST_FLAG_SET(throw_on_failure, true);
  Result result;
  {
    testing::TestPartResultArray parts;
    testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &parts);
    try {
      RunExploredTest(
          "Inner.Test", {}, +[] {
            go([] { EXPECT_EQ(1, 2); });
            join_all();
          });
    } catch (const std::runtime_error& error) {  // the outer report throws in its turn
      result.text = error.what();
    }
    if (result.text.empty() && parts.size() > 0) result.text = parts.GetTestPartResult(0).message();
  }
  GTEST_FLAG_SET(throw_on_failure, false);
  EXPECT_NE(result.text.find("assertion failed"), std::string::npos) << result.text;
}

TEST(ExploredTest, SkipSkipsTheTest) {
  const Told told(+[] {
    go([] { GTEST_SKIP() << "not on this machine"; });
    join_all();
  });
  ASSERT_EQ(told.parts.size(), 1);
  EXPECT_TRUE(told.parts.GetTestPartResult(0).skipped());
  EXPECT_TRUE(told.Has("not on this machine"));
}

TEST(ExploredTest, PassesSilently) {
  EXPECT_EQ(Told(+[] { EXPECT_EQ(1, 1); }).parts.size(), 0);
}

// An expected defect that is not there is a failure: a check that cannot fail is none.
TEST(ExploredTest, ExpectedButNotFound) {
  const Told told(+[] {}, {.expect = Verdict::kLeak});
  EXPECT_TRUE(told.Has("expects to find: leak, but found nothing wrong")) << told.text();
}

TEST(ExploredTest, AnotherDefectThanExpected) {
  const Told told(+[] { panic("boom"); }, {.expect = Verdict::kLeak});
  EXPECT_TRUE(told.Has("expected: leak")) << told.text();
  EXPECT_TRUE(told.Has("panic: boom")) << told.text();
}

TEST(ExploredTest, NotFinishedIsAFailure) {
  const Told told(
      +[] {
        sync::atomic::Int64 n;
        for (int i = 0; i < 4; ++i) go([&] { n.Add(1); });
        join_all();
      },
      {.max_executions = 5});
  EXPECT_TRUE(told.Has("not everything was explored")) << told.text();
  EXPECT_TRUE(told.Has("declare .mode = Mode::kPortfolio")) << told.text();
}

// Fixture and body are built anew for every execution.
class CountedFixture : public testing::Test {
 protected:
  void SetUp() override { ++set_ups_; }
  void TearDown() override { EXPECT_EQ(set_ups_, 1); }
  Chan<int> chan_ = make_chan<int>(1);
  int set_ups_ = 0;
};

PLAIT_EXPLORE_F(CountedFixture, IsNewEveryTime) {
  go([this] { chan_.send(1); });
  go([this] { EXPECT_EQ(chan_.recv(), 1); });
  join_all();
}

}  // namespace
}  // namespace plait::explore
