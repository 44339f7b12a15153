// CheckDelivery has teeth: channels that lose, repeat, reorder or withhold values are caught, and what they are caught
// by shrinks to few operations.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

#include "plait/properties/chan/delivery.h"
#include "plait/properties/conformance/run_program.h"
#include "plait/properties/generate/for_all.h"
#include "plait/properties/generate/program_gen.h"
#include "plait/properties/generate/sanitized.h"

namespace plait::properties {
namespace {

using model::GoroutineOutcome;
using model::Program;
using model::Result;

// Runs programs on channels that do something wrong in one goroutine: `tamper` changes what one has seen.
generate::ForAllResult Catch(const std::function<void(GoroutineOutcome&)>& tamper) {
  return generate::ForAll(generate::SendersAndReceivers(generate::kSanitized ? 6 : 9), generate::kSanitized ? 50 : 300,
                          [&](const Program& program) {
                            const auto explored =
                                conformance::Explore(program, {.max_executions = 20'000, .max_seconds = 1e9});
                            for (const model::Outcome& outcome : explored.outcomes) {
                              for (size_t g = 0; g < outcome.goroutines.size(); ++g) {
                                model::Outcome changed = outcome;
                                tamper(changed.goroutines[g]);
                                if (std::string fault = CheckDelivery(program, changed); !fault.empty()) return fault;
                              }
                            }
                            return std::string();
                          });
}

TEST(DeliveryMutant, None) {
  EXPECT_EQ("", Catch([](GoroutineOutcome&) {}).failure);
}

TEST(DeliveryMutant, LastInFirstOut) {
  const auto caught = Catch([](GoroutineOutcome& g) {
    if (g.results.size() > 1 && g.results[1].ok) std::swap(g.results[0].value, g.results[1].value);
  });
  // One goroutine that sends twice, one that receives twice or ranges; main is either.
  EXPECT_EQ(caught.smallest.goroutines.size(), 2u) << caught.failure;
  for (const model::Body& body : caught.smallest.goroutines) EXPECT_LE(body.size(), 2u) << caught.failure;
  EXPECT_EQ(caught.smallest.channels[0].capacity, 0) << caught.failure;
  EXPECT_NE(caught.failure.find("value 1: overtaken by a later one"), std::string::npos) << caught.failure;
}

TEST(DeliveryMutant, ValueTwice) {
  const auto caught = Catch([](GoroutineOutcome& g) {
    if (g.results.size() > 1 && g.results[1].ok) g.results[1].value = g.results[0].value;
  });
  EXPECT_NE(caught.failure.find("value 1: received twice"), std::string::npos) << caught.failure;
}

TEST(DeliveryMutant, ValueLost) {
  const auto caught = Catch([](GoroutineOutcome& g) {
    if (!g.results.empty() && g.results.back().ok) g.results.pop_back();
  });
  EXPECT_EQ(ToString(caught.smallest).find("c0 := make(chan int)\n"), 0u) << caught.failure;
  EXPECT_NE(caught.failure.find("values are lost"), std::string::npos) << caught.failure;
}

TEST(DeliveryMutant, ReceiverIsNotWoken) {
  const auto caught = Catch([](GoroutineOutcome& g) {
    if (g.results.empty() || g.end != model::End::kReturned) return;
    g.end = model::End::kBlocked;
    g.op = g.results.back().op;
    g.results.pop_back();
  });
  EXPECT_NE(caught.failure.find(" waits though "), std::string::npos) << caught.failure;
}

}  // namespace
}  // namespace plait::properties
