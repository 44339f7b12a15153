// One step of one goroutine: the rules themselves. Private to the model; rules.h has the contract and the argument.
#ifndef PLAIT_MODEL_STEP_H_
#define PLAIT_MODEL_STEP_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "plait/model/outcome.h"
#include "plait/model/program.h"
#include "plait/model/rules.h"
#include "plait/model/state.h"
#include "plait/model/state_list.h"

namespace plait::model {

// Every way in which goroutine g, ready and not at its end, can take its step from the state `before`: each is added to
// *out as a state of its own. A rule reads the state before (now_), asks for a copy of it (Next) and makes that the
// state after.
class Step {
 public:
  Step(const Rules& rules, const uint8_t* before, int g, StateList* out);

  void Take();                                     // rules.cc
  void Return() { LeaveBody(Next(), g_, false); }  // of a goroutine that has only deferred operations

  // The same for what is no goroutine's doing: a timer's deadline passes. g does not matter.
  void Fire(int timer);  // time_rules.cc

  // Goes on to the next operation of g that is a step, or to its end (rules.cc).
  static void Settle(const Program& program, State s, int g);

 private:
  // channel_rules.cc
  void Communicate(const Op& op);
  bool TrySend(int i, const Case& c);
  bool TryRecv(int i, const Case& c);
  void Arrive(const Op& op);
  template <typename Visit>
  void ForEachServed(int chan, Dir dir, Visit visit);
  void Close(int chan);
  bool WakeOne(size_t i, int chan);
  void CompleteCase(State s, int g, int i, int value, bool ok);

  void WakeAll(size_t from, int chan);

  // sync_rules.cc
  void Lock(const Op& op);
  void Unlock(const Op& op);
  void TryLock(const Op& op);
  void RLock(const Op& op);
  void RUnlock(const Op& op);
  void TryRLock(const Op& op);
  void AddWait(const Op& op);
  void Once(const Op& op);
  void CondWait(const Op& op);
  void Signal(const Op& op, bool all);
  void Integer(const Op& op);

  // time_rules.cc
  void Sleep(const Op& op);
  void StopOrReset(const Op& op);
  void Cancel(const Op& op);
  void CancelTree(State s, int context, int err, std::vector<int>* closed);

  // rules.cc: how an operation ends, for the goroutine that takes the step and for its partner.
  void Complete(State s, int g, Result result);       // with this result; result.op is filled in
  void Fail(State s, int g, std::string_view panic);  // by this panic
  void FailBy(State s, int g, int panic);             // by the panic of this number
  void Fatal(State s, std::string_view text);         // the goroutine that takes the step, and the process
  void LeaveBody(State s, int g, bool goexit);        // returns or exits
  void EndDeferred(State s, int g);
  void NextDeferred(State s, int g, int before);
  void LeaveQueues(State s, int g);

  // What a send sends, a Store stores.
  int ValueOf(const State& s, int g, int var, int constant) const {
    return var == kNoVar ? constant : s.ResultOf(g, var).value + constant;
  }
  const Object& ObjectOf(const Op& op) const { return program_.objects[static_cast<size_t>(op.object)]; }

  const Op& OpOf(const State& s, int g) const {
    return program_.goroutines[static_cast<size_t>(g)][static_cast<size_t>(s.pc(g))];
  }
  bool IsNil(int chan) const { return program_.channels[static_cast<size_t>(chan)].nil; }
  int Capacity(int chan) const { return program_.channels[static_cast<size_t>(chan)].capacity; }

  // A new state, so far equal to the one before; valid until the next is asked for.
  State Next() { return out_->AddCopy(before_); }

  const Program& program_;
  const Waiters waiters_;
  const uint8_t* const before_;
  const State now_;  // before_, only to be read
  const int g_;
  StateList* const out_;
};

}  // namespace plait::model

#endif  // PLAIT_MODEL_STEP_H_
