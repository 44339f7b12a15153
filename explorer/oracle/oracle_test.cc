// The proof by test behind dependency.h and pending.cc: on random programs, what the reduced exploration can find is
// what plain enumeration finds, at both granularities, and both granularities find the same.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "plait/explorer/oracle/outcomes.h"

namespace plait::explore::oracle {
namespace {

// An enumeration that needs more is cut short, and what it would have been compared with is not compared.
constexpr uint64_t kLimit = 60'000;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Comparison {
  std::string difference;  // empty: all equal
  bool cut_short = false;
};

Comparison Compare(const Program& program) {
  Comparison comparison;
  const auto same = [&](const char* a_name, const Outcomes& a, const char* b_name, const Outcomes& b) {
    if (!comparison.difference.empty() || !a.complete || !b.complete) return;
    const std::string only_a = Missing(a, b), only_b = Missing(b, a);
    if (!only_a.empty()) comparison.difference = std::string("only ") + a_name + ", not " + b_name + ":\n" + only_a;
    if (!only_b.empty()) comparison.difference += std::string("only ") + b_name + ", not " + a_name + ":\n" + only_b;
  };
  const Outcomes user = OutcomesOf(program, *MakeSleepSets(), Granularity::kUser, kLimit);
  const Outcomes all_user = OutcomesOf(program, *MakeEnumerate(), Granularity::kUser, kLimit);
  const Outcomes runtime = OutcomesOf(program, *MakeSleepSets(), Granularity::kRuntime, kLimit);
  const Outcomes all_runtime = OutcomesOf(program, *MakeEnumerate(), Granularity::kRuntime, kLimit);
  same("exhaustive/user", user, "enumerate/user", all_user);
  same("exhaustive/runtime", runtime, "enumerate/runtime", all_runtime);
  same("enumerate/user", all_user, "enumerate/runtime", all_runtime);
  same("exhaustive/user", user, "exhaustive/runtime", runtime);
  comparison.cut_short = !user.complete || !all_user.complete || !runtime.complete || !all_runtime.complete;
  return comparison;
}

TEST(Oracle, ReductionLosesNoOutcome) {
  const uint64_t first = FromEnvironment("PLAIT_ORACLE_FIRST", 0);
  const uint64_t programs = FromEnvironment("PLAIT_ORACLE_PROGRAMS", 400);
  uint64_t cut_short = 0, failures = 0;
  for (uint64_t n = first; n < first + programs && failures < 3; ++n) {
    const Program program = Generate(n);
    if (FromEnvironment("PLAIT_ORACLE_PRINT", 0) != 0) std::printf("program %lu:\n%s\n", n, ToString(program).c_str());
    const Comparison comparison = Compare(program);
    cut_short += comparison.cut_short;
    if (comparison.difference.empty()) continue;
    ++failures;
    const Program small = Shrink(program, [](const Program& p) { return !Compare(p).difference.empty(); });
    ADD_FAILURE() << "program " << n << ":\n"
                  << ToString(program) << comparison.difference << "\nsmallest:\n"
                  << ToString(small) << Compare(small).difference;
  }
  std::printf("%lu of %lu programs were too large for one of the enumerations\n", cut_short, programs);
  EXPECT_LE(cut_short, programs / 10);
}

}  // namespace
}  // namespace plait::explore::oracle
