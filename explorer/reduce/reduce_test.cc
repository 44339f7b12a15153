// What is found is made smaller, and stays the same failure.

#include "plait/explorer/reduce/reduce.h"

#include <gtest/gtest.h>

#include <memory>

#include "plait/explore.h"
#include "plait/explorer/replay/token.h"

namespace plait::explore {
namespace {

// The second check comes too late: both take the last ticket. Two more goroutines are only in the way.
void OneTicket() {
  sync::atomic::Int64 tickets(1);
  sync::atomic::Int64 noise;
  sync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) {
    wg.Go([&] {
      if (tickets.Load() > 0) {
        if (tickets.Add(-1) < 0) panic("sold twice");
      }
    });
    wg.Go([&] {
      for (int k = 0; k < 5; ++k) noise.Add(1);
    });
  }
  wg.Wait();
}

Size SizeOfToken(const std::string& text) {
  Token token;
  std::string error;
  EXPECT_TRUE(DecodeToken(text, token, error)) << error;
  return SizeOf(token.schedule);
}

// Wherever a random walk finds it: three times wg.Go, then Load, Load, Add, Add, with the switches that it takes.
TEST(Reduce, ToTheSmallestSchedule) {
  for (const uint64_t seed : {1, 2, 3}) {
    Options options{.mode = Mode::kRandom, .seed = seed};
    const Result reduced = Explore("OneTicket", options, OneTicket);
    ASSERT_EQ(reduced.verdict, Verdict::kPanic);
    EXPECT_NE(reduced.text.find("sold twice"), std::string::npos);
    EXPECT_EQ(SizeOfToken(reduced.token), (Size{.steps = 7, .switches = 3})) << reduced.report;
    EXPECT_NE(reduced.report.find("7 steps, 3 switches between goroutines (3 preemptions); found with "),
              std::string::npos)
        << reduced.report;

    options.reduction = 0;
    const Result found = Explore("OneTicket", options, OneTicket);
    EXPECT_TRUE(Smaller(SizeOfToken(reduced.token), SizeOfToken(found.token)));
    EXPECT_EQ(found.report.find("found with"), std::string::npos) << found.report;
  }
}

// The same failure is reduced to the same schedule, every time: no clock decides how long is looked.
TEST(Reduce, IsRepeatable) {
  const Options options{.mode = Mode::kRandom, .seed = 7};
  EXPECT_EQ(Explore("OneTicket", options, OneTicket).report, Explore("OneTicket", options, OneTicket).report);
}

// A program with two defects: what was found is not exchanged for the other one, though that takes fewer steps.
TEST(Reduce, KeepsTheFailure) {
  const auto body = [] {
    auto x = std::make_shared<sync::atomic::Int64>();
    go([x] {
      if (x->Load() == 0) panic("early");
    });
    x->Add(1);
    x->Add(1);
    if (x->Load() == 2) panic("late");
  };
  int late = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Options options{.mode = Mode::kRandom, .reduction = 0};
    options.seed = seed;
    const Result found = Explore("Two", options, body);
    options.reduction = 200'000;
    const Result reduced = Explore("Two", options, body);
    EXPECT_TRUE(SameFailure(found.verdict, found.text, reduced.verdict, reduced.text)) << found.text << reduced.text;
    late += reduced.text.find("late") != std::string::npos;
  }
  EXPECT_GT(late, 0);
  EXPECT_LT(late, 10);
}

TEST(Reduce, SameFailure) {
  EXPECT_TRUE(SameFailure(Verdict::kPanic, "panic: boom [G2]", Verdict::kPanic, "panic: boom [G3]"));
  EXPECT_FALSE(SameFailure(Verdict::kPanic, "panic: boom [G2]", Verdict::kPanic, "panic: bang [G2]"));
  EXPECT_FALSE(SameFailure(Verdict::kPanic, "x", Verdict::kFatal, "x"));
  EXPECT_TRUE(SameFailure(Verdict::kAssertion, "a.cc:3\n1", Verdict::kAssertion, "a.cc:3\n2"));
  EXPECT_FALSE(SameFailure(Verdict::kAssertion, "a.cc:3\n1", Verdict::kAssertion, "a.cc:4\n1"));
  EXPECT_TRUE(SameFailure(Verdict::kLeak, "1 goroutine", Verdict::kLeak, "2 goroutines"));
}

}  // namespace
}  // namespace plait::explore
