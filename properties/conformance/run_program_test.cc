// The runner itself, on programs whose outcomes can be told by hand.

#include "plait/properties/conformance/run_program.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace plait::conformance {
namespace {

using model::Blocked;
using model::Outcome;
using model::Program;
using model::Returned;
using Goroutines = std::vector<model::GoroutineOutcome>;

std::set<Outcome> Judged(const std::vector<Goroutines>& all) {
  std::set<Outcome> outcomes;
  for (const Goroutines& goroutines : all) outcomes.insert(model::Judge(goroutines));
  return outcomes;
}

// Expects exactly these outcomes from explorations, and one of them from every run on threads.
void ExpectOutcomes(const Program& program, const std::vector<Goroutines>& expected) {
  SCOPED_TRACE(ToString(program));
  for (const auto granularity : {explore::Granularity::kUser, explore::Granularity::kRuntime}) {
    for (const auto mode : {explore::Mode::kExhaustive, explore::Mode::kEnumerate}) {
      const Explored explored = Explore(program, {.mode = mode, .granularity = granularity});
      EXPECT_TRUE(explored.complete);
      EXPECT_EQ(explored.outcomes, Judged(expected)) << ModeName(mode) << ", " << GranularityName(granularity);
    }
  }
  for (const int procs : {1, 2, 4}) {
    for (const Outcome& outcome : RunInProduction(program, {.procs = procs, .runs = 20})) {
      EXPECT_TRUE(Judged(expected).contains(outcome)) << procs << " procs:\n" << ToString(program, outcome);
    }
  }
}

TEST(RunProgram, ValueFromHandToHand) {
  ExpectOutcomes({.channels = {model::Chan(0)}, .goroutines = {{model::Recv(0)}, {model::Send(0, 7)}}},
                 {{Returned({model::Received(0, 7)}), Returned()}});
}

TEST(RunProgram, WhoIsBlockedInWhat) {
  ExpectOutcomes(
      {.channels = {model::Chan(0), model::NilChan()},
       .goroutines = {{model::Len(0)}, {model::Cap(0), model::Recv(0)}, {model::Send(1, 1)}, {model::Select({})}}},
      {{Returned({model::Count(0, 0)}), Blocked(1, {model::Count(0, 0)}), Blocked(0), Blocked(0)}});
}

TEST(RunProgram, MainBlockedIsADeadlock) {
  const Program program{.channels = {model::Chan(1)}, .goroutines = {{model::Send(0, 1), model::Send(0, 2)}}};
  ExpectOutcomes(program, {{Blocked(1)}});
  EXPECT_EQ(RunInProduction(program, {}).begin()->verdict, model::Verdict::kDeadlock);
}

TEST(RunProgram, PanicEndsItsOwnGoroutineOnly) {
  ExpectOutcomes({.channels = {model::Chan(1)},
                  .goroutines = {{model::Close(0), model::Send(0, 1), model::Len(0)}, {model::Recv(0)}}},
                 {{model::Panicked(1, model::kSendOnClosed), Returned({model::ReceivedClosed(0)})}});
}

TEST(RunProgram, RangeUntilClosed) {
  ExpectOutcomes({.channels = {model::Chan(0)},
                  .goroutines = {{model::Range(0)}, {model::Send(0, 1), model::Send(0, 2), model::Close(0)}}},
                 {{Returned({model::Received(0, 1), model::Received(0, 2)}), Returned()}});
}

TEST(RunProgram, GoOperationsStartGoroutines) {
  ExpectOutcomes({.channels = {model::Chan(0)},
                  .goroutines = {{model::Recv(0), model::Go(1)}, {model::Len(0), model::Go(2)}, {model::Cap(0)}}},
                 {{Blocked(0), model::NotStarted(), model::NotStarted()}});
  ExpectOutcomes(
      {.channels = {model::Chan(2)}, .goroutines = {{model::Go(1)}, {model::Len(0), model::Go(2)}, {model::Cap(0)}}},
      {{Returned(), Returned({model::Count(0, 0)}), Returned({model::Count(0, 2)})}});
}

TEST(RunProgram, SelectWritesDownItsCase) {
  ExpectOutcomes({.channels = {model::Chan(1), model::Chan(1)},
                  .goroutines = {{model::Select({model::CaseRecv(0), model::CaseSend(1, 5)}),
                                  model::SelectOrDefault({model::CaseRecv(1), model::CaseRecv(0)}), model::TryRecv(0),
                                  model::Close(0), model::TryRecv(0)}}},
                 {{Returned({model::Chose(0, 1), model::ChoseRecv(1, 0, 5), model::Chose(2, model::kDefaultCase),
                             model::ChoseRecvClosed(4, 0)})}});
}

// GO-05 ends the process, which a test cannot let happen.
TEST(RunProgram, RefusesWhatItCannotRun) {
  EXPECT_THROW(Explore({.goroutines = {{}}, .main_joins_all = false}, {}), std::invalid_argument);
  EXPECT_THROW(RunInProduction({.goroutines = {}}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace plait::conformance
