#include "plait/model/search.h"

#include <cstddef>
#include <stdexcept>
#include <string>

#include "gtest/gtest.h"
#include "plait/model/test_util.h"

namespace plait::model {
namespace {

// Each sender its own values, one receiver for all of them.
Program FanIn(const std::vector<int>& sends_of_each, int capacity) {
  Program p{.channels = {Chan(capacity)}, .goroutines = {Body()}};
  int value = 1;
  for (const int sends : sends_of_each) {
    Body& body = p.goroutines.emplace_back();
    for (int i = 0; i < sends; ++i) {
      body.push_back(Send(0, value++));
      p.goroutines[0].push_back(Recv(0));
    }
  }
  return p;
}

size_t OutcomeCount(const Program& p, Waiters waiters) { return Search(p, {.waiters = waiters}).outcomes().size(); }

TEST(Search, NSendersAndOneReceiverHaveNFactorialOrders) {
  size_t factorial = 1;
  for (int n = 1; n <= 6; ++n) {
    factorial *= static_cast<size_t>(n);
    for (const int capacity : {0, 1, n}) {
      const Program p = FanIn(std::vector<int>(static_cast<size_t>(n), 1), capacity);
      EXPECT_EQ(factorial, OutcomeCount(p, Waiters::kFifo)) << n << " senders, capacity " << capacity;
      EXPECT_EQ(factorial, OutcomeCount(p, Waiters::kAny)) << n << " senders, capacity " << capacity;
    }
  }
}

TEST(Search, SendersOfSeveralValuesInterleaveInOrder) {
  for (const int capacity : {0, 2}) {
    EXPECT_EQ(20u, OutcomeCount(FanIn({3, 3}, capacity), Waiters::kFifo));     // 6! / (3! 3!)
    EXPECT_EQ(60u, OutcomeCount(FanIn({1, 2, 3}, capacity), Waiters::kFifo));  // 6! / (1! 2! 3!)
    EXPECT_EQ(90u, OutcomeCount(FanIn({2, 2, 2}, capacity), Waiters::kAny));   // 6! / (2! 2! 2!)
  }
}

TEST(Search, OneSenderAndOneReceiverHaveOneOutcome) {
  for (const int capacity : {0, 1, 2, 3, 4}) {
    const SearchResult result = Search(FanIn({3}, capacity));
    EXPECT_EQ(1u, result.outcomes().size()) << "capacity " << capacity;
    EXPECT_GT(result.states(), 3u);
  }
}

TEST(Search, NSendersAndNReceiversPairUpInAllWays) {
  Program p = Make({Chan(0)}, {{}});
  for (int i = 1; i <= 4; ++i) p.goroutines.push_back({Send(0, i)});
  for (int i = 1; i <= 4; ++i) p.goroutines.push_back({Recv(0)});
  EXPECT_EQ(24u, OutcomeCount(p, Waiters::kFifo));
}

TEST(Search, ABoundOnStatesIsReportedAndTheAnswerIsNotGiven) {
  const Program p = FanIn({2, 2, 2}, 1);
  const SearchResult whole = Search(p);
  ASSERT_TRUE(whole.complete());
  EXPECT_TRUE(Search(p, {.max_states = whole.states()}).complete());

  const SearchResult part = Search(p, {.max_states = whole.states() - 1});
  EXPECT_FALSE(part.complete());
  EXPECT_EQ(whole.states() - 1, part.states());
  EXPECT_NE(std::string::npos, part.why_incomplete().find("max_states = " + std::to_string(whole.states() - 1)))
      << part.why_incomplete();
  EXPECT_THROW(part.outcomes(), Incomplete);
  for (const Outcome& o : part.outcomes_found()) EXPECT_TRUE(whole.outcomes().contains(o));
}

TEST(Search, ABoundOnMemoryIsReported) {
  const Program p = FanIn({3, 3, 3}, 1);
  for (const size_t max_bytes : {0u, 1000u, 100000u, 300000u, 1000000u, 2000000u}) {
    const SearchResult part = Search(p, {.max_bytes = max_bytes});
    EXPECT_FALSE(part.complete()) << max_bytes;
    EXPECT_NE(std::string::npos, part.why_incomplete().find("max_bytes")) << part.why_incomplete();
    EXPECT_THROW(part.outcomes(), Incomplete);
  }
  EXPECT_EQ(1680u, Search(p, {.max_bytes = 100 << 20}).outcomes().size());  // 9! / (3! 3! 3!)
}

TEST(Search, ABoundMetInTheScheduleIsReportedToo) {
  const Program p = FanIn({1, 1}, 0);
  EXPECT_FALSE(Search(p, {.max_states = 0}).complete());
  EXPECT_FALSE(Search(p, {.max_states = 0, .schedule = {1}}).complete());
}

TEST(Search, AdmitsDoesNotGuess) {
  const Program p = FanIn({1, 1, 1}, 0);
  const auto received = [](int a, int b, int c) {
    return Judge({Returned({Received(0, a), Received(1, b), Received(2, c)}), Returned(), Returned(), Returned()});
  };
  EXPECT_TRUE(Admits(p, received(3, 1, 2)));
  EXPECT_FALSE(Admits(p, received(3, 1, 1)));
  EXPECT_FALSE(Admits(p, Judge({Returned()})));  // an outcome of another program
  EXPECT_FALSE(Admits(p, Judge({})));
  EXPECT_THROW(Admits(p, received(3, 1, 1), {.max_states = 3}), Incomplete);
  EXPECT_THROW(Admits(p, received(3, 1, 2), {.max_states = 3}), Incomplete);
  Outcome wrong = received(3, 1, 2);
  wrong.verdict = Verdict::kLeak;
  EXPECT_FALSE(Admits(p, wrong));
}

TEST(Search, AdmitsLooksOnlyAtWhatAgrees) {
  // Three goroutines of ten operations, all lengths read as 0: 11 places for each to be at, not one for each history.
  Program p = Make({Chan(20)}, {{}, Body(10, Send(0, 1)), Body(10, Send(0, 1)), Body(10, Len(0))});
  std::vector<Result> lengths;
  for (int i = 0; i < 10; ++i) lengths.push_back(Count(i, 0));
  const size_t places = 11;
  EXPECT_TRUE(Admits(p, Judge({Returned(), Returned(), Returned(), Returned(lengths)}),
                     {.max_states = places * places * places}));
  // g1 is said to have stopped at its first send: it is looked at only there.
  EXPECT_FALSE(
      Admits(p, Judge({Returned(), Blocked(0), Returned(), Returned(lengths)}), {.max_states = places * places}));
  EXPECT_FALSE(Search(p, {.max_states = 5000}).complete());
}

TEST(Search, ASchedule) {
  const Program p = FanIn({1, 1}, 0);
  EXPECT_EQ(1u, Search(p, {.schedule = {2, 1}}).outcomes().size());
  EXPECT_EQ(2u, Search(p, {.schedule = {0}}).outcomes().size());
  EXPECT_THROW(Search(p, {.schedule = {1, 1}}), std::invalid_argument);  // it is blocked
  EXPECT_THROW(Search(p, {.schedule = {3}}), std::invalid_argument);
  EXPECT_THROW(Search(p, {.schedule = {-1}}), std::invalid_argument);
}

TEST(Search, AMalformedProgramIsRefused) {
  EXPECT_THROW(Search(Program{}), std::invalid_argument);
  EXPECT_THROW(Admits(Make({}, {{Send(0, 1)}}), Judge({Returned()})), std::invalid_argument);
}

TEST(Search, LargestCountsFitAState) {
  Program p = Make({Chan(kMaxCount)}, {{}, {Range(0)}});
  for (int i = 0; i < kMaxCount - 1; ++i) p.goroutines[0].push_back(Send(0, kMinValue + i));
  p.goroutines[0].push_back(Close(0));
  const std::set<Outcome> outcomes = Search(p).outcomes();
  ASSERT_EQ(1u, outcomes.size());
  const std::vector<Result>& got = outcomes.begin()->goroutines[1].results;
  ASSERT_EQ(static_cast<size_t>(kMaxCount - 1), got.size());
  for (int i = 0; i < kMaxCount - 1; ++i) EXPECT_EQ(kMinValue + i, got[static_cast<size_t>(i)].value);
}

}  // namespace
}  // namespace plait::model
