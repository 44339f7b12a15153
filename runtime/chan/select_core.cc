#include "plait/runtime/chan/select_core.h"

#include <algorithm>
#include <functional>
#include <new>
#include <utility>

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/sched/m.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// A select locks all its channels, in the order of their addresses, each once (SEL-20), so that "which cases are ready"
// has an answer at one instant (SEL-05). Three passes, as in Go:
//   1  Pick one of the ready cases, uniformly; do it; done.
//   2  None: one waiter per case into the channels' queues, park; the commit unlocks all.
//   3  Woken: lock all again, take the other waiters out (SEL-17). The winner is g->matched.
//
// Before all that, in production, select.h looks without locks: what may proceed is picked from, and only that channel is
// locked (SEL-03 speaks of the cases that can proceed, and at the moment of the communication this one could). Nothing
// follows from finding nothing, except with a single case and a default: see ChanCore::RecvMayProceed.
//
//   S1  While it is parked a select can be claimed once: select_done goes 0 -> 1, under the lock of the claimer's channel.
//   S2  Ready, in pass 1, may mean "another select waits there". That select's other channels are not locked by us, so it
//       may be claimed through one of them before we claim it: then we pick again. Nothing has happened yet.
//   S3  The waiters and the room live on the parked goroutine's stack. It cannot leave pass 3 before the commit has
//       released the last lock, since pass 3 takes them all; so the commit may read the room until then, and not after.

namespace plait::internal {
namespace {

struct Locked {
  ChanCore** order;
  int n;

  void LockAll() const {
    for (int i = 0; i < n; ++i) order[i]->mutex().lock();
  }
  bool AnyTimed() const {
    return std::any_of(order, order + n, [](const ChanCore* chan) { return chan->timed(); });
  }
  template <class F>
  void ForTimed(F f) const {
    for (int i = 0; i < n; ++i) {
      if (order[i]->timed()) f(*order[i]);
    }
  }
  void UnlockAll() const {
    // The copy matters in the commit: after the last unlock *this may be gone (S3).
    const Locked local = *this;
    for (int i = local.n; i-- > 0;) local.order[i]->mutex().unlock();
  }
};

bool UnlockAllCommit(void* locked) {
  static_cast<const Locked*>(locked)->UnlockAll();
  return true;
}

// The distinct non-nil channels in address order.
Locked OrderOf(const SelectCase* cases, int n, ChanCore** order) {
  int m = 0;
  for (int i = 0; i < n; ++i) {
    if (cases[i].chan != nullptr) order[m++] = cases[i].chan;
  }
  std::sort(order, order + m, std::less<>());
  m = static_cast<int>(std::unique(order, order + m) - order);
  return {order, m};
}

bool CaseReady(const SelectCase& c, const G* self) {
  if (c.chan == nullptr) return false;  // SEL-07
  return c.direction == OpCase::kSend ? !c.chan->SendWouldBlock(self) : !c.chan->RecvWouldBlock(self);
}

uint32_t RandomBelow(G* g, uint32_t n) {
  if (g->m != nullptr) return g->m->random.Below(n);
  // A plain thread: seeded by its G's address, which differs between threads.
  if (g->control == nullptr) g->control = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(g) | 1);
  sched::Random random(reinterpret_cast<uintptr_t>(g->control));
  g->control = reinterpret_cast<void*>(random.Next() | 1);
  return random.Below(n);
}

// Uniform over the ready cases (SEL-03, SEL-04): the k-th one found replaces the pick with probability 1/k.
template <class IsReady>
int Pick(G* g, const SelectCase* cases, int n, IsReady is_ready) {
  int pick = -1;
  uint32_t found = 0;
  for (int i = 0; i < n; ++i) {
    if (!is_ready(cases[i])) continue;
    ++found;
    if (found == 1 || RandomBelow(g, found) == 0) pick = i;
  }
  return pick;
}

struct Pending {
  const SelectCase* cases;
  int n;
  const G* self;
};

bool AlternativeReady(const Op& op, int k) {
  const auto* p = static_cast<const Pending*>(op.self);
  if (k < p->n) return CaseReady(p->cases[k], p->self);
  return std::none_of(p->cases, p->cases + p->n, [p](const SelectCase& c) { return CaseReady(c, p->self); });
}

// SEL-04: whoever comes to a channel finds the first of its waiters. Where one channel stands in several cases, which
// is the first is drawn; otherwise source order is as good. Under a controller the draw is the controller's
// (op->chosen).
void DrawOrder(G* g, const SelectCase* cases, int n, int channels, Waiter* waiters, const Op* op) {
  int with_channel = 0;
  for (int i = 0; i < n; ++i) {
    waiters[i].index = i;
    with_channel += cases[i].chan != nullptr;
  }
  if (op != nullptr) {
    const int first = -2 - op->chosen;  // seam/op.h
    if (first > 0 && first < n) std::swap(waiters[0].index, waiters[first].index);
    return;
  }
  if (with_channel == channels) return;
  for (int i = n - 1; i > 0; --i) {
    std::swap(waiters[i].index, waiters[RandomBelow(g, static_cast<uint32_t>(i) + 1)].index);
  }
}

// SEL-09: a single case waits as the plain operation does.
WaitReason ReasonOf(const SelectCase* cases, int n) {
  if (n == 0) return WaitReason::kSelectNoCases;
  if (n > 1) return WaitReason::kSelect;
  if (cases[0].direction == OpCase::kSend) {
    return cases[0].chan != nullptr ? WaitReason::kChanSend : WaitReason::kChanSendNil;
  }
  return cases[0].chan != nullptr ? WaitReason::kChanRecv : WaitReason::kChanRecvNil;
}

// A select that is unwound after a sender has matched it, and before it ran: the received value dies with it.
struct Unclaimed {
  const G* g;
  const SelectCase* cases;
  bool resumed = false;

  ~Unclaimed() {
    const auto* winner = static_cast<const Waiter*>(g->matched);
    if (resumed || winner == nullptr || !winner->success) return;
    const SelectCase& c = cases[winner->index];
    if (c.direction == OpCase::kRecv) c.chan->ops().destroy(c.elem);
  }
};

// The waiters of a select that waits: made in raw room, and taken out of their queues if it is unwound.
class Waiters {
 public:
  Waiters(Waiter* room, int n) : room_(room), n_(n) {
    for (int i = 0; i < n; ++i) ::new (&room[i]) Waiter;
  }
  ~Waiters() {
    for (int i = 0; i < n_; ++i) room_[i].~Waiter();
  }
  Waiters(const Waiters&) = delete;
  Waiters& operator=(const Waiters&) = delete;

 private:
  Waiter* room_;
  int n_;
};

struct Did {
  bool done;
  SelectResult result;
};

// One case, its channel locked by the caller; `unlock` unlocks. Not done: S2.
template <class Unlock>
[[gnu::always_inline]] inline Did DoCase(const SelectCase& c, int k, Unlock unlock) {
  const bool send = c.direction == OpCase::kSend;
  G* wake = nullptr;
  const ChanCore::Attempt attempt = send ? c.chan->SendLocked(c.elem, wake) : c.chan->RecvLocked(c.elem, wake);
  if (attempt == ChanCore::Attempt::kBlock) return {false, {}};
  unlock();
  if (wake != nullptr) Ready(wake);
  if (attempt == ChanCore::Attempt::kClosed && send) PanicRuntime(texts::kSendOnClosed);  // SEL-11
  return {true, {k, attempt == ChanCore::Attempt::kDone}};
}

SelectResult Do(G* g, SelectCase* cases, int n, bool has_default, SelectRoom room, SourceLocation where, const Op* op) {
  Locked locked = OrderOf(cases, n, room.order);
  locked.LockAll();
  const bool timed = locked.AnyTimed();
  if (timed) [[unlikely]]
    locked.ForTimed([](ChanCore& chan) { chan.Poll(); });  // SEL-27
  // Pass 1.
  for (;;) {
    int pick = op != nullptr ? op->chosen : Pick(g, cases, n, [g](const SelectCase& c) { return CaseReady(c, g); });
    if (op != nullptr && (pick < 0 || pick >= n || !CaseReady(cases[pick], g))) pick = -1;
    if (pick < 0) break;
    const Did did = DoCase(cases[pick], pick, [&locked] { locked.UnlockAll(); });
    if (did.done) return did.result;
  }
  if (has_default) {
    locked.UnlockAll();
    return {n, false};
  }
  // Pass 2.
  g->select_done = 0;
  g->matched = nullptr;
  const Waiters waiters(room.waiters, n);
  DrawOrder(g, cases, n, locked.n, room.waiters, op);
  for (int i = 0; i < n; ++i) {
    Waiter& w = room.waiters[i];
    const SelectCase& c = cases[w.index];
    if (c.chan == nullptr) continue;
    w.g = g;
    w.elem = c.elem;
    w.is_select = true;
    (c.direction == OpCase::kSend ? c.chan->sendq() : c.chan->recvq()).PushBack(&w);
    race::Release(&w);
  }
  if (timed) [[unlikely]]
    locked.ForTimed([](ChanCore& chan) { chan.Awaited(); });
  const WaitReason reason = ReasonOf(cases, n);
  if (locked.n == 0) {
    static_cast<void>(Park(reason, where, nullptr, nullptr));
    return {};
  }
  Unclaimed unclaimed{g, cases};
  if (!Park(g, reason, where, UnlockAllCommit, &locked)) return {};
  unclaimed.resumed = true;
  // Pass 3.
  locked.LockAll();
  for (int i = 0; i < n; ++i) {
    Waiter& w = room.waiters[i];
    if (w.queue != nullptr) w.queue->Remove(&w);
  }
  if (timed) [[unlikely]]
    locked.ForTimed([](ChanCore& chan) { chan.Forsaken(); });
  locked.UnlockAll();
  const auto* winner = static_cast<const Waiter*>(g->matched);
  race::Acquire(winner);
  const int k = winner->index;
  if (cases[k].chan->timed()) race::Acquire(cases[k].chan);  // TIME-30
  if (winner->success) return {k, true};
  race::Acquire(cases[k].chan);
  if (cases[k].direction == OpCase::kSend) PanicRuntime(texts::kSendOnClosed);  // SEL-12
  return {k, false};
}

}  // namespace

uint32_t DrawBelow(uint32_t n) { return RandomBelow(CurrentG(), n); }

bool DoReadyCase(const SelectCase& c, int k, SelectResult& result) {
  ChanCore* chan = c.chan;
  chan->mutex().lock();
  const Did did = DoCase(c, k, [chan] { chan->mutex().unlock(); });
  if (!did.done) {
    chan->mutex().unlock();
    return false;
  }
  result = did.result;
  return true;
}

SelectResult RunSelect(SelectCase* cases, int n, bool has_default, SelectRoom room, SourceLocation where) {
  G* g = CurrentG();
  bool observed = g->attention.load(std::memory_order_relaxed) != 0;  // as Observed()
  for (int i = 0; i < n; ++i) observed |= cases[i].chan != nullptr && cases[i].chan->record() != nullptr;
  if (!observed) [[likely]]
    return Do(g, cases, n, has_default, room, where, nullptr);

  for (int i = 0; i < n; ++i) ::new (&room.op_cases[i]) OpCase{cases[i].chan, cases[i].direction, cases[i].where};
  if (has_default) ::new (&room.op_cases[n]) OpCase{nullptr, OpCase::kDefault, where};
  const Pending pending{cases, n, g};
  Op op{.kind = OpKind::kSelect,
        .where = where,
        .alternatives = n + (has_default ? 1 : 0),
        .cases = room.op_cases,
        .ready = AlternativeReady,
        .self = &pending};
  if (g->controller == nullptr) {
    for (int i = 0; i < n && op.object == nullptr; ++i) {
      if (cases[i].chan != nullptr && cases[i].chan->record() != nullptr) op.object = cases[i].chan;
    }
  }
  if (!Announce(g, op)) return {has_default ? n : -1, false};
  // Only a controller has chosen.
  const SelectResult result = Do(g, cases, n, has_default, room, where, g->controller != nullptr ? &op : nullptr);
  if (result.index < 0) return result;
  op.chosen = result.index;
  op.ok = result.ok || result.index == n || cases[result.index].direction == OpCase::kSend;
  if (result.ok && cases[result.index].direction == OpCase::kRecv) {
    op.value = cases[result.index].elem;
    op.print_value = cases[result.index].chan->ops().print;
  }
  Conclude(g, op);
  return result;
}

}  // namespace plait::internal
