#include "plait/model/rules.h"

#include <algorithm>
#include <string>

#include "plait/model/step.h"

namespace plait::model {

Rules::Rules(const Program& program, Waiters waiters, Time time)
    : program_(program), waiters_(waiters), time_(time), layout_(program), funcs_(program.goroutines.size(), false) {
  for (const bool funcs : {false, true}) {
    for (size_t i = 0; i < program.objects.size(); ++i) {
      const bool func = program.objects[i].kind == ObjectKind::kFunc;
      if (layout_.timers[i] != 0 && func == funcs) timers_.push_back(static_cast<int>(i));
      if (func) funcs_[static_cast<size_t>(program.objects[i].of)] = true;
    }
  }
  for (const Body& body : program.goroutines) {
    for (const Op& op : body) {
      fatal_ |= op.kind == OpKind::kUnlock || op.kind == OpKind::kRUnlock || op.kind == OpKind::kCondWait;
    }
  }
}

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
    case OpKind::kLock:
      return Lock(op);
    case OpKind::kUnlock:
      return Unlock(op);
    case OpKind::kTryLock:
      return TryLock(op);
    case OpKind::kRLock:
      return RLock(op);
    case OpKind::kRUnlock:
      return RUnlock(op);
    case OpKind::kTryRLock:
      return TryRLock(op);
    case OpKind::kAddWait:
      return AddWait(op);
    case OpKind::kWait:  // WG-01, WG-02
      if (now_.byte(op.object) == 0) Complete(Next(), g_, {});
      return;
    case OpKind::kOnce:
    case OpKind::kOnceEnd:
      return Once(op);
    case OpKind::kCondWait:
      return CondWait(op);
    case OpKind::kSignal:
    case OpKind::kBroadcast:
      return Signal(op, op.kind == OpKind::kBroadcast);
    case OpKind::kLoad:
    case OpKind::kStore:
    case OpKind::kAdd:
    case OpKind::kSwap:
    case OpKind::kCompareAndSwap:
      return Integer(op);
    case OpKind::kSleep:
      return Sleep(op);
    case OpKind::kStop:
    case OpKind::kReset:
      return StopOrReset(op);
    case OpKind::kCancel:
      return Cancel(op);
    case OpKind::kErr:  // CTX-04: nil until it is cancelled, then always the same
      return Complete(Next(), g_, {.value = now_.byte(op.object)});
    case OpKind::kPanic:
      return FailBy(Next(), g_, kPanicTextCount + op.arg);
    case OpKind::kRecover: {  // PANIC-07, PANIC-08: only in a deferred call, and only what is in flight
      State next = Next();
      State::Ending ending = next.ending(g_);
      const int found = op.deferred ? ending.panic + 1 : 0;
      if (found != 0) {
        ending.panic = -1;
        ending.panicked = 0;
        next.set_ending(g_, ending);
      }
      return Complete(next, g_, {.value = found});
    }
    case OpKind::kGoexit:  // PANIC-11
      return LeaveBody(Next(), g_, true);
    case OpKind::kReturn:
      return LeaveBody(Next(), g_, false);
    case OpKind::kGosched:  // SCHED-08: as if nothing
      return Complete(Next(), g_, {});
    case OpKind::kIf:
    case OpKind::kJump:
      return;  // Settle has passed them
  }
}

void Step::Complete(State s, int g, Result result) {
  LeaveQueues(s, g);
  s.set_status(g, Status::kReady);
  s.set_phase(g, 0);
  const Op& op = OpOf(s, g);
  const bool is_range = op.kind == OpKind::kRange;
  result.op = s.pc(g);
  if (!is_range || result.ok) s.Record(program_, g, result);
  if (is_range && result.ok) return;  // CH-27: a range goes around until the channel is closed and drained
  if (s.ending(g).is) return NextDeferred(s, g, s.pc(g));
  s.AdvancePc(g);
  Settle(program_, s, g);
  if (s.pc(g) == static_cast<int>(program_.goroutines[static_cast<size_t>(g)].size())) LeaveBody(s, g, false);
}

void Step::Settle(const Program& program, State s, int g) {
  const Body& body = program.goroutines[static_cast<size_t>(g)];
  while (static_cast<size_t>(s.pc(g)) < body.size()) {
    const Op& op = body[static_cast<size_t>(s.pc(g))];
    if (op.kind == OpKind::kJump) {
      s.set_pc(g, op.target);
    } else if (op.kind == OpKind::kIf) {
      const Result r = s.ResultOf(g, op.var);
      const int value = op.field == Field::kOk ? r.ok : op.field == Field::kChosen ? r.chosen : r.value;
      const bool holds = Holds(op.compare, value, op.arg);
      s.set_pc(g, holds ? s.pc(g) + 1 : op.target);
    } else if (op.deferred) {
      s.AdvancePc(g);  // registered: whoever ends at a later operation runs it
    } else {
      return;
    }
  }
}

void Step::Fail(State s, int g, std::string_view panic) { FailBy(s, g, PanicNumber(std::string(panic))); }

// PANIC-05, PANIC-06: it is this goroutine's alone. PANIC-10: one that a deferred call raises takes the other's place.
void Step::FailBy(State s, int g, int panic) {
  LeaveQueues(s, g);
  const int at = s.pc(g);
  State::Ending ending = s.ending(g);
  ending.panic = panic;
  ending.panicked = at;
  s.set_ending(g, ending);
  if (ending.is) {
    s.set_status(g, Status::kReady);
    s.set_phase(g, 0);
    NextDeferred(s, g, at);
  } else {
    LeaveBody(s, g, false);
  }
}

void Step::Fatal(State s, std::string_view text) {
  s.set_status(g_, Status::kFatal);
  State::Ending ending{.is = true};
  while (kFatalTexts[ending.panic + 1] != text) ++ending.panic;
  ++ending.panic;
  s.set_ending(g_, ending);
}

// PANIC-01: deferred calls run whatever the end is, the last registered first. ONCE-05, ONCE-06: a function that a Once
// runs and that does not come to its end is done, too.
void Step::LeaveBody(State s, int g, bool goexit) {
  const Body& body = program_.goroutines[static_cast<size_t>(g)];
  State::Ending ending = s.ending(g);
  if (ending.is) {                                                                 // by a deferred call
    if (goexit) ending = {.is = true, .goexit = true, .left_at = ending.left_at};  // PANIC-13: swallows a panic
    s.set_ending(g, ending);
    return NextDeferred(s, g, s.pc(g));
  }
  ending.is = true;
  ending.goexit = goexit;
  ending.left_at = s.pc(g);
  s.set_ending(g, ending);
  s.set_status(g, Status::kReady);
  s.set_phase(g, 0);
  for (int i = ending.left_at - 1; i >= 0; --i) {
    const Op& op = body[static_cast<size_t>(i)];
    if (op.kind == OpKind::kOnce && op.target > ending.left_at) s.set_byte(op.object, 0, 2);
  }
  NextDeferred(s, g, ending.left_at);
}

// The next deferred operation before this one, or the end.
void Step::NextDeferred(State s, int g, int before) {
  const Body& body = program_.goroutines[static_cast<size_t>(g)];
  for (int i = before - 1; i >= 0; --i) {
    if (body[static_cast<size_t>(i)].deferred) return s.set_pc(g, i);
  }
  const State::Ending ending = s.ending(g);
  s.set_ending(g, {.is = true, .panicked = ending.panic >= 0 ? ending.panicked : 0});  // nothing else is observed
  s.set_pc(g, static_cast<int>(body.size()));
  if (ending.panic >= 0) {
    s.set_panic(g, ending.panic);
  } else if (ending.goexit) {  // PANIC-12: a recover does not stop it
    s.set_status(g, Status::kExited);
  }
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
  for (size_t g = 0; g < program_.goroutines.size(); ++g) {
    if (funcs_[g]) initial.set_status(static_cast<int>(g), Status::kNotStarted);
  }
  if (!timers_.empty()) SetNextTimer(initial);
  for (size_t g = 0; g < program_.goroutines.size(); ++g) Step::Settle(program_, initial, static_cast<int>(g));
}

void Rules::AddSteps(const uint8_t* state, int g, StateList* out) const {
  const State now(layout_, const_cast<uint8_t*>(state));  // only to be read
  if (now.status(g) != Status::kReady || AtEnd(now, g) || ProcessEnded(now) || Starting(now, g)) return;
  if (static_cast<size_t>(now.pc(g)) == program_.goroutines[static_cast<size_t>(g)].size()) {
    return Step(*this, state, g, out).Return();
  }
  Step(*this, state, g, out).Take();
}

void Rules::AddSteps(const uint8_t* state, StateList* out) const {
  for (size_t g = 0; g < program_.goroutines.size(); ++g) AddSteps(state, static_cast<int>(g), out);
  AddTimerSteps(state, out);
}

bool Rules::AtEnd(const State& state, int g) const {
  const Body& body = program_.goroutines[static_cast<size_t>(g)];
  if (static_cast<size_t>(state.pc(g)) != body.size()) return false;
  if (state.ending(g).is) return true;
  return std::none_of(body.begin(), body.end(),
                      [](const Op& op) { return op.deferred; });  // else they are still to run
}

bool Rules::ProcessEnded(const State& state) const {  // GO-05
  for (size_t g = 0; fatal_ && g < program_.goroutines.size(); ++g) {
    if (state.status(static_cast<int>(g)) == Status::kFatal) return true;
  }
  return !program_.main_joins_all && (state.status(0) == Status::kPanicked || AtEnd(state, 0));
}

}  // namespace plait::model
