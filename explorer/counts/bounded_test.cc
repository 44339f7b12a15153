// How many classes have a schedule with at most 0, 1, 2... preemptions: GenMC's and a brute-force search's figures.

#include <vector>

#include "plait/explorer/counts/litmus.h"

namespace plait::explore {
namespace {

Result WithinBound(Mode mode, uint32_t bound, const std::function<void()>& body) {
  const Result r =
      Explore("Bounded", {.mode = mode, .bound = bound, .watchdog_seconds = 0, .check_determinism = false}, body);
  EXPECT_TRUE(r.complete);
  EXPECT_EQ(r.verdict, Verdict::kNone);
  return r;
}

struct Histogram {
  const char* program;
  std::vector<uint64_t> classes;  // within 0, 1, 2... preemptions
};

TEST(Preemptions, Litmus) {
  const Histogram kHistograms[] = {
      {"Wx Ry | Wy Rx", {2, 3}},
      {"Wx Wy | Ry Rx", {2, 3}},
      {"Ry Wx | Rx Wy", {2, 3}},
      {"Wx1 Wy2 | Wy1 Wx2", {2, 3}},
      {"Wx1 Wx2 | Rx Rx", {2, 4, 6}},
      {"Rx Rx | Wx1 | Wx2", {6, 12}},
      {"Wx1 | Wx2 | Rx Rx | Rx", {18, 36}},
      {"Wx1 | Wx2 | Rx Rx | Rx Rx", {18, 54, 72}},
      {"Wx | Rx Ry | Ry Rx | Wy", {14, 15}},
      {"Wa Wb | Rb Wc | Rc Ra", {6, 7}},
      {"Wx Wz | Rz Ry | Wy Rx", {6, 7}},
      {"Ra Wb | Rb Wc | Rc Wa", {6, 7}},
      {"Wa Wc Wb Wd | Rb Ra | Rd Rc", {4, 9}},
      {"Rx Ry | Wx1 Wx2 | Wy Rx", {6, 13, 15}},
      {"Rx | Rx Wx1 | Wx2", {6, 9}},
      {"Wx1 | Rz Wx2 Rx Wy | Ry Wz", {4, 9}},
      {"Wx1 | Rx Rx Rx | Wx2", {6, 18, 20}},
      {"Wx1 | Wx2 | Wx3 | Rx Rx Rx Rx", {24, 132, 204, 210}},
      {"Ix | Wx4 | Ax2", {6}},
      {"Cx12 | Ix | Ix", {6}},
      {"Wx5 | Cx12 | Ix | Ix", {24}},
      {"Ix Ix | Ix Ix | Ix | Ix", {24, 96, 180}},
      {"Wx Wy | Iy Ry | Wy3 Rx", {6, 15, 18}},
      {"Ix Iy | Ix Iy | Ix Iy", {6, 24, 36}},
      {"Ix Iy Iz | Ix Iy Iz | Ix Iy Iz", {6, 42, 120}},
      {"Rx Wx1 | Rx Wx2 | Rx Wx3", {6, 24, 36}},
  };
  for (const Histogram& histogram : kHistograms) {
    const std::string program = histogram.program;
    for (uint32_t bound = 0; bound < histogram.classes.size(); ++bound) {
      EXPECT_EQ(WithinBound(Mode::kPreemptions, bound, [&program] { RunLitmus(program); }).classes,
                histogram.classes[bound])
          << program << ", at most " << bound;
    }
  }
}

TEST(Preemptions, Eratosthenes) {
  const auto sieve = [] {
    auto cells = std::make_shared<std::vector<sync::atomic::Int64>>(5);
    InParallel(2, [cells](int) {
      for (size_t i = 0; i < 5; ++i) {
        if ((*cells)[i].Load() != 0) continue;
        (*cells)[i].Store(1);
        for (size_t j = 2 * i + 2; j < 5; j += i + 2) (*cells)[j].Store(2);
      }
    });
  };
  EXPECT_EQ(WithinBound(Mode::kPreemptions, 0, sieve).classes, 2u);
  EXPECT_EQ(WithinBound(Mode::kPreemptions, 1, sieve).classes, 18u);
  EXPECT_EQ(WithinBound(Mode::kPreemptions, 2, sieve).classes, 68u);
}

// No delay: the default schedule. One: each place where something else could have gone on.
TEST(Delays, AreCounted) {
  const auto stores = [] { RunLitmus("Wx1 Wx2 | Wx3 Wx4"); };
  EXPECT_EQ(WithinBound(Mode::kDelays, 0, stores).executions, 1u);
  EXPECT_EQ(WithinBound(Mode::kDelays, 1, stores).executions, 3u);
  EXPECT_EQ(WithinBound(Mode::kDelays, 100, stores).executions, 6u);
}

}  // namespace
}  // namespace plait::explore
