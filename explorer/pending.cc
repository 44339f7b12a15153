// What can happen next, and what it would touch: Execution's view of pending operations.

#include <algorithm>
#include <limits>

#include "plait/explorer/execution.h"
#include "plait/runtime/chan/chan_core.h"
#include "plait/runtime/sync/mutex.h"
#include "plait/runtime/sync/wait_group.h"

namespace plait::explore {
namespace {

const internal::ChanCore* ChanOf(const Object* object) { return static_cast<const internal::ChanCore*>(object); }

// The communications that an operation offers: a select's cases, or the one of a plain send or receive.
struct Offers {
  OpCase single;
  const OpCase* cases = nullptr;
  int n = 0;
  bool has_default = false;

  explicit Offers(const Op& op) {
    if (op.kind == OpKind::kChanSend || op.kind == OpKind::kChanRecv) {
      single = {op.object, op.kind == OpKind::kChanSend ? OpCase::kSend : OpCase::kRecv, op.where};
      cases = &single;
      n = 1;
    } else if (op.kind == OpKind::kSelect) {
      cases = op.cases;
      n = op.alternatives;
      has_default = n > 0 && cases[n - 1].direction == OpCase::kDefault;
      n -= has_default;
    }
  }

  // The first case that would meet `other` on an open unbuffered channel, or -1.
  int Match(const OpCase& other) const {
    const internal::ChanCore* chan = ChanOf(other.object);
    if (chan == nullptr || chan->capacity() != 0 || chan->closed()) return -1;
    for (int i = 0; i < n; ++i) {
      if (cases[i].object == other.object && cases[i].direction != other.direction) return i;
    }
    return -1;
  }
};

bool AnyReady(const Op& op) {
  for (int k = 0; k < op.alternatives; ++k) {
    if (op.ready == nullptr || op.ready(op, k)) return true;
  }
  return false;
}

}  // namespace

bool Execution::OthersEnded(const Goroutine& self) const {
  return std::all_of(goroutines_.begin(), goroutines_.end(),
                     [&self](const Goroutine& g) { return &g == &self || g.state == State::kEnded; });
}

// The goroutine that ran last comes first: the first schedule that a depth-first search meets has few switches.
void Execution::FindEnabled() {
  enabled_.clear();
  AddSteps(last_run_, Of(last_run_));
  for (size_t i = 0; i < goroutines_.size(); ++i) {
    const auto number = static_cast<int16_t>(i + 1);
    if (number != last_run_) AddSteps(number, goroutines_[i]);
  }
  if (user_) AddRendezvous();
  // Adversarial time: at any moment the earliest deadline may pass, since a machine can be slow anywhere.
  int64_t earliest = std::numeric_limits<int64_t>::max();
  for (const Timer* timer : timers_) earliest = std::min(earliest, timer->when);
  if (earliest == std::numeric_limits<int64_t>::max()) return;
  for (const Timer* timer : timers_) {
    if (timer->when == earliest) {
      enabled_.push_back({.kind = Transition::kTimer, .alternative = static_cast<int32_t>(timer->control)});
    }
  }
}

void Execution::AddSteps(int16_t number, const Goroutine& goroutine) {
  switch (goroutine.state) {
    case State::kUnstarted:
      enabled_.push_back({.kind = Transition::kStart, .goroutine = number});
      return;
    case State::kWoken:
      enabled_.push_back({.kind = Transition::kComplete, .goroutine = number});
      return;
    case State::kRunning:
    case State::kParked:
    case State::kEnded:
      return;
    case State::kPending:
      break;
  }
  const Op& op = *goroutine.op;
  if (op.kind == OpKind::kJoinAll) {
    if (OthersEnded(goroutine)) enabled_.push_back({.goroutine = number});
    return;
  }
  bool any = false;
  for (int k = 0; k < op.alternatives; ++k) {
    if (op.ready != nullptr && !op.ready(op, k)) continue;
    any = true;
    enabled_.push_back({.goroutine = number, .alternative = k});
  }
  if (!any && !user_) enabled_.push_back({.goroutine = number, .alternative = Transition::kArrive});
}

// User granularity: a sender and a receiver of an unbuffered channel meet. One of them arrives and parks, the other one
// matches it, in one transition: that the first had arrived earlier could only be observed by being matched earlier.
// Which of the two arrives matters only if a select lists the channel more than once, since the one that acts picks
// among its cases and the one that waits is found by its first.
void Execution::AddRendezvous() {
  for (size_t x = 0; x < goroutines_.size(); ++x) {
    if (goroutines_[x].state != State::kPending) continue;
    const Op& x_op = *goroutines_[x].op;
    const Offers xs(x_op);
    if (xs.n == 0) continue;
    const bool x_arrives = !xs.has_default && !AnyReady(x_op);
    for (size_t y = x + 1; y < goroutines_.size(); ++y) {
      if (goroutines_[y].state != State::kPending) continue;
      const Op& y_op = *goroutines_[y].op;
      const Offers ys(y_op);
      if (ys.n == 0) continue;
      const bool y_arrives = !ys.has_default && !AnyReady(y_op);
      const auto xn = static_cast<int16_t>(x + 1);
      const auto yn = static_cast<int16_t>(y + 1);
      if (y_arrives) {
        for (int i = 0; i < xs.n; ++i) {
          if (ys.Match(xs.cases[i]) >= 0) {
            enabled_.push_back({.kind = Transition::kRendezvous, .goroutine = xn, .peer = yn, .alternative = i});
          }
        }
      }
      if (x_arrives) {
        for (int j = 0; j < ys.n; ++j) {
          const int i = xs.Match(ys.cases[j]);
          if (i < 0) continue;
          if (y_arrives && ys.Match(xs.cases[i]) == j) continue;  // the same meeting as above
          enabled_.push_back({.kind = Transition::kRendezvous, .goroutine = yn, .peer = xn, .alternative = j});
        }
      }
    }
  }
}

// An object without a record, a static, is adopted for this execution; one of another exploration is an error.
void Execution::Claim(const Op& op) {
  if (op.object != nullptr) ClaimObject(op, op.object);
  if (op.cases == nullptr) return;
  for (int i = 0; i < op.alternatives; ++i) {
    if (op.cases[i].object != nullptr) ClaimObject(op, op.cases[i].object);
  }
}

void Execution::ClaimObject(const Op& op, Object* object) {
  if (object->record() == &tombstone_) {
    Fatal(
        std::string(OpName(op.kind)) + " on a " + ObjectKindName(object->kind()) +
        " that has been destroyed: a captured reference has outlived its frame. Wait for the goroutine first, or share "
        "ownership.");
  } else if (object->record() == nullptr) {
    Adopt(*object);
  } else if (object->record()->controller != this) {
    Fatal(std::string(OpName(op.kind)) + " on a " + ObjectKindName(object->kind()) + " of another exploration");
  }
}

// The classic mistake with references: a goroutine has captured a local whose frame is left.
void Execution::CheckNobodyWaitsOn(const Object& object) {
  if (finishing_) return;
  for (const Goroutine& goroutine : goroutines_) {
    if (goroutine.state != State::kPending && goroutine.state != State::kParked) continue;
    const Op* op = goroutine.op;
    if (op == nullptr || op->object != &object) continue;
    Fail(Verdict::kFatal,
         ObjectName(&object) + " is destroyed while " + GoroutineName(static_cast<int>(NumberOfG(goroutine.g))) +
             " is about to do, or waits in, " + TextOf(*op, Transition::kArrive) +
             ": a captured reference has outlived its frame. Wait for the goroutine first, or share ownership.");
  }
}

int32_t Execution::NumberOf(const Object* object) const {
  return object == nullptr || object->record() == nullptr ? 0 : static_cast<const Record*>(object->record())->number;
}

StepKey Execution::KeyOf(const Transition& t) const {
  StepKey key{.transition = t};
  if (t.goroutine == 0) return key;
  const Goroutine& goroutine = Of(t.goroutine);
  if (goroutine.state != State::kPending) return key;
  const Op& op = *goroutine.op;
  key.has_op = true;
  key.op = op.kind;
  key.arg = op.arg;
  key.object = NumberOf(op.kind == OpKind::kSelect && t.alternative >= 0 ? op.cases[t.alternative].object : op.object);
  return key;
}

Footprint Execution::FootprintOf(const Transition& t) const {
  Footprint footprint;
  footprint.goroutine = t.goroutine;
  footprint.peer = t.peer;
  switch (t.kind) {
    case Transition::kStart:
      break;
    case Transition::kComplete: {
      // A woken channel operation or select has its result already; a woken Lock competes again.
      const Op* op = Of(t.goroutine).op;
      if (op != nullptr && op->kind == OpKind::kMutexLock) {
        footprint.touches.push_back({NumberOf(op->object), Access::kWrite});
      }
      break;
    }
    case Transition::kTimer:
      footprint.touches.push_back({kClock, Access::kWrite});
      for (const Timer* timer : timers_) {
        if (timer->control != static_cast<uint64_t>(t.alternative)) continue;
        if (timer->object != nullptr) {
          footprint.touches.push_back({NumberOf(timer->object), user_ ? Access::kSend : Access::kWrite});
        }
        if (timer->sleeper != nullptr) footprint.goroutine = static_cast<int16_t>(NumberOfG(timer->sleeper));
      }
      break;
    case Transition::kRendezvous: {
      const Offers offers(*Of(t.goroutine).op);
      footprint.touches.push_back({NumberOf(offers.cases[t.alternative].object), Access::kWrite});
      break;
    }
    case Transition::kStep:
      TouchesOf(*Of(t.goroutine).op, t.alternative, footprint.touches);
      break;
  }
  return footprint;
}

void Execution::TouchesOf(const Op& op, int alternative, std::vector<Touch>& touches) const {
  const auto touch = [&](Access access) { touches.push_back({NumberOf(op.object), access}); };
  switch (op.kind) {
    case OpKind::kGo:
    case OpKind::kGosched:
    case OpKind::kChoose:
    case OpKind::kJoinAll:
      return;
    case OpKind::kChanSend:
    case OpKind::kChanRecv:
      TouchCase(Offers(op).cases[0], touches);
      return;
    case OpKind::kSelect: {
      const bool arrives = alternative == Transition::kArrive;
      if (!arrives && op.cases[alternative].direction != OpCase::kDefault) {
        TouchCase(op.cases[alternative], touches);
        return;
      }
      for (int i = 0; i < op.alternatives; ++i) {
        if (op.cases[i].object == nullptr) continue;
        touches.push_back({NumberOf(op.cases[i].object), arrives ? Access::kWrite : Access::kRead});
      }
      return;
    }
    case OpKind::kAtomicLoad:
    case OpKind::kChanLen:
      touch(Access::kRead);
      return;
    case OpKind::kMutexTryLock:
      touch(static_cast<const sync::Mutex*>(op.object)->locked() ? Access::kRead : Access::kWrite);
      return;
    case OpKind::kWaitGroupWait:
      touch(user_ ? Access::kRead : Access::kWrite);
      return;
    case OpKind::kWaitGroupAdd: {
      const int64_t count = static_cast<const sync::WaitGroup*>(op.object)->count();
      if (!user_) {
        touch(Access::kWrite);
      } else if (op.arg > 0) {
        touch(Access::kCountUp);
      } else {
        // Any two that each find twice their own delta do not go below zero together.
        touch(count + 2 * op.arg >= 0 ? Access::kCountDown : Access::kWrite);
      }
      return;
    }
    case OpKind::kSleep:
    case OpKind::kTimerStart:
    case OpKind::kNow:
      touches.push_back({kClock, Access::kReadClock});
      return;
    case OpKind::kTimerStop:
      touches.push_back({kClock, Access::kWrite});
      touch(Access::kWrite);
      return;
    case OpKind::kChanClose:
    case OpKind::kMutexLock:
    case OpKind::kMutexUnlock:
    case OpKind::kAtomicStore:
    case OpKind::kAtomicRmw:
      touch(Access::kWrite);
      return;
  }
}

void Execution::TouchCase(const OpCase& c, std::vector<Touch>& touches) const {
  const internal::ChanCore* chan = ChanOf(c.object);
  if (chan == nullptr) return;
  Access access = Access::kWrite;
  if (user_) {
    if (c.direction == OpCase::kSend) {
      if (chan->closed()) {
        access = Access::kRead;
      } else if (chan->count() < chan->capacity()) {
        access = Access::kSend;
      }
    } else if (chan->count() > 0) {
      access = Access::kRecv;
    } else if (chan->closed()) {
      access = Access::kRead;
    }
  }
  touches.push_back({NumberOf(c.object), access});
}

}  // namespace plait::explore
