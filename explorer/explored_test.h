#ifndef PLAIT_EXPLORER_EXPLORED_TEST_H_
#define PLAIT_EXPLORER_EXPLORED_TEST_H_

#include <gtest/gtest.h>

#include "plait/explorer/explore.h"
#include "plait/explorer/shards.h"

// Explored tests: a GoogleTest whose body runs in every schedule.
//
//   PLAIT_EXPLORE(Handover, DeliversTheValue) {
//     auto ch = make_chan<int>();
//     go([ch] { ch.send(42); });
//     EXPECT_EQ(ch.recv(), 42);
//   }
//
// The body is the main goroutine; when it has returned, every other goroutine must have ended or be able to end, else
// the test fails with the schedule that leaves one behind. It fails likewise on a panic, a fatal error, a deadlock, a
// failed assertion in any goroutine, a broken invariant(), and if it cannot finish within its limits: an explored test
// is exhaustive unless it says otherwise.
//
// Options follow the name:                     PLAIT_EXPLORE(Suite, Name, .mode = Mode::kRandom, .executions = 5000)
// A test that demonstrates a defect passes because the defect is found: PLAIT_EXPLORE(Suite, Name, .expect =
// Verdict::kLeak) With a fixture, built anew for every execution: PLAIT_EXPLORE_F(Fixture, Name), a class derived from
// testing::Test.
//
// GoogleTest inside: EXPECT_ and ASSERT_ work in every goroutine (ASSERT_ leaves the function it stands in, as always);
// the first failure ends the exploration and is the verdict. GTEST_SKIP skips the test. With --gtest_throw_on_failure
// the exception ends its goroutine and the failed assertion is the verdict, not the exception. SCOPED_TRACE, and macros
// like ASSERT_NO_FATAL_FAILURE, must not stay open over an operation that lets other goroutines run: GoogleTest keeps
// one stack of traces for the whole thread. In production (outside an exploration) assertions work from any goroutine,
// as they do from any thread.
#define PLAIT_EXPLORE(suite, name, ...)                                                             \
  static void PlaitBody_##suite##_##name();                                                         \
  [[maybe_unused]] static const bool plait_explored_##suite##_##name =                              \
      ::plait::explore::RegisterExplored(#suite "." #name);                                         \
  TEST(suite, name) {                                                                               \
    ::plait::explore::RunExploredTest(#suite "." #name, ::plait::explore::OptionsOf({__VA_ARGS__}), \
                                      &PlaitBody_##suite##_##name);                                 \
  }                                                                                                 \
  static void PlaitBody_##suite##_##name()

#define PLAIT_EXPLORE_F(fixture, name, ...)                                                           \
  namespace {                                                                                         \
  class PlaitFixture_##fixture##_##name : public fixture {                                            \
   public:                                                                                            \
    void TestBody() override;                                                                         \
    static void Run() {                                                                               \
      PlaitFixture_##fixture##_##name test;                                                           \
      test.SetUp();                                                                                   \
      if (!::plait::explore::HasFailedSoFar()) test.TestBody();                                       \
      test.TearDown();                                                                                \
    }                                                                                                 \
  };                                                                                                  \
  [[maybe_unused]] const bool plait_explored_##fixture##_##name =                                     \
      ::plait::explore::RegisterExplored(#fixture "." #name);                                         \
  }                                                                                                   \
  TEST(fixture, name) {                                                                               \
    ::plait::explore::RunExploredTest(#fixture "." #name, ::plait::explore::OptionsOf({__VA_ARGS__}), \
                                      &PlaitFixture_##fixture##_##name::Run);                         \
  }                                                                                                   \
  void PlaitFixture_##fixture##_##name::TestBody()

namespace plait::explore {

// Explores `body` inside the running GoogleTest, and reports to it. Flags override the options (flags.h).
void RunExploredTest(const char* name, Options options, void (*body)());

// Whether an assertion has failed in the current execution. (testing::Test::HasFailure() does not know of those.)
bool HasFailedSoFar();

inline Options OptionsOf(Options options) { return options; }

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_EXPLORED_TEST_H_
