// The proof by test behind optimal.cc: on random programs its set of outcomes is that of plain enumeration, and it runs
// as many executions as sleep sets complete, which complete each class once.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "plait/explorer/oracle/outcomes.h"

namespace plait::explore::oracle {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Counts {
  uint64_t known = 0, begun_anew = 0, too_large = 0, classes = 0, redundant_of_sleep_sets = 0;
};

// More than one at a time, of a WaitGroup's counter.
bool MovesByTwo(const Program& program) {
  for (const auto& body : program.bodies) {
    for (const Instruction& in : body) {
      if (in.kind == Instruction::kWaitGroupAdd && std::abs(in.value) > 1) return true;
    }
  }
  return false;
}

std::string Compare(const Program& program, Counts& counts) {
  constexpr uint64_t kLimit = 60'000;
  const Outcomes optimal = OutcomesOf(program, *MakeOptimal(), Granularity::kUser, kLimit);
  if (optimal.begun_anew) {
    ++counts.begun_anew;
    return {};  // sleep sets have a test of their own
  }
  if (!optimal.complete) {
    ++counts.too_large;
    return {};
  }
  ++counts.known;
  counts.classes += optimal.executions;
  const Outcomes sleep = OutcomesOf(program, *MakeSleepSets(), Granularity::kUser, kLimit);
  counts.redundant_of_sleep_sets += sleep.redundant;
  std::string text;
  if (optimal.redundant != 0) text += std::to_string(optimal.redundant) + " redundant executions\n";
  // Sleep sets see a counter that is near zero, where it could panic, as a reason to keep two moves of it in order. Where
  // moves are larger than one, that is so even where the other moves that are still to come, or were, exclude it.
  const bool finer = MovesByTwo(program) && sleep.executions > optimal.executions;
  if (sleep.complete && sleep.executions != optimal.executions && !finer) {
    text += std::to_string(optimal.executions) + " executions, " + std::to_string(sleep.executions) + " classes\n";
  }
  if (const std::string lost = Missing(sleep, optimal); !lost.empty()) text += "lost:\n" + lost;
  const Outcomes all = OutcomesOf(program, *MakeEnumerate(), Granularity::kUser, kLimit);
  if (all.complete) {
    if (const std::string lost = Missing(all, optimal); !lost.empty()) text += "lost, says enumeration:\n" + lost;
    if (const std::string extra = Missing(optimal, all); !extra.empty()) text += "not in enumeration:\n" + extra;
  }
  return text;
}

void TestPrograms(uint64_t programs, int more) {
  const uint64_t first = FromEnvironment("PLAIT_ORACLE_FIRST", 0);
  programs = FromEnvironment("PLAIT_ORACLE_PROGRAMS", programs);
  more = static_cast<int>(FromEnvironment("PLAIT_ORACLE_MORE", static_cast<uint64_t>(more)));
  Counts counts;
  int failures = 0;
  for (uint64_t n = first; n < first + programs && failures < 3; ++n) {
    const Program program = Generate(n, more);
    const std::string difference = Compare(program, counts);
    if (difference.empty()) continue;
    ++failures;
    Counts ignored;
    const Program small = Shrink(program, [&](const Program& p) { return !Compare(p, ignored).empty(); });
    ADD_FAILURE() << "program " << n << ":\n"
                  << ToString(program) << difference << "\nsmallest:\n"
                  << ToString(small) << Compare(small, ignored);
  }
  std::printf("%lu programs, %lu classes, no redundant execution (sleep sets: %lu); %lu not known and %lu too large\n",
              counts.known, counts.classes, counts.redundant_of_sleep_sets, counts.begun_anew, counts.too_large);
}

TEST(Optimal, SmallPrograms) { TestPrograms(1'500, 0); }

TEST(Optimal, LargerPrograms) { TestPrograms(400, 4); }

}  // namespace
}  // namespace plait::explore::oracle
