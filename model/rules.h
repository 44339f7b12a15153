// What Go says: the small steps that a program may take. To be read with docs/clauses.md; the rules, in rules.cc and
// channel_rules.cc, carry its clause numbers.
//
// A step is one of
//   proceed   a goroutine at an operation that can proceed does all of it; if that takes a partner who is blocked, the
//             same step completes the partner's operation (*match*: the value moves) and the partner is ready;
//   arrive    a goroutine at an operation that cannot proceed joins the queues of all its channels, and is blocked.
// Nothing else moves. A blocked goroutine takes no steps: its operation ends by another's match, or never (CH-35).
//
// Why this is enough. In Go (and in our runtime) an operation is a critical section under its channel's lock, a select
// one under the locks of all its channels; so what it sees and does is of one instant: it proceeds, or it takes its
// default, or it enqueues itself everywhere. That is `proceed` or `arrive`. Whoever completes a blocked operation does
// so under that lock too: it dequeues the waiter and moves the value; from this instant nobody else can complete any of
// that waiter's cases (Go's selectDone is won; entries it left in other queues are skipped as if absent), so we remove
// them all. What remains, the woken goroutine's run to the end of its operation, takes no decision and touches nothing
// that others can see: it can be folded into the match. The unlocked fast paths of the non-blocking forms and len
// answer as at some instant within the call (CH-21, CH-22, CH-20), which is again one step. brute_force.h does none of
// this folding (an entry per case, stale entries, a step to continue) and cross_check_test compares.
//
// Who is served, when several wait:
//   kFifo  the longest waiting (CH-15, CH-16): what Go's runtime does and ours promises.
//   kAny   any of them: all that Go's language says.
// Between the cases of one blocked select that a single step could complete (a channel named twice) the choice is free
// under both rule sets (SEL-03, SEL-04), with one exception: a select that waits at both ends of a channel when it is
// closed receives under kFifo (Go's close serves receivers first), under kAny it may also panic.
//
// The two rule sets differ in their steps, but not in the outcomes of a program of channels alone. Take any run under
// kAny and delay each arrival until just before the match that ends it. Nobody misses the waiter meanwhile: it is seen
// only by being served; a default is taken only when *nobody* waits; len does not count waiters. Nor could it proceed
// instead: as long as it waited, nothing it waited for was ready. Now a queue holds one waiter when it is served, so
// kFifo allows the run; a select that panicked at a close arrives just after the close. cross_check_test compares.
// (With objects whose arrivals are seen, as a Cond's under its mutex, this will not hold.) The order of service is
// therefore tested on what may follow a given schedule: SearchOptions::schedule.
#ifndef PLAIT_MODEL_RULES_H_
#define PLAIT_MODEL_RULES_H_

#include <cstdint>
#include <vector>

#include "plait/model/outcome.h"
#include "plait/model/program.h"
#include "plait/model/state.h"
#include "plait/model/state_list.h"

namespace plait::model {

enum class Waiters : uint8_t { kFifo, kAny };

// When timers fire. Time is adversarial: a deadline may pass at any step.
enum class Time : uint8_t {
  kInOrder,   // earlier deadlines first, and arming takes no time: what the explorer does
  kAnyOrder,  // a machine's: between two instants that look the same to the program any time may pass
};

// The steps of one program. Keeps a reference to the program, which must be well-formed (Validate) and outlive it.
class Rules {
 public:
  explicit Rules(const Program& program, Waiters waiters, Time time = Time::kInOrder);
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  const Program& program() const { return program_; }
  Waiters waiters() const { return waiters_; }
  Time time() const { return time_; }
  const Layout& layout() const { return layout_; }

  // Adds the one state in which the program begins.
  void AddInitial(StateList* out) const;

  // Adds each state that one step of goroutine g, or of any goroutine, makes of the given one (layout().size bytes, not
  // in *out). More than one for one goroutine where Go leaves a choice; none if it cannot move. The same state may come
  // twice.
  void AddSteps(const uint8_t* state, int g, StateList* out) const;
  void AddSteps(const uint8_t* state, StateList* out) const;

  // What was observed, once nothing can move.
  Outcome Observe(const State& state) const;

  // False only if no continuation of this state can have that outcome.
  bool MayBecome(const State& state, const Outcome& outcome) const;

 private:
  bool AtEnd(const State& state, int g) const;  // past its last operation, and those that it has deferred
  bool ProcessEnded(const State& state) const;
  GoroutineOutcome ObserveGoroutine(const State& state, int g) const;

  const Program& program_;
  void AddTimerSteps(const uint8_t* state, StateList* out) const;  // time_rules.cc

  const Waiters waiters_;
  const Time time_;
  const Layout layout_;
  void SetNextTimer(State state) const;  // time_rules.cc
  bool Starting(const State& state, int g) const;

  std::vector<int> timers_;  // objects that have one, in the order in which they are set: AfterFuncs last
  std::vector<bool> funcs_;  // by goroutine: an AfterFunc starts it
  bool fatal_ = false;       // some operation may end the process
};

}  // namespace plait::model

#endif  // PLAIT_MODEL_RULES_H_
