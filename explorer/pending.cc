// What can happen next, and what it would touch: Execution's view of pending operations.

#include <algorithm>
#include <limits>

#include "plait/explorer/execution.h"
#include "plait/runtime/chan/chan_core.h"
#include "plait/runtime/context/tree.h"
#include "plait/runtime/sync/cond.h"
#include "plait/runtime/sync/mutex.h"
#include "plait/runtime/sync/once.h"
#include "plait/runtime/sync/pool_core.h"
#include "plait/runtime/sync/rw_mutex.h"
#include "plait/runtime/sync/wait_group.h"

namespace plait::explore {
namespace {

const internal::ChanCore* ChanOf(const Object* object) { return static_cast<const internal::ChanCore*>(object); }
const sync::RWMutex* RWMutexOf(const Op& op) { return static_cast<const sync::RWMutex*>(op.object); }

// What changes a counter by delta touches. Any two that each find twice their own delta do not leave its range together.
Access AccessOfCounter(int64_t count, int64_t delta) {
  if (count + delta < 0 || count + 2 * delta > std::numeric_limits<int32_t>::max()) return Access::kWrite;
  if (delta > 0) return Access::kCountUp;
  return count + 2 * delta >= 0 ? Access::kCountDown : Access::kCountLast;
}

}  // namespace

// The communications that an operation offers: a select's cases, or the one of a plain send or receive.
struct Execution::Offers {
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

  // A sender and a receiver on one open unbuffered channel.
  static bool Meet(const OpCase& a, const OpCase& b) {
    const internal::ChanCore* chan = ChanOf(a.object);
    return chan != nullptr && a.object == b.object && a.direction != b.direction && chan->capacity() == 0 &&
           !chan->closed();
  }

  bool Lists(const Object* object) const {
    return std::any_of(cases, cases + n, [object](const OpCase& c) { return c.object == object; });
  }

  // The same channel and direction twice.
  bool HasDuplicates() const {
    for (int i = 1; i < n; ++i) {
      for (int k = 0; k < i; ++k) {
        if (cases[i].object != nullptr && cases[i].object == cases[k].object &&
            cases[i].direction == cases[k].direction) {
          return true;
        }
      }
    }
    return false;
  }
};

namespace {

bool Communicates(const Op& op) {
  return op.kind == OpKind::kChanSend || op.kind == OpKind::kChanRecv || op.kind == OpKind::kSelect;
}

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
  AddTimers();
  stalled_ = false;
  if (user_) AddWriters();
}

void Execution::AddTimers() {
  // Adversarial time: at any moment the earliest deadline may pass, since a machine can be slow anywhere.
  int64_t earliest = kNever;
  for (const RuntimeTimer* timer : timers_) earliest = std::min(earliest, timer->when);
  if (earliest == kNever) return;
  // A loop over a ticker may take any number of ticks before the goroutine that ends it gets its turn, and exploring each
  // number would never end. So only the first ticks are free; later ones come when nothing else can happen.
  const bool others = !enabled_.empty();
  for (const RuntimeTimer* timer : timers_) {
    if (timer->when != earliest) continue;
    if (timer->periodic && others && timer->ticks >= static_cast<int64_t>(options_.free_ticks)) {
      holds_ticks_back_ = true;
    } else {
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
  if (any || user_) return;
  const Offers offers(op);
  if (!offers.HasDuplicates()) {
    enabled_.push_back({.goroutine = number, .alternative = Transition::kArrive});
    return;
  }
  for (int k = 0; k < offers.n; ++k) {
    if (offers.cases[k].object == nullptr) continue;
    enabled_.push_back({.goroutine = number, .alternative = Transition::ArriveFirst(k)});
  }
}

// User granularity: a sender and a receiver of an unbuffered channel meet. One of them arrives and parks, the other one
// matches it, in one transition: that the first had arrived earlier could only be observed by being matched earlier.
// Which of the two arrives makes no difference, except that an operation which is ready, or has a default, does not
// park. Each pair of cases that can meet is one transition, whichever way round it is done.
void Execution::AddRendezvous() {
  for (size_t x = 0; x < goroutines_.size(); ++x) {
    if (goroutines_[x].state != State::kPending || !Communicates(*goroutines_[x].op)) continue;
    const Offers xs(*goroutines_[x].op);
    for (size_t y = x + 1; y < goroutines_.size() && xs.n > 0; ++y) {
      if (goroutines_[y].state != State::kPending || !Communicates(*goroutines_[y].op)) continue;
      const Offers ys(*goroutines_[y].op);
      Transition t{.kind = Transition::kRendezvous,
                   .goroutine = static_cast<int16_t>(x + 1),
                   .peer = static_cast<int16_t>(y + 1)};
      for (int i = 0; i < xs.n; ++i) {
        for (int j = 0; j < ys.n; ++j) {
          if (!Offers::Meet(xs.cases[i], ys.cases[j])) continue;
          const Waits waits = WaitsIn(t);
          if (!waits.goroutine && !waits.peer) continue;
          t.alternative = i;
          t.peer_alternative = j;
          enabled_.push_back(t);
        }
      }
    }
  }
}

Execution::Waits Execution::WaitsIn(const Transition& rendezvous) const {
  const auto waits = [this](int16_t number) {
    const Op& op = *Of(number).op;
    return !Offers(op).has_default && !AnyReady(op);
  };
  return {waits(rendezvous.goroutine), waits(rendezvous.peer)};
}

// User granularity: a Lock of an RWMutex that readers hold. Like any other it needs no arrival of its own, unless somebody
// sees that it waits (AddSteps). A writer that waits keeps readers out, so:
//
//   - A TryRLock may fail because of it. While a goroutine is about to do one, the writer may arrive.
//   - A RLock may have to wait. Most often that is the same as if both had come later, the RLock after the writer's
//     Unlock: none succeeds as long as the writer waits, so the arrival can be moved to where the writer gets the lock.
//     It can not where the writer never does, because the readers wait for somebody who wants to read: a deadlock (RW-03).
//     It can then be moved to the very end. So it is offered where nothing else can happen any more, but RLocks that it
//     would stop. In such a state nothing commutes: what is enabled depends on all of it (stalled_).
void Execution::AddWriters() {
  const auto may_arrive = [](const Goroutine& goroutine) -> const sync::RWMutex* {
    if (goroutine.state != State::kPending || goroutine.op->kind != OpKind::kRWMutexLock) return nullptr;
    const sync::RWMutex* mu = RWMutexOf(*goroutine.op);
    return !mu->write_locked() && mu->readers() > 0 ? mu : nullptr;
  };
  const auto anybody = [this](OpKind kind, const sync::RWMutex* mu) {
    return std::any_of(goroutines_.begin(), goroutines_.end(), [kind, mu](const Goroutine& g) {
      return g.state == State::kPending && g.op->kind == kind && g.op->object == mu;
    });
  };
  const auto writer_waits_for = [&](const Object* mu) {
    return std::any_of(goroutines_.begin(), goroutines_.end(),
                       [&](const Goroutine& g) { return mu != nullptr && may_arrive(g) == mu; });
  };
  const auto stoppable = [&](const Transition& t) {
    if (t.kind != Transition::kStep) return false;
    const Op& op = *Of(t.goroutine).op;
    return op.kind == OpKind::kRWMutexRLock && writer_waits_for(op.object);
  };
  const size_t others = enabled_.size();
  stalled_ = others > 0 && std::all_of(enabled_.begin(), enabled_.end(), stoppable);
  for (size_t i = 0; i < goroutines_.size(); ++i) {
    const sync::RWMutex* mu = may_arrive(goroutines_[i]);
    if (mu == nullptr || !anybody(stalled_ ? OpKind::kRWMutexRLock : OpKind::kRWMutexTryRLock, mu)) continue;
    enabled_.push_back({.goroutine = static_cast<int16_t>(i + 1), .alternative = Transition::kArrive});
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
    Op* op = goroutine.op;
    if (op == nullptr || op->object != &object) continue;
    Fail(Verdict::kFatal,
         ObjectName(&object) + " is destroyed while " + GoroutineName(static_cast<int>(NumberOfG(goroutine.g))) +
             " is about to do, or waits in, " + TextOf(*op, Transition::kArrive) +
             ": a captured reference has outlived its frame. Wait for the goroutine first, or share ownership.");
    op->object = &destroyed_;  // its memory may be gone by the time of the report
  }
}

int32_t Execution::NumberOf(const Object* object) const {
  return object == nullptr || object->record() == nullptr ? 0 : static_cast<const Record*>(object->record())->number;
}

int64_t Execution::CapacityOf(int32_t number) const {
  const Object* object = number > 0 ? records_[static_cast<size_t>(number) - 1]->object : nullptr;
  return object != nullptr && object->kind() == ObjectKind::kChan ? ChanOf(object)->capacity() : 0;
}

StepKey Execution::KeyOf(const Transition& t) const {
  StepKey key{.transition = t};
  if (t.goroutine == 0) return key;
  const Goroutine& goroutine = Of(t.goroutine);
  key.goroutine_id = goroutine.id;
  if (goroutine.state != State::kPending) return key;
  const Op& op = *goroutine.op;
  key.has_op = true;
  key.op = op.kind;
  key.arg = op.arg;
  const Object* object = op.kind == OpKind::kSelect && t.alternative >= 0 ? op.cases[t.alternative].object : op.object;
  key.object = NumberOf(object);
  if (key.object != 0) key.object_id = static_cast<const Record*>(object->record())->id;
  return key;
}

SourceLocation Execution::WhereOf(const Transition& t) const {
  if (t.goroutine == 0) return {};
  const Goroutine& goroutine = Of(t.goroutine);
  if (goroutine.state == State::kUnstarted) return goroutine.created_at;
  if (goroutine.state == State::kWoken) return goroutine.g->waits_at;
  const Op& op = *goroutine.op;
  return op.kind == OpKind::kSelect && t.alternative >= 0 ? op.cases[t.alternative].where : op.where;
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
      if (op != nullptr && (op->kind == OpKind::kMutexLock || op->kind == OpKind::kRWMutexLock)) {
        footprint.touches.push_back({NumberOf(op->object), Access::kWrite});
        footprint.touches.push_back({kClock, Access::kReadClock});  // has it waited too long? (MU-12)
      }
      break;
    }
    case Transition::kTimer:
      footprint.touches.push_back({kClock, Access::kWrite});
      for (const RuntimeTimer* timer : timers_) {
        if (timer->control != static_cast<uint64_t>(t.alternative)) continue;
        if (timer->object != nullptr && timer->object->kind() == ObjectKind::kContext) {
          TouchTree(*static_cast<const internal::TreeNode*>(timer->object), footprint.touches);
        } else if (timer->object != nullptr) {
          footprint.touches.push_back(
              {NumberOf(timer->object), user_ && timer->sends ? Access::kSend : Access::kWrite});
          if (!user_ && timer->sends) TouchClaimed(timer->object, true, false, footprint.touches);
        }
        if (timer->object != nullptr && !timer->sends) footprint.touches.push_back({kGoroutines, Access::kWrite});
        if (timer->sleeper != nullptr) footprint.goroutine = static_cast<int16_t>(NumberOfG(timer->sleeper));
      }
      break;
    case Transition::kRendezvous: {
      const Offers xs(*Of(t.goroutine).op), ys(*Of(t.peer).op);
      const Object* place = xs.cases[t.alternative].object;
      footprint.touches.push_back({NumberOf(place), Access::kWrite});
      // Where only one of them can wait, the meeting is off as soon as another channel of it is ready: it looks at all
      // of them. Where both can, the meeting stays possible the other way round, unless one step makes both ready: it
      // looks at what both list. (Held by explorer/oracle: without this a meeting was lost that a later send disables.)
      const Waits waits = WaitsIn(t);
      const Offers& waiter = waits.goroutine ? xs : ys;
      const Offers& other = waits.goroutine ? ys : xs;
      for (int i = 0; i < waiter.n; ++i) {
        const Object* object = waiter.cases[i].object;
        if (object == nullptr || object == place) continue;
        if (waits.goroutine && waits.peer && !other.Lists(object)) continue;
        footprint.touches.push_back({NumberOf(object), Access::kRead});
      }
      break;
    }
    case Transition::kStep:
      TouchesOf(*Of(t.goroutine).op, t.alternative, footprint.touches);
      // The Unlock in a Cond.Wait goes on to look whether it has been signalled already: then it does not park, which
      // makes a difference where being woken is a step.
      if (const Op* outer = Of(t.goroutine).op->outer; outer != nullptr && !user_) {
        footprint.touches.push_back({NumberOf(outer->object), Access::kWrite});
      }
      break;
  }
  if (stalled_) footprint.touches.push_back({kEverything, Access::kWrite});
  return footprint;
}

void Execution::TouchesOf(const Op& op, int alternative, std::vector<Touch>& touches) const {
  const auto touch = [&](Access access) { touches.push_back({NumberOf(op.object), access}); };
  switch (op.kind) {
    case OpKind::kGo:
    case OpKind::kGosched:
    case OpKind::kChoose:
      return;
    case OpKind::kJoinAll:
      touches.push_back({kGoroutines, Access::kRead});
      return;
    case OpKind::kChanSend:
    case OpKind::kChanRecv:
      TouchCase(Offers(op).cases[0], touches);
      return;
    case OpKind::kSelect: {
      const bool arrives = Transition::Arrives(alternative);
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
      touch(alternative != 0 || static_cast<const sync::Mutex*>(op.object)->locked() ? Access::kRead : Access::kWrite);
      return;
    case OpKind::kRWMutexRLock:
    case OpKind::kRWMutexRUnlock:
      if (user_ && !Transition::Arrives(alternative)) {
        touch(AccessOfCounter(RWMutexOf(op)->readers(), op.kind == OpKind::kRWMutexRLock ? 1 : -1));
      } else {
        touch(Access::kWrite);
      }
      return;
    case OpKind::kRWMutexTryRLock:
      if (alternative != 0 || !RWMutexOf(op)->may_read()) {
        touch(Access::kRead);
      } else {
        touch(user_ ? Access::kCountUp : Access::kWrite);
      }
      return;
    case OpKind::kRWMutexTryLock:
      touch(alternative != 0 || !RWMutexOf(op)->may_write() ? Access::kRead : Access::kWrite);
      return;
    case OpKind::kOnceDo:
      touch(static_cast<const sync::Once*>(op.object)->state() == sync::Once::State::kDone ? Access::kRead
                                                                                           : Access::kWrite);
      return;
    case OpKind::kCondSignal:
    case OpKind::kCondBroadcast:
      touch(static_cast<const sync::Cond*>(op.object)->has_waiters() ? Access::kWrite : Access::kRead);
      return;
    case OpKind::kWaitGroupWait:
      touch(user_ ? Access::kRead : Access::kWrite);
      return;
    case OpKind::kWaitGroupAdd: {
      const int64_t count = static_cast<const sync::WaitGroup*>(op.object)->count();
      touch(user_ ? AccessOfCounter(count, op.arg) : Access::kWrite);
      return;
    }
    case OpKind::kSleep:
    case OpKind::kTimerStart:
    case OpKind::kNow:
      touches.push_back({kClock, Access::kReadClock});
      if (op.object != nullptr && op.object->kind() == ObjectKind::kContext) {
        // No timer is armed below a context that is cancelled.
        const auto* context =
            static_cast<const internal::CancelNode*>(static_cast<const internal::TreeNode*>(op.object));
        if (context->above != nullptr) touches.push_back({NumberOf(context->above), Access::kRead});
      }
      return;
    case OpKind::kContextCancel:
      TouchTree(*static_cast<const internal::TreeNode*>(op.object), touches);
      return;
    case OpKind::kContextErr:
      // What is cancelled stays as it is: nothing that could happen matters to whoever looks.
      if (!static_cast<const internal::CancelNode*>(static_cast<const internal::TreeNode*>(op.object))->cancelled()) {
        touch(Access::kRead);
      }
      return;
    case OpKind::kTimerStop:
    case OpKind::kTimerReset:
      touches.push_back({kClock, Access::kWrite});
      touch(Access::kWrite);
      // A Reset to now delivers at once.
      if (!user_ && op.object->kind() == ObjectKind::kTimer) TouchClaimed(op.object, true, false, touches);
      return;
    case OpKind::kChanClose:
      touch(user_ ? Access::kClose : Access::kWrite);
      if (!user_) TouchClaimed(op.object, true, true, touches);
      return;
    case OpKind::kMutexLock:
    case OpKind::kRWMutexLock:
      touch(Access::kWrite);
      if (!user_) touches.push_back({kClock, Access::kReadClock});  // since when does it wait? (MU-12)
      return;
    case OpKind::kMutexUnlock:
    case OpKind::kAtomicStore:
    case OpKind::kRWMutexUnlock:
    case OpKind::kOnceDone:
    case OpKind::kCondWait:
      touch(Access::kWrite);
      return;
    case OpKind::kPoolGet: {
      const bool finds = static_cast<const internal::PoolCore*>(op.object)->items() > 0 && alternative != 1;
      touch(finds ? Access::kWrite : Access::kRead);
      return;
    }
    case OpKind::kPoolPut:
      touch(Access::kWrite);
      return;
    case OpKind::kMapRead:
      touch(Access::kRead);
      return;
    case OpKind::kMapWrite:
    case OpKind::kAtomicRmw:
      touch(op.only_looks != nullptr && op.only_looks(op) ? Access::kRead : Access::kWrite);
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
  // Whoever takes a tick arms the ticker for the next one.
  if (chan->kind() == ObjectKind::kTicker && chan->count() > 0) touches.push_back({kClock, Access::kReadClock});
  if (!user_) TouchClaimed(c.object, c.direction == OpCase::kSend, c.direction == OpCase::kRecv, touches);
}

// A cancellation changes every context below, closes their channels, and disarms their timers; of the functions that wait
// for them it takes away the chance to be stopped. What has been cancelled, stopped or started is not touched any more.
// Making a context, or the first Done, is no step: a context that is made while its parent is being cancelled ends up
// cancelled in either order, and so does its channel.
void Execution::TouchTree(const internal::TreeNode& root, std::vector<Touch>& touches) const {
  if (root.is_func) {
    if (root.up != nullptr) touches.push_back({NumberOf(&root), Access::kWrite});
    return;
  }
  const auto& context = static_cast<const internal::CancelNode&>(root);
  if (context.cancelled()) return;
  touches.push_back({NumberOf(&root), Access::kWrite});
  if (context.timer_armed) touches.push_back({kClock, Access::kWrite});
  if (Object* chan = context.done.load()) {
    touches.push_back({NumberOf(chan), user_ ? Access::kClose : Access::kWrite});
    if (!user_) TouchClaimed(chan, true, true, touches);
  }
  for (const internal::TreeNode* below = context.first; below != nullptr; below = below->next) {
    TouchTree(*below, touches);
  }
}

// Runtime granularity: whoever matches a select that waits here takes it away from all its other channels, which is a
// change of those. Receivers wait for a send, senders for a receive, and both for a close; of many, a send or receive
// takes only the first, but all are counted: which one is first may be changed by a select's end elsewhere.
// (Found by explorer/oracle: a receive was disabled by an "independent" send to the same waiting select.)
void Execution::TouchClaimed(Object* object, bool receivers, bool senders, std::vector<Touch>& touches) const {
  auto* chan = static_cast<internal::ChanCore*>(object);
  for (const Waiter* w = receivers ? chan->recvq().first() : nullptr; w != nullptr; w = w->next)
    TouchWaiting(*w, touches);
  for (const Waiter* w = senders ? chan->sendq().first() : nullptr; w != nullptr; w = w->next)
    TouchWaiting(*w, touches);
}

void Execution::TouchWaiting(const Waiter& waiter, std::vector<Touch>& touches) const {
  if (!waiter.is_select || waiter.g->select_done.load() != 0) return;
  const Op& op = *Of(static_cast<int16_t>(NumberOfG(waiter.g))).op;
  for (int i = 0; i < op.alternatives; ++i) {
    if (op.cases[i].object != nullptr) touches.push_back({NumberOf(op.cases[i].object), Access::kWrite});
  }
}

}  // namespace plait::explore
