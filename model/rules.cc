#include "plait/model/rules.h"

#include "plait/model/step.h"

namespace plait::model {

Step::Step(const Rules& rules, const uint8_t* before, int g, StateList* out)
    : program_(rules.program()),
      waiters_(rules.waiters()),
      before_(before),
      now_(rules.layout(), const_cast<uint8_t*>(before)),
      g_(g),
      out_(out) {}

void Step::Take() {
  const Op& op = OpOf(now_, g_);
  switch (op.kind) {
    case OpKind::kSend:
    case OpKind::kRecv:
    case OpKind::kRange:
    case OpKind::kSelect:
      return Communicate(op);
    case OpKind::kClose:
      return Close(op.object);
    case OpKind::kGo: {  // GO-01, GO-02: from here on both run, in any order
      State next = Next();
      next.set_status(op.object, Status::kReady);
      return Complete(next, g_, {});
    }
    case OpKind::kLen:  // CH-02, CH-20: what is in the buffer at this instant; waiting senders do not count
      return Complete(Next(), g_, {.value = IsNil(op.object) ? 0 : now_.buffered(op.object)});
    case OpKind::kCap:  // CH-01, CH-02, CH-20
      return Complete(Next(), g_, {.value = IsNil(op.object) ? 0 : Capacity(op.object)});
  }
}

void Step::Complete(State s, int g, Result result) {
  LeaveQueues(s, g);
  s.set_status(g, Status::kReady);
  const bool is_range = OpOf(s, g).kind == OpKind::kRange;
  result.op = s.pc(g);
  if (!is_range || result.ok) s.Record(program_, g, result);
  if (!is_range || !result.ok) s.AdvancePc(g);  // CH-27: a range goes around until the channel is closed and drained
}

// PANIC-05, PANIC-06: it is this goroutine's alone.
void Step::Fail(State s, int g, std::string_view panic) {
  LeaveQueues(s, g);
  s.set_panic(g, panic);
}

// SEL-17: the cases that lost leave no trace.
void Step::LeaveQueues(State s, int g) {
  if (s.status(g) != Status::kBlocked) return;
  for (const Case& c : OpOf(s, g).cases) {
    if (!IsNil(c.chan)) s.Dequeue(c.chan, c.dir, g);
  }
}

void Rules::AddInitial(StateList* out) const {
  State initial = out->Add();
  for (size_t g = 0; g < program_.goroutines.size(); ++g) initial.set_status(static_cast<int>(g), Status::kReady);
  for (const Body& body : program_.goroutines) {
    for (const Op& op : body) {
      if (op.kind == OpKind::kGo) initial.set_status(op.object, Status::kNotStarted);
    }
  }
}

void Rules::AddSteps(const uint8_t* state, int g, StateList* out) const {
  const State now(layout_, const_cast<uint8_t*>(state));  // only to be read
  if (now.status(g) != Status::kReady || AtEnd(now, g) || ProcessEnded(now)) return;
  Step(*this, state, g, out).Take();
}

void Rules::AddSteps(const uint8_t* state, StateList* out) const {
  for (size_t g = 0; g < program_.goroutines.size(); ++g) AddSteps(state, static_cast<int>(g), out);
}

bool Rules::AtEnd(const State& state, int g) const {
  return static_cast<size_t>(state.pc(g)) == program_.goroutines[static_cast<size_t>(g)].size();
}

bool Rules::ProcessEnded(const State& state) const {  // GO-05
  return !program_.main_joins_all && (state.status(0) == Status::kPanicked || AtEnd(state, 0));
}

}  // namespace plait::model
