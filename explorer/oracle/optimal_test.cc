// The proof by test behind optimal.cc: on random programs its set of outcomes is that of plain enumeration, and it runs
// as many executions as sleep sets complete, which complete each class once.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "plait/explorer/oracle/outcomes.h"
#include "plait/explorer/strategies/effect.h"

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

// ---- Wrong effects ----

using enum Effect;

bool Locks(OpKind kind) { return kind == OpKind::kMutexLock || kind == OpKind::kMutexTryLock; }

struct Mutant {
  const char* name;
  EffectFunction effect_of;
  uint64_t killed_by = ~uint64_t{0};
};

// What op does, but that where `when` says so it does `instead`.
#define PLAIT_WRONG(when, instead)                                                   \
  [](const KnownOp& op, const ObjectState& state) -> Effect {                        \
    const Effect effect = EffectOf(op, state);                                       \
    [[maybe_unused]] const auto is = [&op](OpKind kind) { return op.kind == kind; }; \
    return (when) ? (instead) : effect;                                              \
  }

// The test must be able to see what it is there to see: each wrong effect of an operation loses an outcome, runs a class
// twice, or leads the strategy to where it cannot go.
TEST(Optimal, NoticesEachWrongEffect) {
  if (std::getenv("PLAIT_ORACLE_PROGRAMS") != nullptr) GTEST_SKIP() << "needs the whole sequence of programs";
  Mutant mutants[] = {
      {"a load changes", PLAIT_WRONG(is(OpKind::kAtomicLoad), kChange)},
      {"a store only looks", PLAIT_WRONG(is(OpKind::kAtomicStore), kLook)},
      {"a store touches nothing", PLAIT_WRONG(is(OpKind::kAtomicStore), kNone)},
      {"an Add only looks", PLAIT_WRONG(is(OpKind::kAtomicRmw) && !op.compares, kLook)},
      {"a CompareAndSwap that fails changes", PLAIT_WRONG(is(OpKind::kAtomicRmw) && effect == kLook, kChange)},
      {"a CompareAndSwap that swaps looks", PLAIT_WRONG(is(OpKind::kAtomicRmw) && op.compares, kLook)},
      {"a Lock takes what is locked", PLAIT_WRONG(is(OpKind::kMutexLock) && effect == kDisabled, kChange)},
      {"a Lock never comes", PLAIT_WRONG(is(OpKind::kMutexLock), kDisabled)},
      {"a Lock only looks", PLAIT_WRONG(Locks(op.kind) && effect == kChange, kLook)},
      {"a TryLock that fails changes", PLAIT_WRONG(is(OpKind::kMutexTryLock) && effect == kLook, kChange)},
      {"a TryLock that fails does not happen", PLAIT_WRONG(is(OpKind::kMutexTryLock) && effect == kLook, kDisabled)},
      {"an Unlock only looks", PLAIT_WRONG(is(OpKind::kMutexUnlock), kLook)},
      {"a send on what is closed sends", PLAIT_WRONG(is(OpKind::kChanSend) && effect == kLook, kSend)},
      {"a send finds room in what is full", PLAIT_WRONG(is(OpKind::kChanSend) && effect == kDisabled, kSend)},
      {"a send changes all of it", PLAIT_WRONG(effect == kSend, kChange)},
      {"a send only looks", PLAIT_WRONG(effect == kSend, kLook)},
      {"a receive changes all of it", PLAIT_WRONG(effect == kReceive, kChange)},
      {"a receive only looks", PLAIT_WRONG(effect == kReceive, kLook)},
      {"a receive of closed takes", PLAIT_WRONG(is(OpKind::kChanRecv) && effect == kLook, kReceive)},
      {"a receive of closed waits", PLAIT_WRONG(is(OpKind::kChanRecv) && effect == kLook, kDisabled)},
      {"a close changes all of it", PLAIT_WRONG(effect == kClose, kChange)},
      {"a close only looks", PLAIT_WRONG(effect == kClose, kLook)},
      {"a Wait does not wait", PLAIT_WRONG(is(OpKind::kWaitGroupWait), kLook)},
      {"a Wait touches nothing", PLAIT_WRONG(is(OpKind::kWaitGroupWait) && effect == kLook, kNone)},
      {"an Add of a WaitGroup changes", PLAIT_WRONG(effect == kUp, kChange)},
  };
  size_t alive = std::size(mutants);
  constexpr uint64_t kPrograms = 6'000, kLimit = 2'000;
  for (uint64_t n = 0; n < kPrograms && alive > 0; ++n) {
    const Program program = Generate(n);
    const Outcomes truth = OutcomesOf(program, *MakeOptimal(), Granularity::kUser, kLimit);
    if (truth.begun_anew || !truth.complete) continue;
    for (Mutant& mutant : mutants) {
      if (mutant.killed_by < kPrograms) continue;
      const Outcomes wrong = OutcomesOf(program, *MakeOptimal({}, mutant.effect_of), Granularity::kUser, kLimit);
      if (!wrong.begun_anew && wrong.complete && wrong.executions == truth.executions && wrong.all == truth.all)
        continue;
      mutant.killed_by = n;
      --alive;
    }
  }
  for (const Mutant& mutant : mutants) {
    std::printf("%-40s program %lu\n", mutant.name, mutant.killed_by);
    EXPECT_LT(mutant.killed_by, kPrograms) << mutant.name << " survives";
  }
}

}  // namespace
}  // namespace plait::explore::oracle
