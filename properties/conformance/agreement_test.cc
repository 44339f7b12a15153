// CH-01 to CH-27, SEL-03 to SEL-18, GO-01, PANIC-05, as far as a single run can show them: for random programs over
// several channels, what can come of them in the runtime is exactly what the model says.

#include "plait/properties/conformance/agreement.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "plait/properties/generate/for_all.h"
#include "plait/properties/generate/program_gen.h"
#include "plait/properties/generate/sanitized.h"

namespace plait::conformance {
namespace {

using model::Program;

constexpr int kPrograms = generate::kSanitized ? 40 : 400;

// explored(user) == explored(runtime) == model(fifo), as sets of outcomes; with and without reduction.
TEST(Agreement, ExplorationsHaveTheOutcomesOfTheModel) {
  Agreement agreement({});
  generate::ExpectForAll(generate::AnyProgram(generate::kSanitized ? 8 : 10), kPrograms,
                         [&](const Program& program) { return agreement.OfExplorations(program); });
  std::printf("%s\n", agreement.Summary().c_str());
  EXPECT_LE(agreement.given_up(), agreement.programs() / 20) << "programs are too large";
  EXPECT_GE(agreement.enumerated(), agreement.programs() / 4);
}

// production within model(fifo), on 1, 2 and 4 threads.
TEST(Agreement, ProductionHasOutcomesOfTheModel) {
  Agreement agreement({});
  generate::ExpectForAll(generate::AnyProgram(12), kPrograms, [&](const Program& program) {
    return agreement.OfProduction(program, {1, 2, 4}, 10);
  });
  std::printf("%s\n", agreement.Summary().c_str());
  EXPECT_LE(agreement.given_up(), agreement.programs() / 20) << "programs are too large";
}

}  // namespace
}  // namespace plait::conformance
