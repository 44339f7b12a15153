#include "plait/properties/generate/program_gen.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "plait/properties/generate/for_all.h"

namespace plait::generate {
namespace {

using model::OpKind;
using model::Program;

int Count(const Program& program, OpKind kind) {
  int n = 0;
  for (const model::Body& body : program.goroutines) {
    for (const model::Op& op : body) n += op.kind == kind;
  }
  return n;
}

// A measure that every step down makes smaller, so that shrinking comes to an end.
int Size(const Program& program) {
  int size = 2 * static_cast<int>(program.goroutines.size() + program.channels.size());
  for (const model::Channel& c : program.channels) size += c.nil ? 1 : c.capacity;
  for (const model::Body& body : program.goroutines) {
    for (const model::Op& op : body) {
      size += 1 + (op.kind == OpKind::kRange ? 1 : 0);
      if (op.kind == OpKind::kSelect) size += 1 + static_cast<int>(op.cases.size()) + (op.has_default ? 1 : 0);
    }
  }
  return size;
}

std::string WellFormed(const Program& program) {
  if (const std::string fault = model::Validate(program); !fault.empty()) return fault;
  if (program.goroutines.size() > 7 || program.channels.size() > 3) return "too large";
  for (const Program& simpler : Simpler(program)) {
    if (const std::string fault = model::Validate(simpler); !fault.empty()) return fault + " in\n" + ToString(simpler);
    if (Size(simpler) >= Size(program)) return "not simpler:\n" + ToString(simpler);
  }
  return "";
}

TEST(ProgramGen, AnyProgramIsWellFormedAndSoIsWhatItShrinksTo) {
  std::set<OpKind> kinds;
  ExpectForAll(AnyProgram(9), 1000, [&](const Program& program) {
    for (const model::Body& body : program.goroutines) {
      for (const model::Op& op : body) kinds.insert(op.kind);
    }
    return WellFormed(program);
  });
  EXPECT_EQ(kinds.size(), 8u) << "some operation is never generated";
}

TEST(ProgramGen, SendersAndReceiversKeepToTheirKind) {
  const auto property = [](const Program& program) {
    if (program.channels.size() != 1 || program.channels[0].nil) return std::string("not one channel");
    if (Count(program, OpKind::kClose) > 1) return std::string("closed twice");
    for (const model::Body& body : program.goroutines) {
      int sends = 0, receives = 0;
      for (const model::Op& op : body) {
        sends += op.kind == OpKind::kSend;
        receives += op.kind == OpKind::kRecv || op.kind == OpKind::kRange;
      }
      if (sends > 0 && receives > 0) return std::string("sends and receives");
    }
    return WellFormed(program);
  };
  ExpectForAll(SendersAndReceivers(9), 1000, property);
}

TEST(ProgramGen, ShrinksToTheSmallest) {
  const ForAllResult result = ForAll(AnyProgram(9), 1000, [](const Program& program) {
    return Count(program, OpKind::kClose) >= 2 ? std::string("closes twice") : std::string();
  });
  EXPECT_EQ(ToString(result.smallest),
            "c0 := make(chan int)\n"
            "func main() {\n"
            "  close(c0)\n"
            "  close(c0)\n"
            "  // waits for all\n"
            "}\n");
  EXPECT_NE(result.failure.find("  close(c0)\n  close(c0)\n"), std::string::npos) << result.failure;
  EXPECT_NE(result.failure.find("closes twice"), std::string::npos) << result.failure;
}

TEST(ProgramGen, TheSameProgramsEveryTime) {
  std::string first, second;
  ForAll(AnyProgram(9), 50, [&](const Program& program) { return first += ToString(program), ""; });
  ForAll(AnyProgram(9), 50, [&](const Program& program) { return second += ToString(program), ""; });
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace plait::generate
