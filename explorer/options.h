#ifndef PLAIT_EXPLORER_OPTIONS_H_
#define PLAIT_EXPLORER_OPTIONS_H_

#include <cstdint>
#include <string>

#include "plait/explorer/verdict.h"

namespace plait::explore {

enum class Mode : uint8_t {
  kExhaustive,   // every class of equivalent schedules once; some executions are cut when they turn out to be redundant
  kOptimal,      // the same without the redundant ones, where all operations are known (docs/architecture.md)
  kEnumerate,    // every schedule, without any reduction: the oracle
  kRandom,       // `executions` random schedules, each step uniform among those that can be taken
  kPortfolio,    // the same number, by the following three and kRandom in turn: for what is too large to be explored
  kPct,          // by random priorities that change `depth` - 1 times
  kPos,          // by random priorities of steps, drawn anew after a dependent one
  kSurw,         // by what each goroutine is still to do
  kPreemptions,  // every schedule with at most `bound` preemptions
  kDelays,       // every schedule with at most `bound` delays of the default one
};

// Whether a mode draws schedules, and whether it looks at all of a program.
constexpr bool Samples(Mode mode) { return mode >= Mode::kRandom && mode <= Mode::kSurw; }
constexpr bool IsBounded(Mode mode) { return mode >= Mode::kPreemptions; }

// What counts as one step (docs/architecture.md, "What a step is").
enum class Granularity : uint8_t {
  kUser,     // the runtime is trusted: an operation happens when it can, at once; what nobody can observe is folded
  kRuntime,  // nothing is folded: start, arrive, park, complete are steps of their own
};

// One of `count` parts of an exploration, which together are the whole, each class once. A part is known by its number
// alone: nothing passes between them, so they may run on different machines.
struct Part {
  uint32_t index = 0;
  uint32_t count = 1;
};

// How an explored test is explored. In a test: PLAIT_EXPLORE(Suite, Name, .mode = Mode::kRandom, .executions = 5000).
// Flags and environment variables override these; see --help.
struct Options {
  Mode mode = Mode::kExhaustive;
  Granularity granularity = Granularity::kUser;
  // The verdict that makes the test pass: kNone, or the defect that it is there to demonstrate.
  Verdict expect = Verdict::kNone;
  std::string expect_text = {};          // and its text must contain this
  uint64_t executions = 10'000;          // modes that draw schedules: how many
  uint32_t bound = 2;                    // kPreemptions, kDelays
  uint32_t depth = 3;                    // kPct
  uint64_t max_executions = 10'000'000;  // other modes: give up, and fail, after so many
  uint64_t max_steps = 10'000;           // in one execution: more is a verdict of its own
  uint64_t free_ticks = 5;               // of a ticker: come at any time; later ones when nothing else can happen
  uint64_t seed = 1;                     // modes that draw schedules
  double max_seconds = 40;               // give up, and fail, after so long (Bazel's small tests have 60)
  double watchdog_seconds = 10;          // one step that takes longer ends the process; 0: no watchdog
  // TryLock and TryRLock may fail although the lock is free (MU-08): every one of them becomes a choice. Off by default:
  // no TryLock of ours does so without another goroutine's doing, programs may rely on the lock they know to be free, and
  // each choice doubles what is to be explored. On, it looks for code that relies on it.
  bool spurious_try_lock = false;
  bool stop_at_failure = true;     // false: count failures and go on
  bool check_determinism = true;   // run the first schedule twice
  Part part = {};                  // explore only this part (Bazel's shards, --plait_jobs)
  uint32_t jobs = 1;               // explore in so many processes
  std::string checkpoint = {};     // a file: go on from there if it exists, and write it now and then
  double checkpoint_seconds = 10;  // how often
  std::string replay = {};         // a token: run that schedule and nothing else
  uint64_t break_at = 0;           // in a replay: a debugger stops at this step (of 1, 2...)
  // How many steps of the program may be taken to find a smaller schedule with the same failure; 0: it is shown as found.
  uint64_t reduction = 200'000;
  bool all_steps = false;  // reports: also those that do not matter to the failure
  bool progress = false;   // say how it goes, on standard error (progress/meter.h)
  bool observe = false;    // collect what the exploration's own page shows (progress/observed.h)
};

const char* ModeName(Mode mode);
const char* GranularityName(Granularity granularity);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_OPTIONS_H_
