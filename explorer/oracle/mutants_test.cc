// The oracle must be able to see what it is there to see: each of these wrong dependency relations loses an outcome of
// some program that oracle_test runs.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "plait/explorer/dependency.h"
#include "plait/explorer/oracle/outcomes.h"

namespace plait::explore::oracle {
namespace {

constexpr uint64_t kPrograms = 2'000;  // at most; few need more than a hundred
constexpr uint64_t kLimit = 20'000;

// The true relation, but for the conflicts that `forgets` forgets.
template <class F>
bool DependentBut(const Footprint& a, const Footprint& b, F forgets) {
  if (Dependent({a.goroutine, a.peer, {}}, {b.goroutine, b.peer, {}})) return true;
  for (const Touch& x : a.touches) {
    for (const Touch& y : b.touches) {
      if (Dependent({0, 0, {x}}, {0, 0, {y}}) && !forgets(x, y) && !forgets(y, x)) return true;
    }
  }
  return false;
}

template <Access kA, Access kB>
bool Forgets(const Footprint& a, const Footprint& b) {
  return DependentBut(a, b, [](const Touch& x, const Touch& y) { return x.access == kA && y.access == kB; });
}

bool ForgetsTheClock(const Footprint& a, const Footprint& b) {
  return DependentBut(a, b, [](const Touch& x, const Touch&) { return x.object == kClock; });
}

// Whoever takes a tick arms the ticker for the next one.
bool ForgetsThatTicksRearm(const Footprint& a, const Footprint& b) {
  const auto without = [](const Footprint& f) {
    const auto receives = [](const Touch& t) { return t.access == Access::kRecv; };
    if (std::none_of(f.touches.begin(), f.touches.end(), receives)) return f;
    Footprint less{f.goroutine, f.peer};
    for (const Touch& touch : f.touches) {
      if (touch.access != Access::kReadClock) less.touches.push_back(touch);
    }
    return less;
  };
  return Dependent(without(a), without(b));
}

// A timer is stopped, or set anew: only the clock is touched, not the timer's channel or function.
bool ForgetsWhatATimerActsOn(const Footprint& a, const Footprint& b) {
  const auto writes_clock = [](const Footprint& f) {
    return std::any_of(f.touches.begin(), f.touches.end(),
                       [](const Touch& t) { return t.object == kClock && t.access == Access::kWrite; });
  };
  const bool a_writes = writes_clock(a) && a.goroutine != 0, b_writes = writes_clock(b) && b.goroutine != 0;
  return DependentBut(a, b, [&](const Touch& x, const Touch&) { return (a_writes || b_writes) && x.object > 0; });
}

bool ForgetsThePeer(const Footprint& a, const Footprint& b) {
  return Dependent({a.goroutine, 0, a.touches}, {b.goroutine, 0, b.touches});
}

bool ForgetsGoroutines(const Footprint& a, const Footprint& b) {
  return Dependent({0, 0, a.touches}, {0, 0, b.touches});
}

// A meeting looks only at the channel on which it takes place; a select that has matched a waiting one, only at its
// own.
bool ForgetsOtherChannels(const Footprint& a, const Footprint& b) {
  const auto first = [](const Footprint& f) {
    Footprint less{f.goroutine, f.peer};
    if (f.touches.size() > 0) less.touches.push_back(*f.touches.begin());
    return less;
  };
  return Dependent(first(a), first(b));
}

struct Mutant {
  const char* name;
  DependencyRelation relation;
  Granularity granularity;
  bool (*about)(const Program& program) = nullptr;  // only programs about this count
  uint64_t killed_by = kPrograms;
};

bool Readers(const Program& program) { return program.rw_mutexes > 0 && program.conds == 0; }
bool Onces(const Program& program) { return program.onces > 0; }
bool Conds(const Program& program) { return program.conds > 0; }

TEST(Oracle, NoticesEachWrongEntry) {
  if (std::getenv("PLAIT_ORACLE_PROGRAMS") != nullptr) GTEST_SKIP() << "needs the whole sequence of programs";
  using enum Access;
  using enum Granularity;
  Mutant mutants[] = {
      {"read, write", Forgets<kRead, kWrite>, kUser},
      {"write, write", Forgets<kWrite, kWrite>, kUser},
      {"read, send", Forgets<kRead, kSend>, kUser},
      {"read, recv", Forgets<kRead, kRecv>, kUser},
      {"read, close", Forgets<kRead, kClose>, kUser},
      {"send, close", Forgets<kSend, kClose>, kUser},
      {"write, close", Forgets<kWrite, kClose>, kUser},
      {"close, close", Forgets<kClose, kClose>, kUser},
      {"send, send", Forgets<kSend, kSend>, kUser},
      {"recv, recv", Forgets<kRecv, kRecv>, kUser},
      {"read, up", Forgets<kRead, kCountUp>, kUser},
      {"write, up", Forgets<kWrite, kCountUp>, kUser},
      {"down, last", Forgets<kCountDown, kCountLast>, kUser},
      {"last, last", Forgets<kCountLast, kCountLast>, kUser},
      {"the clock", ForgetsTheClock, kUser},
      {"a tick arms the ticker", ForgetsThatTicksRearm, kUser},
      {"what a timer acts on", ForgetsWhatATimerActsOn, kUser},
      {"a meeting's peer", ForgetsThePeer, kUser},
      {"goroutines", ForgetsGoroutines, kUser},
      {"a meeting's other channels", ForgetsOtherChannels, kUser},
      {"read, write", Forgets<kRead, kWrite>, kRuntime},
      {"write, write", Forgets<kWrite, kWrite>, kRuntime},
      {"the clock", ForgetsTheClock, kRuntime},
      {"goroutines", ForgetsGoroutines, kRuntime},
      {"other channels of a select", ForgetsOtherChannels, kRuntime},
      {"RWMutex: read, write", Forgets<kRead, kWrite>, kUser, Readers},
      {"RWMutex: write, write", Forgets<kWrite, kWrite>, kUser, Readers},
      {"RWMutex: write, up", Forgets<kWrite, kCountUp>, kUser, Readers},
      {"RWMutex: read, last", Forgets<kRead, kCountLast>, kUser, Readers},
      {"RWMutex: write, write", Forgets<kWrite, kWrite>, kRuntime, Readers},
      {"Once: write, write", Forgets<kWrite, kWrite>, kUser, Onces},
      {"Once: write, write", Forgets<kWrite, kWrite>, kRuntime, Onces},
      {"Cond: read, write", Forgets<kRead, kWrite>, kUser, Conds},
      {"Cond: write, write", Forgets<kWrite, kWrite>, kUser, Conds},
      {"Cond: write, write", Forgets<kWrite, kWrite>, kRuntime, Conds},
  };
  size_t alive = std::size(mutants);
  for (uint64_t n = 0; n < kPrograms && alive > 0; ++n) {
    const Program program = Generate(n);
    for (const Granularity granularity : {kUser, kRuntime}) {
      if (std::none_of(std::begin(mutants), std::end(mutants), [granularity](const Mutant& mutant) {
            return mutant.granularity == granularity && mutant.killed_by == kPrograms;
          })) {
        continue;
      }
      const Outcomes truth = OutcomesOf(program, *MakeEnumerate(), granularity, kLimit);
      if (!truth.complete) continue;
      for (Mutant& mutant : mutants) {
        if (mutant.granularity != granularity || mutant.killed_by != kPrograms) continue;
        if (mutant.about != nullptr && !mutant.about(program)) continue;
        const Outcomes reduced = OutcomesOf(program, *MakeSleepSets(mutant.relation), granularity, kLimit);
        if (!reduced.complete || Missing(truth, reduced).empty()) continue;
        mutant.killed_by = n;
        --alive;
      }
    }
  }
  for (const Mutant& mutant : mutants) {
    std::printf("%-8s %-28s program %lu\n", GranularityName(mutant.granularity), mutant.name, mutant.killed_by);
    EXPECT_LT(mutant.killed_by, kPrograms)
        << mutant.name << " (" << GranularityName(mutant.granularity) << ") survives";
  }
}

}  // namespace
}  // namespace plait::explore::oracle
