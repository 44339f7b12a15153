// CH-14, CH-19: random senders and receivers over one channel of random capacity deliver every value exactly once and
// in order; CH-07 to CH-13 as far as an outcome shows them. In every schedule, at both granularities; and on threads,
// where the programs are also far too large to be explored.

#include "plait/properties/chan/delivery.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <set>

#include "plait/properties/conformance/run_program.h"
#include "plait/properties/generate/for_all.h"
#include "plait/properties/generate/program_gen.h"
#include "plait/properties/generate/sanitized.h"

namespace plait::properties {
namespace {

using model::Outcome;
using model::Program;

constexpr int kPrograms = generate::kSanitized ? 30 : 300;

std::string CheckAll(const Program& program, const std::set<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes) {
    if (std::string fault = CheckDelivery(program, outcome); !fault.empty()) return fault;
  }
  return "";
}

TEST(ChanDelivery, ExactlyOnceAndInOrderInEverySchedule) {
  int too_large = 0;
  uint64_t executions = 0;
  const int programs = generate::ExpectForAll(
      generate::SendersAndReceivers(generate::kSanitized ? 6 : 8), kPrograms, [&](const Program& program) {
        std::string fault;
        bool complete = true;
        for (const auto granularity : {explore::Granularity::kUser, explore::Granularity::kRuntime}) {
          const auto explored =
              conformance::Explore(program, {.granularity = granularity, .max_executions = 20'000, .max_seconds = 1e9});
          executions += explored.executions;
          complete &= explored.complete;
          fault += CheckAll(program, explored.outcomes);
        }
        too_large += !complete;
        return fault;
      });
  std::printf("%d programs, %d too large, %lu executions\n", programs, too_large, executions);
  EXPECT_LE(too_large, programs / 20);
}

TEST(ChanDelivery, ExactlyOnceAndInOrderOnThreads) {
  for (const int max_ops : {10, generate::kSanitized ? 50 : 200}) {
    generate::ExpectForAll(generate::SendersAndReceivers(max_ops), kPrograms, [](const Program& program) {
      std::string fault;
      for (const int procs : {1, 2, 4}) {
        fault += CheckAll(program, conformance::RunInProduction(program, {.procs = procs, .runs = 5}));
      }
      return fault;
    });
  }
}

}  // namespace
}  // namespace plait::properties
