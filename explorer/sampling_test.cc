// Each way of drawing schedules against its definition; and the hashes by which classes are counted.

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

#include "plait/explore.h"

namespace plait::explore {
namespace {

using sync::atomic::Int64;

// Goroutine i makes steps[i] steps, on one object or each on its own. Returns how often each order was drawn: the
// numbers of the goroutines, step by step.
std::map<std::string, double> Draw(Mode mode, const std::vector<int>& steps, bool shared, uint64_t executions) {
  std::map<std::string, double> drawn;
  std::string order;
  Options options{
      .mode = mode, .executions = executions, .depth = 2, .watchdog_seconds = 0, .check_determinism = false};
  const auto body = [&] {
    order.clear();
    std::vector<Int64> objects(steps.size());
    for (size_t i = 0; i < steps.size(); ++i) {
      go([&, i] {
        for (int k = 0; k < steps[i]; ++k) {
          objects[shared ? 0 : i].Add(1);
          order += static_cast<char>('0' + i);
        }
      });
    }
    join_all();
  };
  Explore("Draw", options, body, [&](const Execution&) { ++drawn[order]; });
  return drawn;
}

// Sum over all orders of the squared difference to what is expected, relative to that.
double ChiSquare(const std::map<std::string, double>& drawn, const std::map<std::string, double>& chances, double n) {
  double sum = 0;
  for (const auto& [order, chance] : chances) {
    const auto it = drawn.find(order);
    const double difference = (it == drawn.end() ? 0 : it->second) - n * chance;
    sum += difference * difference / (n * chance);
  }
  return sum;
}

TEST(Random, EachStepIsUniform) {
  const auto drawn = Draw(Mode::kRandom, {1, 2}, true, 8000);
  EXPECT_LT(ChiSquare(drawn, {{"011", 1 / 2.}, {"101", 1 / 4.}, {"110", 1 / 4.}}, 8000), 13.8);  // 0.1 %, 2 degrees
}

TEST(Surw, AllInterleavingsAreEquallyLikely) {
  std::map<std::string, double> chances;
  for (int bits = 0; bits < 32; ++bits) {
    std::string order;
    for (int i = 0; i < 5; ++i) order += static_cast<char>('0' + (bits >> i & 1));
    if (std::count(order.begin(), order.end(), '1') == 2) chances[order] = 0.1;
  }
  ASSERT_EQ(chances.size(), 10u);
  EXPECT_LT(ChiSquare(Draw(Mode::kSurw, {3, 2}, true, 20000), chances, 20000), 27.9);  // 0.1 %, 9 degrees
  EXPECT_GT(ChiSquare(Draw(Mode::kRandom, {3, 2}, true, 20000), chances, 20000), 1000) << "the walk is not uniform";
}

// Goroutine 0's second step is independent of goroutine 1's, which keeps its priority: it comes last if it is the
// lowest of three. A walk would say 1/4.
TEST(Pos, OnlyDependentStepsDrawAnew) {
  const std::map<std::string, double> chances{{"100", 1 / 2.}, {"010", 1 / 6.}, {"001", 1 / 3.}};
  EXPECT_LT(ChiSquare(Draw(Mode::kPos, {2, 1}, false, 9000), chances, 9000), 13.8);
  // Where they are dependent, it draws anew each time.
  EXPECT_LT(ChiSquare(Draw(Mode::kPos, {2, 1}, true, 9000), {{"100", 1 / 2.}, {"010", 1 / 4.}, {"001", 1 / 4.}}, 9000),
            13.8);
}

// The order 010 needs two orderings. n = 3 goroutines with main, k = 4 steps with main's join: at least 1/12.
TEST(Pct, FindsWhatItsDepthPromises) {
  auto drawn = Draw(Mode::kPct, {2, 1}, true, 6000);
  EXPECT_GE(drawn["010"], 6000 / 12.);
  EXPECT_GE(drawn["001"], 6000 / 3.);
  EXPECT_GE(drawn["100"], 6000 / 3.);
}

void Mutexes() {
  sync::Mutex mu;
  for (int g = 0; g < 3; ++g) {
    go([&mu] {
      for (int i = 0; i < 2; ++i) std::scoped_lock guard(mu);
    });
  }
  join_all();
}

TEST(Classes, EstimateHoldsTheTruth) {
  for (const Mode mode : {Mode::kRandom, Mode::kPortfolio, Mode::kPct, Mode::kPos, Mode::kSurw}) {
    const Result few = Explore("Few", {.mode = mode, .executions = 100}, &Mutexes);
    EXPECT_LE(few.classes, 90u);
    EXPECT_LE(few.estimate_low, 90) << ModeName(mode);
    if (mode == Mode::kPct) continue;  // with two changes it meets few of them, again and again
    EXPECT_GE(few.estimate_high, 80) << ModeName(mode);
    const Result many = Explore("Many", {.mode = mode, .executions = 5000}, &Mutexes);
    EXPECT_EQ(many.classes, 90u) << ModeName(mode);
  }
  const Result sampled = Explore("Line", {.mode = Mode::kPortfolio, .executions = 5000}, &Mutexes);
  const std::string line = CoverageLine(sampled, {.mode = Mode::kPortfolio});
  EXPECT_EQ(
      line.find("5000 portfolio (random) executions, seed 1, 90 classes met of an estimated 90 (90 to 90) or more"), 0u)
      << line;
}

// Every schedule, its class by hash: as many as the exhaustive mode counts.
TEST(Classes, HashesTellThemApart) {
  const std::function<void()> bodies[] = {
      &Mutexes,
      [] {
        auto ch = make_chan<int>(1);
        for (int g = 0; g < 2; ++g) {
          go([ch, g] {
            ch.send(g);
            ch.send(g);
          });
        }
        for (int i = 0; i < 4; ++i) ch.recv();
      },
      [] {
        auto ch = make_chan<int>();
        for (int g = 0; g < 3; ++g) go([ch, g] { ch.send(g); });
        for (int i = 0; i < 3; ++i) ch.recv();
      },
      [] {
        sync::WaitGroup wg;
        for (int g = 0; g < 3; ++g) {
          wg.Add(1);
          go([&wg] { wg.Done(); });
        }
        wg.Wait();
      },
      [] {
        Int64 x;
        for (int g = 0; g < 3; ++g) {
          go([&x] {
            x.Load();
            x.CompareAndSwap(0, 1);
          });
        }
        join_all();
      },
  };
  for (const auto& body : bodies) {
    const Result exact = Explore("Exact", {}, body);
    const Result hashed = Explore("Hashed", {.mode = Mode::kPreemptions, .bound = 1000}, body);
    EXPECT_EQ(hashed.classes, exact.executions) << hashed.executions << " schedules";
  }
}

}  // namespace
}  // namespace plait::explore
