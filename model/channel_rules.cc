// The rules of channels and select: sections CH and SEL of docs/clauses.md.
#include <vector>

#include "plait/model/step.h"

namespace plait::model {
namespace {

// Calls visit(j) for each case j of op at this end of the channel. SEL-18: there may be several.
template <typename Visit>
void ForEachCase(const Op& op, int chan, Dir dir, Visit visit) {
  for (size_t j = 0; j < op.cases.size(); ++j) {
    if (op.cases[j].chan == chan && op.cases[j].dir == dir) visit(static_cast<int>(j));
  }
}

}  // namespace

// A plain send or receive is a select of one case without default.
void Step::Communicate(const Op& op) {
  bool ready = false;
  for (size_t i = 0; i < op.cases.size(); ++i) {
    const Case& c = op.cases[i];
    if (IsNil(c.chan)) continue;  // CH-03, CH-04, SEL-07: never ready
    const bool proceeds = c.dir == Dir::kSend ? TrySend(static_cast<int>(i), c) : TryRecv(static_cast<int>(i), c);
    ready = ready || proceeds;
  }
  if (ready) return;  // SEL-03: by any of the ready cases; SEL-06: by exactly one
  if (op.has_default) {
    Complete(Next(), g_, {.chosen = kDefaultCase});  // SEL-05, CH-21, CH-22; CH-24: without effect
  } else {
    Arrive(op);
  }
}

// The ways in which our case i, a send, proceeds; false if it does not.
bool Step::TrySend(int i, const Case& c) {
  if (now_.closed(c.chan)) {  // CH-07, CH-23, SEL-11: before anything else
    Fail(Next(), g_, kSendOnClosed);
    return true;
  }
  if (!now_.waiters(c.chan, Dir::kRecv).empty()) {  // CH-12, CH-13: hands the value over
    ForEachServed(c.chan, Dir::kRecv, [&](int w, int j) {
      const State next = Next();
      CompleteCase(next, w, j, ValueOf(now_, g_, c.var, c.value), true);
      CompleteCase(next, g_, i, 0, false);
    });
    return true;
  }
  if (now_.buffered(c.chan) < Capacity(c.chan)) {  // CH-13, CH-14
    State next = Next();
    next.Push(c.chan, ValueOf(now_, g_, c.var, c.value));
    CompleteCase(next, g_, i, 0, false);
    return true;
  }
  return false;
}

// The ways in which our case i, a receive, proceeds; false if it does not.
bool Step::TryRecv(int i, const Case& c) {
  if (!now_.waiters(c.chan, Dir::kSend).empty()) {
    ForEachServed(c.chan, Dir::kSend, [&](int w, int j) {
      State next = Next();
      const Case& sent = OpOf(next, w).cases[static_cast<size_t>(j)];
      int value = ValueOf(next, w, sent.var, sent.value);
      if (Capacity(c.chan) > 0) {  // CH-18: the buffer is full; its head is ours, the sender's value goes to its tail
        const int head = next.Pop(c.chan);
        next.Push(c.chan, value);
        value = head;
      }
      CompleteCase(next, w, j, 0, false);
      CompleteCase(next, g_, i, value, true);
    });
    return true;
  }
  if (now_.buffered(c.chan) > 0) {  // CH-09: closed or not; CH-36: consumed, whatever becomes of the value
    State next = Next();
    const int value = next.Pop(c.chan);
    CompleteCase(next, g_, i, value, true);
    return true;
  }
  if (now_.closed(c.chan)) {  // CH-09, CH-23, SEL-13
    CompleteCase(Next(), g_, i, 0, false);
    return true;
  }
  return false;
}

// Joins all its queues at once and blocks (SEL-06); with no queue to join, for ever (CH-03, CH-04, SEL-07, SEL-08). It
// was in none of them while it looked for partners: a select never matches itself (SEL-14).
void Step::Arrive(const Op& op) {
  State next = Next();
  next.set_status(g_, Status::kBlocked);
  for (const Case& c : op.cases) {
    if (IsNil(c.chan)) continue;
    if (waiters_ == Waiters::kFifo) {
      next.EnqueueLast(c.chan, c.dir, g_);
    } else {
      next.EnqueueSorted(c.chan, c.dir, g_);
    }
  }
}

// Calls visit(w, j) for each waiter w that may be served at this end of the channel and each of its cases j that waits
// there (SEL-16: it may be in a select as we may).
template <typename Visit>
void Step::ForEachServed(int chan, Dir dir, Visit visit) {
  // By index: now_ stays where it is, but every visit adds a state.
  const size_t served = waiters_ == Waiters::kFifo ? 1 : now_.waiters(chan, dir).size();  // CH-15, CH-16
  for (size_t k = 0; k < served; ++k) {
    const int w = now_.waiters(chan, dir)[k];
    ForEachCase(OpOf(now_, w), chan, dir, [&](int j) { visit(w, j); });
  }
}

void Step::Close(int chan) {
  if (IsNil(chan)) return Fail(Next(), g_, kCloseOfNil);           // CH-05
  if (now_.closed(chan)) return Fail(Next(), g_, kCloseOfClosed);  // CH-06
  const size_t i = out_->size();
  State next = Next();
  next.set_closed(chan);
  Complete(next, g_, {});
  WakeAll(i, chan);
}

// CH-25: in this same step all waiters wake, in the states from this one to the last. A waiter that can wake in two ways
// makes two states of one; the new one goes to the end of the list, and its turn to have the rest of its waiters woken
// comes.
void Step::WakeAll(size_t from, int chan) {
  for (size_t i = from; i < out_->size(); ++i) {
    while (WakeOne(i, chan)) {
    }
  }
}

// Wakes one waiter of a channel just closed, in the state at i of *out_. False if there is none.
bool Step::WakeOne(size_t i, int chan) {
  const State s = out_->at(i);
  const bool receives = !s.waiters(chan, Dir::kRecv).empty();  // CH-26: receivers first
  if (!receives && s.waiters(chan, Dir::kSend).empty()) return false;
  const int w = s.waiters(chan, receives ? Dir::kRecv : Dir::kSend)[0];
  if (!receives) {
    Fail(s, w, kSendOnClosed);  // CH-08, SEL-12
    return true;
  }
  const Op& op = OpOf(s, w);
  bool sends_too = false;
  ForEachCase(op, chan, Dir::kSend, [&](int) { sends_too = true; });
  if (sends_too && waiters_ == Waiters::kAny) Fail(out_->AddCopy(i), w, kSendOnClosed);  // SEL-12: "if that wake wins"
  std::vector<int> cases;
  ForEachCase(op, chan, Dir::kRecv, [&](int j) { cases.push_back(j); });
  for (size_t k = 1; k < cases.size(); ++k) CompleteCase(out_->AddCopy(i), w, cases[k], 0, false);
  CompleteCase(out_->at(i), w, cases[0], 0, false);  // CH-10, SEL-25
  return true;
}

// Goroutine g's communication ends by its case i, which received (value, ok) if it is a receive.
void Step::CompleteCase(State s, int g, int i, int value, bool ok) {
  Complete(s, g, {.chosen = OpOf(s, g).kind == OpKind::kSelect ? i : kNoCase, .value = value, .ok = ok});
}

}  // namespace plait::model
