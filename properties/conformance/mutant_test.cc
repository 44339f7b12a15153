// Does the net hold? Runners, models and channels that are wrong in one thing are caught, and what they are caught by
// shrinks to the program that a person would have written to show it.

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "plait/model/search.h"
#include "plait/properties/conformance/difference.h"
#include "plait/properties/conformance/run_program.h"
#include "plait/properties/generate/for_all.h"
#include "plait/properties/generate/program_gen.h"

namespace plait::conformance {
namespace {

using model::Op;
using model::OpKind;
using model::Program;
using Change = std::function<void(Program&)>;

// What a runner and a model show that each run another program than the one they are given.
generate::ForAllResult Catch(const Change& runner, const Change& model) {
  return generate::ForAll(generate::AnyProgram(8), 300, [&](const Program& program) {
    Program run = program, modelled = program;
    runner(run);
    model(modelled);
    const Explored explored = Explore(run, {.max_executions = 20'000, .max_seconds = 1e9});
    if (!explored.complete) return std::string();
    return Difference("the model", model::Search(modelled).outcomes(), "the runner", explored.outcomes, program);
  });
}

void Nothing(Program&) {}

void ForEachOp(Program& program, const std::function<void(Op&)>& change) {
  for (model::Body& body : program.goroutines) {
    for (Op& op : body) change(op);
  }
}

size_t Ops(const Program& program) {
  size_t ops = 0;
  for (const model::Body& body : program.goroutines) ops += body.size();
  return ops;
}

TEST(Mutant, BufferHasRoomForOneMore) {
  const auto caught = Catch(
      [](Program& program) {
        for (model::Channel& c : program.channels) c.capacity += !c.nil;
      },
      Nothing);
  EXPECT_EQ(ToString(caught.smallest),
            "c0 := make(chan int)\n"
            "func main() {\n"
            "  c0 <- 1\n"
            "  // waits for all\n"
            "}\n");
  EXPECT_NE(caught.failure.find("only in the model:\n"
                                "main: blocked in chan send: c0 <- 1\n"
                                "deadlock\n"
                                "only in the runner:\n"
                                "main: returned\n"
                                "done\n"),
            std::string::npos)
      << caught.failure;
}

TEST(Mutant, DefaultIsNeverTaken) {
  const auto caught =
      Catch([](Program& program) { ForEachOp(program, [](Op& op) { op.has_default = false; }); }, Nothing);
  EXPECT_EQ(ToString(caught.smallest),
            "func main() {\n"
            "  select { default: }\n"
            "  // waits for all\n"
            "}\n");
}

TEST(Mutant, ModelTakesNilForUnbuffered) {
  const auto caught = Catch(Nothing, [](Program& program) {
    for (model::Channel& c : program.channels) c.nil = false;
  });
  EXPECT_TRUE(!caught.smallest.channels.empty() && caught.smallest.channels[0].nil) << caught.failure;
  EXPECT_LE(Ops(caught.smallest), 2u) << caught.failure;
}

// A select that looks at its first case only, unless it has none.
TEST(Mutant, SelectForgetsItsOtherCases) {
  const auto caught = Catch(
      [](Program& program) {
        ForEachOp(program, [](Op& op) {
          if (op.kind == OpKind::kSelect && op.cases.size() > 1) op.cases.resize(1);
        });
      },
      Nothing);
  EXPECT_FALSE(caught.failure.empty());
  EXPECT_LE(Ops(caught.smallest), 2u) << caught.failure;
}

}  // namespace
}  // namespace plait::conformance
