// Random small programs, searched and run by brute force: the outcomes must be the same (docs/architecture.md: the plain
// enumerator is the oracle). The seed is fixed, so a failure comes again.
#include <cstddef>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "plait/model/brute_force.h"
#include "plait/model/test_util.h"

namespace plait::model {
namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Program Next() {
    next_value_ = 1;
    Program p;
    const int channels = Below(5) < 2 ? 2 : 1;
    for (int c = 0; c < channels; ++c) p.channels.push_back(Below(12) == 0 ? NilChan() : Chan(Below(3)));
    const int goroutines = Below(4) == 0 ? 2 : 3;
    for (int g = 0; g < goroutines; ++g) {
      Body body;
      for (int i = 1 + Below(2) + Below(2); i > 0; --i) body.push_back(Operation(channels));
      p.goroutines.push_back(body);
    }
    // Some goroutines are started by an operation, somewhere in a goroutine with a smaller number.
    for (int g = 1; g < goroutines; ++g) {
      if (Below(3) != 0) continue;
      Body& body = p.goroutines[static_cast<size_t>(Below(g))];
      body.insert(body.begin() + Below(static_cast<int>(body.size()) + 1), Go(g));
    }
    p.main_joins_all = Below(8) != 0;
    return p;
  }

  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

 private:
  Case Communication(int channels) {
    const int chan = Below(channels);
    return Below(2) == 0 ? CaseSend(chan, next_value_++) : CaseRecv(chan);
  }

  Op Operation(int channels) {
    const int kind = Below(16);
    if (kind == 0) return Close(Below(channels));
    if (kind == 1) return Len(Below(channels));
    if (kind == 2) return Range(Below(channels));
    if (kind <= 7) {
      std::vector<Case> cases;
      for (int i = Below(8) == 0 ? Below(4) : 2; i > 0; --i) cases.push_back(Communication(channels));
      return Below(3) == 0 ? SelectOrDefault(cases) : Select(cases);
    }
    const Case c = Communication(channels);
    return c.dir == Dir::kSend ? Send(c.chan, c.value) : Recv(c.chan);
  }

  std::mt19937 random_;
  int next_value_ = 1;
};

TEST(CrossCheck, TheSearchFindsWhatBruteForceFinds) {
  Generator generator(20261124);
  std::map<std::string, int> seen;  // how interesting the programs were
  for (int i = 0; i < 2000; ++i) {
    const Program p = generator.Next();
    ASSERT_EQ("", Validate(p));
    const std::set<Outcome> fifo = Search(p, {.waiters = Waiters::kFifo}).outcomes();
    const std::set<Outcome> any = Search(p, {.waiters = Waiters::kAny}).outcomes();
    // rules.h: for programs of channels alone the order of service is not observable.
    ASSERT_EQ("", Difference(p, any, fifo)) << "any waiter served (expected) and first come first served differ";
    for (const Waiters waiters : {Waiters::kFifo, Waiters::kAny}) {
      const std::optional<std::set<Outcome>> brute = BruteForce(p, waiters, 30000);
      if (!brute.has_value()) {
        ++seen["too many runs"];
        continue;
      }
      ASSERT_EQ("", Difference(p, *brute, waiters == Waiters::kFifo ? fifo : any));
    }
    ++seen[fifo.size() == 1 ? "one outcome" : fifo.size() < 6 ? "2 to 5 outcomes" : "6 outcomes or more"];
    std::set<Verdict> verdicts;
    bool panics = false;
    for (const Outcome& o : fifo) {
      verdicts.insert(o.verdict);
      for (const GoroutineOutcome& g : o.goroutines) panics = panics || g.end == End::kPanicked;
    }
    if (verdicts.size() > 1) ++seen["more than one verdict"];
    if (panics) ++seen["some panic"];
  }
  for (const auto& [what, count] : seen) std::cout << what << ": " << count << "\n";
  EXPECT_LT(seen["too many runs"], 60);  // of 4000
  EXPECT_GT(seen["2 to 5 outcomes"], 500);
  EXPECT_GT(seen["6 outcomes or more"], 400);
  EXPECT_GT(seen["more than one verdict"], 400);
  EXPECT_GT(seen["some panic"], 200);
}

// Changes one thing in an outcome, so that it may or may not be one of the program's.
Outcome Disturbed(const Outcome& outcome, Generator* generator) {
  Outcome changed = outcome;
  GoroutineOutcome& g =
      changed.goroutines[static_cast<size_t>(generator->Below(static_cast<int>(changed.goroutines.size())))];
  if (!g.results.empty() && generator->Below(2) == 0) {
    Result& r = g.results[static_cast<size_t>(generator->Below(static_cast<int>(g.results.size())))];
    if (generator->Below(2) == 0) {
      r.value = generator->Below(4);
    } else {
      r.chosen = generator->Below(2);
    }
  } else {
    g = generator->Below(2) == 0 ? Returned(g.results) : Blocked(generator->Below(3), g.results);
  }
  return Judge(changed.goroutines);
}

TEST(CrossCheck, AdmitsAgreesWithTheSearch) {
  Generator generator(7);
  int admitted = 0;
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    const Program p = generator.Next();
    const std::set<Outcome> outcomes = Search(p).outcomes();
    for (const Outcome& o : outcomes) {
      ASSERT_TRUE(Admits(p, o)) << ToString(p) << ToString(p, o);
      const Outcome other = Disturbed(o, &generator);
      ASSERT_EQ(outcomes.contains(other), Admits(p, other)) << ToString(p) << ToString(p, other);
      ++(outcomes.contains(other) ? admitted : refused);
    }
  }
  EXPECT_GT(admitted, 50);
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace plait::model
