// The proof by test behind dependency.h, enabled.cc and touches.cc: on random programs, what the reduced exploration can find is
// what plain enumeration finds, at both granularities, and both granularities find the same.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "plait/explorer/oracle/outcomes.h"

namespace plait::explore::oracle {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// Executions, in each of a program's explorations. Many programs are looked at sooner if the few large ones are left out.
uint64_t Limit() { return FromEnvironment("PLAIT_ORACLE_LIMIT", 60'000); }

struct Comparison {
  std::string difference;  // empty: all equal
  bool cut_short = false;
  double per_class = 0;  // executions of sleep sets at user granularity, redundant ones too; 0: not known

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

double PerClass(const Outcomes& outcomes) {
  if (!outcomes.complete) return 0;
  return static_cast<double>(outcomes.executions + outcomes.redundant) / static_cast<double>(outcomes.executions);
}

Comparison CompareAll(const Program& program) {
  const uint64_t limit = Limit();
  const Outcomes user = Reduced(program, Granularity::kUser, limit);
  const Outcomes runtime = Reduced(program, Granularity::kRuntime, limit);
  const Outcomes all_user = Enumerated(program, Granularity::kUser, limit);
  const Outcomes all_runtime = Enumerated(program, Granularity::kRuntime, limit);
  Comparison comparison;
  comparison.per_class = PerClass(user);
  comparison.Same("exhaustive/user", user, "enumerate/user", all_user);
  comparison.Same("exhaustive/runtime", runtime, "enumerate/runtime", all_runtime);
  comparison.Same("enumerate/user", all_user, "enumerate/runtime", all_runtime);
  comparison.Same("exhaustive/user", user, "exhaustive/runtime", runtime);
  return comparison;
}

// For programs that are too large to be enumerated at runtime granularity.
Comparison CompareAtUserGranularity(const Program& program) {
  const uint64_t limit = Limit();
  const Outcomes user = Reduced(program, Granularity::kUser, limit);
  Comparison comparison;
  comparison.per_class = PerClass(user);
  comparison.Same("exhaustive/user", user, "enumerate/user", Enumerated(program, Granularity::kUser, limit));
  comparison.Same("exhaustive/user", user, "exhaustive/runtime", Reduced(program, Granularity::kRuntime, limit));
  return comparison;
}

// Compares for `programs` programs, and shows the smallest that fails. For a longer hunt: PLAIT_ORACLE_FIRST,
// PLAIT_ORACLE_PROGRAMS and PLAIT_ORACLE_MORE say which, how many, and how large; PLAIT_ORACLE_PRINT=1 prints them,
// PLAIT_ORACLE_LIMIT bounds each exploration.
void TestPrograms(uint64_t programs, int more, Comparison (*compare)(const Program&)) {
  const uint64_t first = FromEnvironment("PLAIT_ORACLE_FIRST", 0);
  programs = FromEnvironment("PLAIT_ORACLE_PROGRAMS", programs);
  more = static_cast<int>(FromEnvironment("PLAIT_ORACLE_MORE", static_cast<uint64_t>(more)));
  uint64_t cut_short = 0, failures = 0;
  std::vector<double> per_class;
  for (uint64_t n = first; n < first + programs && failures < 3; ++n) {
    const Program program = Generate(n, more);
    if (FromEnvironment("PLAIT_ORACLE_PRINT", 0) != 0) std::printf("program %lu:\n%s\n", n, ToString(program).c_str());
    const Comparison comparison = compare(program);
    cut_short += comparison.cut_short;
    if (comparison.per_class > 0) per_class.push_back(comparison.per_class);
    if (comparison.difference.empty()) continue;
    ++failures;
    const Program small = Shrink(program, [&](const Program& p) { return !compare(p).difference.empty(); });
    ADD_FAILURE() << "program " << n << ":\n"
                  << ToString(program) << comparison.difference << "\nsmallest:\n"
                  << ToString(small) << compare(small).difference;
  }
  std::printf("%lu of %lu programs were too large for one of the explorations\n", cut_short, programs);
  std::sort(per_class.begin(), per_class.end());
  if (!per_class.empty()) {
    std::printf("executions per class: median %.2f, of nine in ten at most %.2f, worst %.2f\n",
                per_class[per_class.size() / 2], per_class[per_class.size() * 9 / 10], per_class.back());
  }
  EXPECT_LE(cut_short, Limit() < 60'000 ? programs / 2 : programs / 10);
}

TEST(Oracle, ReductionLosesNoOutcome) { TestPrograms(324, 0, CompareAll); }

TEST(Oracle, LargerPrograms) { TestPrograms(176, 4, CompareAtUserGranularity); }

// ---- What the programs are like ----

struct Shares {
  std::map<std::string, int> features;
  std::map<std::string, int> pairs;  // kinds of operations that two goroutines do on one object
  std::map<size_t, int> goroutines;
};

// "send" on "c1": what an instruction does to which objects.
std::vector<std::pair<std::string, std::string>> OperationsOf(const Instruction& in) {
  using enum Instruction::Kind;
  const auto chan = [&](int c) { return (c < 0 ? "t" : "c") + std::to_string(c); };
  const std::string i = std::to_string(in.object);
  switch (in.kind) {
    case kSend:
      return {{"chan send", chan(in.object)}};
    case kRecv:
      return {{"chan recv", chan(in.object)}};
    case kClose:
      return {{"chan close", chan(in.object)}};
    case kLen:
      return {{"chan len", chan(in.object)}};
    case kSelect: {
      std::vector<std::pair<std::string, std::string>> all;
      for (const Case& c : in.cases) {
        if (c.chan >= 0) all.emplace_back(c.send ? "chan select send" : "chan select recv", chan(c.chan));
      }
      return all;
    }
    case kLock:
      return {{"Mutex Lock", "m" + i}};
    case kTryLock:
      return {{"Mutex TryLock", "m" + i}};
    case kUnlock:
    case kUnlockIfHeld:
      return {{"Mutex Unlock", "m" + i}};
    case kLoad:
      return {{"atomic Load", "a" + i}};
    case kStore:
      return {{"atomic Store", "a" + i}};
    case kAdd:
      return {{"atomic Add", "a" + i}};
    case kCas:
      return {{"atomic CompareAndSwap", "a" + i}};
    case kWaitGroupAdd:
      return {{in.value > 0 ? "WaitGroup Add" : "WaitGroup Done", "w" + i}};
    case kWaitGroupWait:
      return {{"WaitGroup Wait", "w" + i}};
    case kRLock:
      return {{"RWMutex RLock", "r" + i}};
    case kRUnlock:
    case kRUnlockIfHeld:
      return {{"RWMutex RUnlock", "r" + i}};
    case kWriteLock:
      return {{"RWMutex Lock", "r" + i}};
    case kWriteUnlock:
    case kWriteUnlockIfHeld:
      return {{"RWMutex Unlock", "r" + i}};
    case kTryRLock:
      return {{"RWMutex TryRLock", "r" + i}};
    case kTryWriteLock:
      return {{"RWMutex TryLock", "r" + i}};
    case kOnceDo:
      return {{"Once Do", "o" + i}};
    case kCondWait:
      return {{"Cond Wait", "cond"}};
    case kCondSignal:
      return {{"Cond Signal", "cond"}};
    case kCondBroadcast:
      return {{"Cond Broadcast", "cond"}};
    case kCancel:
      return {{"context cancel", "ctx"}};
    case kErr:
      return {{"context Err", "ctx"}};
    default:
      return {};
  }
}

void Count(const Program& program, Shares& shares) {
  using enum Instruction::Kind;
  std::set<std::string> features, pairs;
  std::vector<std::set<std::pair<std::string, std::string>>> done(program.bodies.size());
  for (size_t b = 0; b < program.bodies.size(); ++b) {
    bool first = true;
    for (const Instruction& in : program.bodies[b]) {
      for (const auto& [kind, object] : OperationsOf(in)) {
        done[b].emplace(kind, object);
        features.insert(kind.substr(0, kind.find(' ')));
      }
      const auto capacity = [&](int c) { return c < 0 ? 1 : program.capacities[static_cast<size_t>(c)]; };
      if (in.kind == kSend || in.kind == kRecv) {
        const int c = capacity(in.object);
        features.insert(c == Program::kNil ? "nil channel" : c == 0 ? "unbuffered" : "buffered");
      }
      for (const Case& c : in.cases) {
        if (capacity(c.chan) == Program::kNil) features.insert("nil channel");
      }
      if (in.kind == kClose) features.insert("close");
      if (in.kind == kLen) features.insert("len");
      if (in.kind == kSelect) features.insert(in.has_default ? "select with default" : "select without default");
      if (in.kind == kSelect && in.has_default && in.cases.size() == 1) features.insert("non-blocking send or receive");
      if (in.kind == kSleep) features.insert("Sleep");
      if (in.kind == kAfter) features.insert("After");
      if (in.kind == kStop || in.kind == kReset) features.insert("Stop and Reset of timers");
      if (in.kind == kChoose) features.insert("choice");
      if (in.kind == kSpawn && (b != 0 || !first)) features.insert("spawn in the middle");
      first = first && in.kind == kSpawn;
    }
  }
  for (size_t a = 0; a < done.size(); ++a) {
    for (size_t b = a + 1; b < done.size(); ++b) {
      for (const auto& [kind, object] : done[a]) {
        for (const auto& [other, same] : done[b]) {
          if (object == same) pairs.insert(std::min(kind, other) + " / " + std::max(kind, other));
        }
      }
    }
  }
  for (const std::string& f : features) ++shares.features[f];
  for (const std::string& p : pairs) ++shares.pairs[p];
  ++shares.goroutines[program.bodies.size()];
}

// The proof is worth as much as the programs.
TEST(Oracle, ProgramsAreOfAllKinds) {
  constexpr int kPrograms = 5'000, kExplored = 280;
  Shares shares;
  for (int n = 0; n < kPrograms; ++n) Count(Generate(static_cast<uint64_t>(n)), shares);
  const auto percent = [](int n) { return 100.0 * n / kPrograms; };
  for (const auto& [goroutines, n] : shares.goroutines)
    std::printf("%5.1f %%  %zu goroutines\n", percent(n), goroutines);
  EXPECT_LE(percent(shares.goroutines[2]), 70) << "three or more in at least 30 %";
  for (const auto& [feature, n] : shares.features) {
    std::printf("%5.1f %%  %s\n", percent(n), feature.c_str());
    EXPECT_GE(percent(n), 5) << feature;
  }
  EXPECT_EQ(shares.features.size(), 21u);
  for (const auto& [pair, n] : shares.pairs) {
    std::printf("%5.1f %%  %s\n", percent(n), pair.c_str());
    EXPECT_GE(percent(n), 0.5) << pair;
  }
  for (const int more : {0, 4}) {
    std::vector<uint64_t> classes;
    int stuck = 0;
    for (uint64_t n = 0; n < kExplored; ++n) {
      const Outcomes user = Reduced(Generate(n, more), Granularity::kUser, 20'000);
      classes.push_back(user.executions);
      stuck += std::any_of(user.all.begin(), user.all.end(), [](const std::string& outcome) {
        return outcome.rfind(VerdictName(Verdict::kNone), 0) != 0 ||
               outcome.find("closed channel") != std::string::npos;
      });
    }
    std::sort(classes.begin(), classes.end());
    std::printf(
        "%d instructions more: median %lu classes, the tenth part has %lu or more; %d %% with a deadlock or panic\n",
        more, classes[kExplored / 2], classes[kExplored * 9 / 10], 100 * stuck / kExplored);
    EXPECT_GE(100 * stuck / kExplored, 10);
  }
}

}  // namespace
}  // namespace plait::explore::oracle
