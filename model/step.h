// One step of one goroutine: the rules themselves. Private to the model; rules.h has the contract and the argument.
#ifndef PLAIT_MODEL_STEP_H_
#define PLAIT_MODEL_STEP_H_

#include <cstdint>
#include <string_view>

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

  void Take();  // rules.cc

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

  // rules.cc: how an operation ends, for the goroutine that takes the step and for its partner.
  void Complete(State s, int g, Result result);       // with this result; result.op is filled in
  void Fail(State s, int g, std::string_view panic);  // by this panic
  void LeaveQueues(State s, int g);

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
