// The proof by test behind dependency.h, enabled.cc and touches.cc: on random programs, what the reduced exploration can find is
// what plain enumeration finds, at both granularities, and both granularities find the same.

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

struct Comparison {
  std::string difference;  // empty: all equal
  bool cut_short = false;

  void Same(const char* a_name, const Outcomes& a, const char* b_name, const Outcomes& b) {
    cut_short |= !a.complete || !b.complete;
    if (!difference.empty() || !a.complete || !b.complete) return;
    const std::string only_a = Missing(a, b), only_b = Missing(b, a);
    if (!only_a.empty()) difference = std::string("only ") + a_name + ", not " + b_name + ":\n" + only_a;
    if (!only_b.empty()) difference += std::string("only ") + b_name + ", not " + a_name + ":\n" + only_b;
  }
};

// An enumeration that needs more than `limit` is cut short, and what it would have been compared with is not compared.
Outcomes Reduced(const Program& program, Granularity granularity, uint64_t limit) {
  return OutcomesOf(program, *MakeSleepSets(), granularity, limit);
}
Outcomes Enumerated(const Program& program, Granularity granularity, uint64_t limit) {
  return OutcomesOf(program, *MakeEnumerate(), granularity, limit);
}

Comparison CompareAll(const Program& program) {
  constexpr uint64_t kLimit = 60'000;
  const Outcomes user = Reduced(program, Granularity::kUser, kLimit);
  const Outcomes runtime = Reduced(program, Granularity::kRuntime, kLimit);
  const Outcomes all_user = Enumerated(program, Granularity::kUser, kLimit);
  const Outcomes all_runtime = Enumerated(program, Granularity::kRuntime, kLimit);
  Comparison comparison;
  comparison.Same("exhaustive/user", user, "enumerate/user", all_user);
  comparison.Same("exhaustive/runtime", runtime, "enumerate/runtime", all_runtime);
  comparison.Same("enumerate/user", all_user, "enumerate/runtime", all_runtime);
  comparison.Same("exhaustive/user", user, "exhaustive/runtime", runtime);
  return comparison;
}

// For programs that are too large to be enumerated at runtime granularity.
Comparison CompareAtUserGranularity(const Program& program) {
  constexpr uint64_t kLimit = 60'000;
  const Outcomes user = Reduced(program, Granularity::kUser, kLimit);
  Comparison comparison;
  comparison.Same("exhaustive/user", user, "enumerate/user", Enumerated(program, Granularity::kUser, kLimit));
  comparison.Same("exhaustive/user", user, "exhaustive/runtime", Reduced(program, Granularity::kRuntime, kLimit));
  return comparison;
}

// Compares for `programs` programs, and shows the smallest that fails. For a longer hunt: PLAIT_ORACLE_FIRST,
// PLAIT_ORACLE_PROGRAMS and PLAIT_ORACLE_MORE say which, how many, and how large; PLAIT_ORACLE_PRINT=1 prints them.
void TestPrograms(uint64_t programs, int more, Comparison (*compare)(const Program&)) {
  const uint64_t first = FromEnvironment("PLAIT_ORACLE_FIRST", 0);
  programs = FromEnvironment("PLAIT_ORACLE_PROGRAMS", programs);
  more = static_cast<int>(FromEnvironment("PLAIT_ORACLE_MORE", static_cast<uint64_t>(more)));
  uint64_t cut_short = 0, failures = 0;
  for (uint64_t n = first; n < first + programs && failures < 3; ++n) {
    const Program program = Generate(n, more);
    if (FromEnvironment("PLAIT_ORACLE_PRINT", 0) != 0) std::printf("program %lu:\n%s\n", n, ToString(program).c_str());
    const Comparison comparison = compare(program);
    cut_short += comparison.cut_short;
    if (comparison.difference.empty()) continue;
    ++failures;
    const Program small = Shrink(program, [&](const Program& p) { return !compare(p).difference.empty(); });
    ADD_FAILURE() << "program " << n << ":\n"
                  << ToString(program) << comparison.difference << "\nsmallest:\n"
                  << ToString(small) << compare(small).difference;
  }
  std::printf("%lu of %lu programs were too large for one of the explorations\n", cut_short, programs);
  EXPECT_LE(cut_short, programs / 10);
}

TEST(Oracle, ReductionLosesNoOutcome) { TestPrograms(324, 0, CompareAll); }

TEST(Oracle, LargerPrograms) { TestPrograms(144, 4, CompareAtUserGranularity); }

}  // namespace
}  // namespace plait::explore::oracle
