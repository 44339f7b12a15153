// What a step touches: the footprints that dependency.h's table compares, worked out from the state in which the step is
// enabled.

#include <limits>

#include "plait/explorer/execution.h"
#include "plait/explorer/offers.h"
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

const sync::RWMutex* RWMutexOf(const Op& op) { return static_cast<const sync::RWMutex*>(op.object); }

// What changes a counter by delta touches. Any two that each find twice their own delta do not leave its range together.
Access AccessOfCounter(int64_t count, int64_t delta) {
  if (count + delta < 0 || count + 2 * delta > std::numeric_limits<int32_t>::max()) return Access::kWrite;
  if (delta > 0) return Access::kCountUp;
  return count + 2 * delta >= 0 ? Access::kCountDown : Access::kCountLast;
}

}  // namespace

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

void Execution::TouchesOf(const Op& op, int alternative, Touches& touches) const {
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

void Execution::TouchCase(const OpCase& c, Touches& touches) const {
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
void Execution::TouchTree(const internal::TreeNode& root, Touches& touches) const {
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
void Execution::TouchClaimed(Object* object, bool receivers, bool senders, Touches& touches) const {
  auto* chan = static_cast<internal::ChanCore*>(object);
  for (const Waiter* w = receivers ? chan->recvq().first() : nullptr; w != nullptr; w = w->next)
    TouchWaiting(*w, touches);
  for (const Waiter* w = senders ? chan->sendq().first() : nullptr; w != nullptr; w = w->next)
    TouchWaiting(*w, touches);
}

void Execution::TouchWaiting(const Waiter& waiter, Touches& touches) const {
  if (!waiter.is_select || waiter.g->select_done.load() != 0) return;
  const Op& op = *Of(static_cast<int16_t>(NumberOfG(waiter.g))).op;
  for (int i = 0; i < op.alternatives; ++i) {
    if (op.cases[i].object != nullptr) touches.push_back({NumberOf(op.cases[i].object), Access::kWrite});
  }
}
}  // namespace plait::explore
