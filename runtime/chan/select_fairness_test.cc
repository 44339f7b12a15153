// The chances of a select's cases. Bounds are fixed and generous: a correct select misses one about once in 10^9 runs,
// one that prefers a case by a tenth misses it always.

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::PanicTextOf;

using SelectFairnessTest = test::RuntimeTest;
PLAIT_WITH_PROCS(SelectFairnessTest);

constexpr int kTrials = 10'000;

// Pearson's statistic of `counts` against equal chances.
double ChiSquare(const std::vector<int>& counts) {
  double total = 0;
  for (int n : counts) total += n;
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (int n : counts) sum += (n - expected) * (n - expected) / expected;
  return sum;
}

// For up to 7 degrees of freedom the chance of more than this is below 10^-9.
constexpr double kBound = 56;

template <size_t... kCases>
int SelectAmong(const std::array<Chan<int>, sizeof...(kCases)>& chans, std::index_sequence<kCases...>) {
  return Select{recv_case(chans[kCases])...}.index;
}

template <size_t kCases>
void ExpectUniform() {
  std::array<Chan<int>, kCases> chans;
  for (auto& ch : chans) {
    ch = make_chan<int>();
    close(ch);  // always ready
  }
  std::vector<int> counts(kCases);
  for (int i = 0; i < kTrials; ++i) {
    ++counts[static_cast<size_t>(SelectAmong(chans, std::make_index_sequence<kCases>()))];
  }
  EXPECT_LT(ChiSquare(counts), kBound) << kCases << " cases";
}

void ExpectUniformFor2To8Cases() {
  ExpectUniform<2>();
  ExpectUniform<3>();
  ExpectUniform<4>();
  ExpectUniform<5>();
  ExpectUniform<6>();
  ExpectUniform<7>();
  ExpectUniform<8>();
}

// SEL-03: uniform among the ready cases.
TEST_P(SelectFairnessTest, UniformAmongReadyCases) {
  Run([] { ExpectUniformFor2To8Cases(); });
}

TEST(SelectFairnessOnThread, UniformAmongReadyCases) { ExpectUniformFor2To8Cases(); }

// SEL-03: who is not ready has no part in it.
TEST_P(SelectFairnessTest, UniformAmongTheReadyOnesOnly) {
  Run([] {
    auto ready = make_chan<int>();
    close(ready);
    auto blocked = make_chan<int>();
    std::vector<int> counts(5);
    for (int i = 0; i < kTrials; ++i) {
      const int k =
          Select{recv_case(blocked), recv_case(ready), send_case(blocked, 1), recv_case(ready), recv_case(ready)}.index;
      ++counts[static_cast<size_t>(k)];
    }
    EXPECT_EQ(counts[0] + counts[2], 0);
    EXPECT_LT(ChiSquare({counts[1], counts[3], counts[4]}), kBound);
  });
}

// SEL-04: uniform over cases, not over channels: two cases on one channel have twice the chance.
TEST_P(SelectFairnessTest, UniformOverCasesNotChannels) {
  Run([] {
    auto twice = make_chan<int>(1);
    auto once = make_chan<int>(1);
    int of_twice = 0;
    for (int i = 0; i < kTrials; ++i) {
      Select{
          send_case(twice, 1, [&] { ++of_twice; }),
          send_case(once, 1),
          send_case(twice, 2, [&] { ++of_twice; }),
      };
      Select{recv_case(twice), recv_case(once)};
    }
    const double sigma = std::sqrt(kTrials * (2.0 / 3) * (1.0 / 3));
    EXPECT_NEAR(of_twice, kTrials * 2.0 / 3, 7 * sigma);
  });
}

// SEL-11: a send case on a closed channel is ready: it is taken, and panics, as often as the other one is.
TEST_P(SelectFairnessTest, AClosedSendCaseIsDrawnAsOftenAsAnother) {
  Run([] {
    auto closed = make_chan<int>();
    close(closed);
    int panics = 0;
    for (int i = 0; i < kTrials; ++i) {
      panics += PanicTextOf([&] { Select{send_case(closed, 1), recv_case(closed)}; }) == texts::kSendOnClosed;
    }
    EXPECT_LT(ChiSquare({panics, kTrials - panics}), kBound);
  });
}

// SEL-18: one channel, two values: a stream of fair bits (TestPseudoRandomSend).
TEST_P(SelectFairnessTest, SendsRandomBits) {
  for (int capacity : {0, kTrials}) {
    std::vector<int> counts(2);
    Run([&, capacity] {
      auto ch = make_chan<int>(capacity);
      go([ch] {
        for (int i = 0; i < kTrials; ++i) Select{send_case(ch, 0), send_case(ch, 1)};
        close(ch);
      });
      for (int bit : ch) ++counts[static_cast<size_t>(bit)];
    });
    EXPECT_EQ(counts[0] + counts[1], kTrials);
    EXPECT_LT(ChiSquare(counts), kBound) << capacity;
  }
}

// SEL-04: the same when the select blocks first: whoever then comes may meet any of the cases on his channel.
TEST_P(SelectFairnessTest, ABlockedSelectIsUniformOverCasesToo) {
  std::vector<int> counts(3);
  Run([&] {
    auto a = make_chan<int>();
    auto b = make_chan<int>();
    go([&, a, b] {
      for (int i = 0; i < kTrials; ++i) {
        ++counts[static_cast<size_t>(Select{recv_case(a), recv_case(b), recv_case(a), recv_case(a)}.index) * 2 / 3];
      }
    });
    for (int i = 0; i < kTrials; ++i) a.send(1);
  });
  EXPECT_LT(ChiSquare(counts), kBound);
}

// SEL-19: of two channels that are always ready none starves, though two others never are (TestSelectFairness).
TEST_P(SelectFairnessTest, NobodyStarves) {
  std::vector<int> counts(2);
  Run([&] {
    auto c1 = make_chan<int>(kTrials + 1);
    auto c2 = make_chan<int>(kTrials + 1);
    for (int i = 0; i <= kTrials; ++i) {
      c1.send(0);
      c2.send(1);
    }
    auto c3 = make_chan<int>();
    auto c4 = make_chan<int>();
    auto out = make_chan<int>();
    auto done = make_chan<int>();
    go([=] {
      for (;;) {
        int v = -1;
        const auto keep = [&](int r) { v = r; };
        Select{recv_case(c3, keep), recv_case(c4, keep), recv_case(c1, keep), recv_case(c2, keep)};
        if (Select{send_case(out, v), recv_case(done)}.index == 1) return;
      }
    });
    for (int i = 0; i < kTrials; ++i) ++counts[static_cast<size_t>(out.recv())];
    close(done);
  });
  EXPECT_LT(ChiSquare(counts), kBound);
}

}  // namespace
}  // namespace plait
