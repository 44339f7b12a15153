// The rules of timers and contexts: sections TIME and CTX of docs/clauses.md.
//
// A timer is armed or not, and has a deadline if it is. That it fires is a step of nobody's, which may come at any time
// (TIME-22: it may be late). Its channel holds the value until somebody receives it, or a Stop or Reset
// takes it back (TIME-05, TIME-06): Go's and our timers send when the receiver looks, which nobody can tell from this.
#include <algorithm>

#include "plait/model/step.h"

namespace plait::model {

// Timers are set one after the other, before main and the others begin; one may fire before the next is set.
void Rules::SetNextTimer(State state) const {
  const int timer = timers_[static_cast<size_t>(state.timers_set())];
  const Object& object = program_.objects[static_cast<size_t>(timer)];
  state.set_timers_set(state.timers_set() + 1);
  const bool cancelled = object.kind == ObjectKind::kContext && state.byte(timer) != kErrNil;  // CTX-10
  if (!cancelled) state.Arm(timer, object.after);
}

bool Rules::Starting(const State& state, int g) const {
  return !funcs_[static_cast<size_t>(g)] && static_cast<size_t>(state.timers_set()) < timers_.size();
}

void Rules::AddTimerSteps(const uint8_t* state, StateList* out) const {
  if (layout_.now == 0) return;
  const State now(layout_, const_cast<uint8_t*>(state));  // only to be read
  if (ProcessEnded(now)) return;
  if (static_cast<size_t>(now.timers_set()) < timers_.size()) SetNextTimer(out->AddCopy(state));
  const int timers = static_cast<int>(layout_.timers.size());
  int first = 255;
  for (int t = 0; t < timers; ++t) {
    if (now.has_timer(t) && now.armed(t)) first = std::min(first, now.deadline(t));
  }
  for (int t = 0; t < timers; ++t) {
    if (!now.has_timer(t) || !now.armed(t)) continue;
    if (time_ == Time::kInOrder && now.deadline(t) != first) continue;
    Step(*this, state, 0, out).Fire(t);
  }
}

void Step::Fire(int timer) {
  const size_t from = out_->size();
  State next = Next();
  next.set_now(std::max(now_.now(), now_.deadline(timer)));
  const bool sleeper = static_cast<size_t>(timer) >= program_.objects.size();
  next.Disarm(timer, !sleeper && program_.objects[static_cast<size_t>(timer)].kind == ObjectKind::kTimer);
  if (sleeper) return;  // who sees it
  const Object& object = program_.objects[static_cast<size_t>(timer)];
  std::vector<int> closed;
  switch (object.kind) {
    case ObjectKind::kFunc:  // TIME-11
      next.set_status(object.of, Status::kReady);
      Settle(program_, next, object.of);
      return;
    case ObjectKind::kContext:  // CTX-14
      CancelTree(next, timer, kErrDeadline, &closed);
      for (const int chan : closed) WakeAll(from, chan);
      return;
    default:
      break;
  }
  // TIME-03, TIME-25
  if (now_.waiters(object.chan, Dir::kRecv).empty()) return next.Push(object.chan, 0);
  const size_t served = waiters_ == Waiters::kFifo ? 1 : now_.waiters(object.chan, Dir::kRecv).size();
  std::vector<std::pair<int, int>> receivers;
  for (size_t k = 0; k < served; ++k) {
    const int w = now_.waiters(object.chan, Dir::kRecv)[k];
    const Op& op = OpOf(now_, w);
    for (size_t j = 0; j < op.cases.size(); ++j) {
      if (op.cases[j].chan == object.chan) receivers.emplace_back(w, static_cast<int>(j));
    }
  }
  for (size_t k = 1; k < receivers.size(); ++k) {
    const State copy = out_->AddCopy(from);
    CompleteCase(copy, receivers[k].first, receivers[k].second, 0, true);
  }
  CompleteCase(out_->at(from), receivers[0].first, receivers[0].second, 0, true);
}

// TIME-01: no time at all for what is not above zero.
void Step::Sleep(const Op& op) {
  const int timer = static_cast<int>(program_.objects.size()) + g_;
  if (op.arg <= 0) return Complete(Next(), g_, {});
  if (now_.phase(g_) == 0) {
    State next = Next();
    next.Arm(timer, op.arg);
    return next.set_phase(g_, 1);
  }
  if (!now_.armed(timer)) Complete(Next(), g_, {});
}

// TIME-05 to TIME-08, TIME-12: they say whether the timer had still to fire, or had fired and nobody has noticed.
//
// Go 1.24 does not quite keep that. While a timer's send is on its way out, a Stop or Reset says true, though the value has
// reached its receiver: the random programs found `t.Reset(1)` = true, `<-t.C` received once, `t.Stop()` = true. So under
// kAny a timer that has fired may be taken for one that has not been noticed. Ours says the truth.
void Step::StopOrReset(const Op& op) {
  const Object& object = ObjectOf(op);
  if (waiters_ == Waiters::kAny && now_.fired(op.object) && now_.buffered(object.chan) == 0) {
    State mistaken = Next();
    mistaken.Disarm(op.object);
    if (op.kind == OpKind::kReset) mistaken.Arm(op.object, op.arg);
    Complete(mistaken, g_, {.value = 1});
  }
  State next = Next();
  bool active = now_.armed(op.object);
  next.Disarm(op.object);
  if (object.kind == ObjectKind::kTimer && next.buffered(object.chan) > 0) {
    next.Pop(object.chan);
    active = true;
  }
  if (op.kind == OpKind::kReset) next.Arm(op.object, op.arg);
  Complete(next, g_, {.value = active ? 1 : 0});
}

void Step::Cancel(const Op& op) {
  const size_t from = out_->size();
  State next = Next();
  std::vector<int> closed;
  CancelTree(next, op.object, kErrCanceled, &closed);
  Complete(next, g_, {});
  for (const int chan : closed) WakeAll(from, chan);
}

// CTX-02, CTX-03, CTX-07: the first error stays; all contexts below get it, and stop their timers (CTX-15).
void Step::CancelTree(State s, int context, int err, std::vector<int>* closed) {
  if (s.byte(context) != kErrNil) return;
  s.set_byte(context, 0, err);
  const int chan = program_.objects[static_cast<size_t>(context)].chan;
  s.set_closed(chan);
  closed->push_back(chan);
  if (s.has_timer(context)) s.Disarm(context);
  for (size_t i = 0; i < program_.objects.size(); ++i) {
    const Object& child = program_.objects[i];
    if (child.kind == ObjectKind::kContext && child.of == context) CancelTree(s, static_cast<int>(i), err, closed);
  }
}

}  // namespace plait::model
