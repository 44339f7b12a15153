#ifndef PLAIT_EXPLORER_STRATEGY_H_
#define PLAIT_EXPLORER_STRATEGY_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plait/explorer/dependency.h"
#include "plait/explorer/options.h"
#include "plait/explorer/trace.h"
#include "plait/explorer/transition.h"

namespace plait::explore {

class Execution;
struct KnownOp;
struct ObjectState;
enum class Effect : uint8_t;
using EffectFunction = Effect (*)(const KnownOp&, const ObjectState&);
Effect EffectOf(const KnownOp& op, const ObjectState& state);

// Decides what happens next. One object sees a whole exploration: Begin, Choose..., End, Next, Begin, ...
class Strategy {
 public:
  static constexpr int kAbandon = -1;         // this execution is redundant
  static constexpr int kNondeterminism = -2;  // not the steps that were seen before: see mismatch()

  virtual ~Strategy() = default;

  virtual void Begin() {}
  // Index into `enabled`, which is not empty, or one of the constants above.
  virtual int Choose(const Execution& execution, const std::vector<Transition>& enabled) = 0;
  // Asked before Choose: the next step, if the strategy knows it already, has seen it enabled here in an earlier execution,
  // and finds its goroutine before the same operation (CanStep). Saves working out what else is enabled.
  virtual std::optional<Transition> Known(const Execution&) { return {}; }
  // Nothing can happen any more, or there is a verdict; every goroutine still stands where it is. Not called for an
  // execution that has been given up.
  virtual void Over(const Execution&) {}
  // The execution is over. Returns whether there is another one to run.
  virtual bool Next() = 0;

  // Whether the execution that has ended, or been given up, is to be counted. Asked before Next. False for what is run
  // only to get to this part of the whole, or back to a checkpoint.
  virtual bool Counts() { return true; }

  // After Next has returned true: where it stands, as text without spaces. Another one like it that is given that text
  // before its first Begin goes on from there, after the few executions that it needs to get there. Empty, or false, if
  // it cannot.
  virtual std::string Checkpoint() const { return {}; }
  virtual bool Resume(std::string_view) { return false; }

  // Whether it has begun anew, with another algorithm: what was counted so far counts for nothing. Asked after Next.
  virtual bool BegunAnew() { return false; }

  // At the end of an execution: whether every step was taken that it was to take again. If not, it has ended early.
  virtual bool Consumed() const = 0;

  // After kNondeterminism: which step differs, in words.
  virtual std::string mismatch() const { return {}; }
};

std::unique_ptr<Strategy> MakeEnumerate();  // enumerate.cc
// optimal.cc: user granularity only. `effect_of` is effect.h's; the tests plant wrong ones.
std::unique_ptr<Strategy> MakeOptimal(Part part = {}, EffectFunction effect_of = EffectOf);
// part.cc: that part of sleep sets or of an enumeration.
std::unique_ptr<Strategy> MakePart(std::unique_ptr<Strategy> whole, Part part);
// `dependent` is dependency.h's table; the tests plant wrong ones.
std::unique_ptr<Strategy> MakeSleepSets(DependencyRelation dependent = Dependent);  // sleep_sets.cc
std::unique_ptr<Strategy> MakeRandom(uint64_t seed, uint64_t executions);           // random_strategy.cc

// sampling.cc. kWalk is what MakeRandom does; the portfolio takes the four in turn.
enum class Sampler : uint8_t { kWalk, kPct, kPos, kSurw, kPortfolio };
std::unique_ptr<Strategy> MakeSampling(Sampler sampler, uint64_t seed, uint64_t executions, uint32_t depth);

// bounded.cc
std::unique_ptr<Strategy> MakePreemptionBounded(uint32_t bound);
std::unique_ptr<Strategy> MakeDelayBounded(uint32_t bound);

std::unique_ptr<Strategy> MakeFixed(std::vector<StepKey> schedule);  // fixed.cc: that one, then the first choice

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_STRATEGY_H_
