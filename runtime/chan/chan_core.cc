#include "plait/runtime/chan/chan_core.h"

#include <mutex>
#include <new>

#include "plait/runtime/goroutine/park.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// Invariants, whenever the channel's lock is free (CH-17). "Waiter" means one that can still be claimed: a select's
// leftovers, whose goroutine another channel has woken, do not count.
//   C1  No waiter in sendq_, or none in recvq_, unless one goroutine selects on both ends of an unbuffered channel.
//   C2  count_ > 0 implies that no receiver waits.
//   C3  count_ < capacity_ implies that no sender waits.
//   C4  closed_ implies that nobody waits; closed_ never becomes false.
//   C5  Slots head_ .. head_ + count_ - 1 (modulo capacity_) hold elements; all others are raw.
//   C6  0 <= count_ <= capacity_.
// A value moves exactly once between two frames, or frame and slot, under the lock; whoever moves it decides the match.
// A waiter is published before its goroutine parks, and the park's commit releases the lock: see park.h.
//
// Happens-before, as the memory model has it: the k-th send before the k-th receive completes and the k-th receive
// before the (k+C)-th send completes, through the slot; both ways through the waiter at a direct hand-over; close
// before a receive that returns because of it, through the channel.

namespace plait::internal {
namespace {

constexpr int64_t kMaxBytes = int64_t{1} << 47;

bool UnlockCommit(void* lock) {
  static_cast<Lock*>(lock)->unlock();
  return true;
}

bool SendReadyNow(const Op& op, int) {
  const auto* chan = static_cast<const ChanCore*>(op.object);
  return chan != nullptr && !chan->SendWouldBlock(static_cast<const G*>(op.self));
}

bool RecvReadyNow(const Op& op, int) {
  const auto* chan = static_cast<const ChanCore*>(op.object);
  return chan != nullptr && !chan->RecvWouldBlock(static_cast<const G*>(op.self));
}

// CH-03, CH-04: for ever, or until unwound.
void ParkOnNil(WaitReason reason, SourceLocation where) { static_cast<void>(Park(reason, where, nullptr, nullptr)); }

}  // namespace

ChanCore* ChanCore::Make(const ElemOps& ops, int64_t capacity) {
  if (capacity < 0 || capacity > kMaxBytes / static_cast<int64_t>(ops.size)) PanicRuntime(texts::kMakeChanSize);
  return new ChanCore(ops, capacity);
}

ChanCore::ChanCore(const ElemOps& ops, int64_t capacity) : Object(ObjectKind::kChan), ops_(ops), capacity_(capacity) {
  if (capacity > 0) {
    buffer_ =
        static_cast<std::byte*>(::operator new(static_cast<size_t>(capacity) * ops.size, std::align_val_t(ops.align)));
  }
}

ChanCore::ChanCore(ObjectKind kind, const ElemOps& ops, std::byte* slot)
    : Object(kind), ops_(ops), capacity_(1), timed_(true), buffer_(slot) {}

// Nobody has a handle any more. Who still waits here waits for ever: a leaked goroutine (CH-41).
ChanCore::~ChanCore() {
  DropBuffered();
  if (!timed_) ::operator delete(buffer_, std::align_val_t(ops_.align));
}

void ChanCore::DropBuffered() {
  for (int64_t i = 0; i < count(); ++i) ops_.destroy(SlotAt(head_ + i));
  head_ = 0;
  set_count(0);
}

void ChanCore::Unref() {
  race::Release(&refs_);
  if (refs_.fetch_sub(1) == 1) {
    race::Acquire(&refs_);
    delete this;
  }
}

ChanCore::Attempt ChanCore::TrySend(void* elem, G*& wake) {
  AssertInStep();
  if (closed()) return Attempt::kClosed;  // CH-07: before anything else
  if (Waiter* w = recvq_.PopClaimed()) {
    race::Acquire(w);
    ops_.Move(w->elem, elem);
    race::Release(w);
    w->success = true;
    w->g->matched = w;
    wake = w->g;
    return Attempt::kDone;
  }
  const int64_t n = count();
  if (n == capacity_) return Attempt::kBlock;
  void* slot = SlotAt(head_ + n);
  race::Acquire(slot);
  ops_.Move(slot, elem);
  race::Release(slot);
  set_count(n + 1);
  return Attempt::kDone;
}

ChanCore::Attempt ChanCore::TryRecv(void* to, G*& wake) {
  AssertInStep();
  if (const int64_t n = count(); n > 0) {
    void* slot = SlotAt(head_);
    race::Acquire(slot);
    ops_.Move(to, slot);
    ops_.Destroy(slot);  // CH-31
    // CH-18: the buffer was full, so the slot just emptied is also the tail: the first blocked sender's value goes
    // there.
    if (Waiter* w = sendq_.PopClaimed()) {
      race::Acquire(w);
      ops_.Move(slot, w->elem);
      race::Release(w);
      w->success = true;
      w->g->matched = w;
      wake = w->g;
    } else {
      set_count(n - 1);
    }
    race::Release(slot);
    head_ = head_ + 1 == capacity_ ? 0 : head_ + 1;
    if (timed_) [[unlikely]] {
      race::Acquire(this);  // the call that set the timer happens before (TIME-30)
      Taken();
    }
    return Attempt::kDone;
  }
  if (Waiter* w = sendq_.PopClaimed()) {
    race::Acquire(w);
    ops_.Move(to, w->elem);
    race::Release(w);
    w->success = true;
    w->g->matched = w;
    wake = w->g;
    return Attempt::kDone;
  }
  if (!closed()) return Attempt::kBlock;
  race::Acquire(this);
  return Attempt::kClosed;
}

ChanCore::Attempt ChanCore::SendLocked(void* elem, G*& wake) { return TrySend(elem, wake); }
ChanCore::Attempt ChanCore::RecvLocked(void* to, G*& wake) { return TryRecv(to, wake); }

// Production's path is one function down to the switch (sched/m.h says why); all others are apart.
bool ChanCore::Send(ChanCore* chan, void* elem, SourceLocation where) {
  G* g = CurrentG();
  if (chan != nullptr && !Observed(g, *chan)) [[likely]]
    return chan->DoSend(g, elem, where);
  return SendObserved(chan, g, elem, where);
}

[[gnu::noinline]] bool ChanCore::SendObserved(ChanCore* chan, G* g, void* elem, SourceLocation where) {
  Op op{.kind = OpKind::kChanSend, .object = chan, .where = where, .ready = SendReadyNow, .self = g, .value = elem};
  if (chan != nullptr) op.print_value = chan->ops_.print;
  if (g->controller != nullptr || chan != nullptr) {
    if (!Announce(g, op)) return false;
  }
  if (chan == nullptr) {
    ParkOnNil(WaitReason::kChanSendNil, where);
    return false;
  }
  if (!chan->DoSend(g, elem, where)) return false;
  Conclude(g, op);
  return true;
}

bool ChanCore::DoSend(G* g, void* elem, SourceLocation where) {
  lock_.lock();
  G* wake = nullptr;
  switch (TrySend(elem, wake)) {
    case Attempt::kDone:
      lock_.unlock();
      if (wake != nullptr) Ready(wake);
      return true;
    case Attempt::kClosed:
      lock_.unlock();
      PanicRuntime(texts::kSendOnClosed);
    case Attempt::kBlock:
      break;
  }
  // Whoever wakes this goroutine has a handle; the channel is not touched after that, except by an explorer.
  ChanHold hold(g->controller != nullptr ? this : nullptr);
  Waiter w;
  w.g = g;
  w.elem = elem;
  sendq_.PushBack(&w);
  race::Release(&w);
  if (!Park(g, WaitReason::kChanSend, where, UnlockCommit, &lock_)) return false;
  race::Acquire(&w);
  if (!w.success) {
    race::Acquire(this);
    PanicRuntime(texts::kSendOnClosed);  // CH-08
  }
  return true;
}

ChanCore::Received ChanCore::Recv(ChanCore* chan, const ElemOps& ops, void* to, SourceLocation where) {
  G* g = CurrentG();
  if (chan != nullptr && !Observed(g, *chan)) [[likely]]
    return chan->DoRecv(g, to, where);
  return RecvObserved(chan, ops, g, to, where);
}

[[gnu::noinline]] ChanCore::Received ChanCore::RecvObserved(ChanCore* chan, const ElemOps& ops, G* g, void* to,
                                                            SourceLocation where) {
  Op op{.kind = OpKind::kChanRecv, .object = chan, .where = where, .ready = RecvReadyNow, .self = g};
  if (g->controller != nullptr || chan != nullptr) {
    if (!Announce(g, op)) return Received::kUnwound;
  }
  if (chan == nullptr) {
    ParkOnNil(WaitReason::kChanRecvNil, where);
    return Received::kUnwound;
  }
  const Received received = chan->DoRecv(g, to, where);
  if (received == Received::kUnwound) return received;
  op.ok = received == Received::kValue;
  op.value = op.ok ? to : nullptr;
  op.print_value = ops.print;
  Conclude(g, op);
  return received;
}

ChanCore::Received ChanCore::DoRecv(G* g, void* to, SourceLocation where) {
  lock_.lock();
  if (timed_) [[unlikely]]
    Poll();
  G* wake = nullptr;
  switch (TryRecv(to, wake)) {
    case Attempt::kDone:
      lock_.unlock();
      if (wake != nullptr) Ready(wake);
      return Received::kValue;
    case Attempt::kClosed:
      lock_.unlock();
      return Received::kClosed;
    case Attempt::kBlock:
      break;
  }
  ChanHold hold(g->controller != nullptr ? this : nullptr);  // as in DoSend
  const bool timed = timed_;
  Waiter w;
  w.g = g;
  w.elem = to;
  recvq_.PushBack(&w);
  if (timed_) [[unlikely]]
    Awaited();
  race::Release(&w);
  // Unwound after a sender has handed its value over, and before this goroutine ran: the value dies here.
  struct Unclaimed {
    const ElemOps& ops;
    const Waiter& w;
    bool resumed = false;
    ~Unclaimed() {
      if (!resumed && w.success) ops.destroy(w.elem);
    }
  } unclaimed{ops_, w};
  if (!Park(g, WaitReason::kChanRecv, where, UnlockCommit, &lock_)) return Received::kUnwound;
  unclaimed.resumed = true;
  race::Acquire(&w);
  if (timed) race::Acquire(this);
  if (w.success) return Received::kValue;
  race::Acquire(this);
  return Received::kClosed;  // CH-10
}

void ChanCore::Close(ChanCore* chan, SourceLocation where) {
  G* g = CurrentG();
  if (chan == nullptr) PanicRuntime(texts::kCloseOfNil);
  if (!Observed(g, *chan)) [[likely]] {
    chan->DoClose();
    return;
  }
  Op op{.kind = OpKind::kChanClose, .object = chan, .where = where};
  if (!Announce(g, op)) return;
  chan->DoClose();
  Conclude(g, op);
}

void ChanCore::DoClose() {
  AssertInStep();
  Waiter* first = nullptr;
  {
    std::unique_lock guard(lock_);
    if (closed()) {
      guard.unlock();
      PanicRuntime(texts::kCloseOfClosed);
    }
    CloseLocked(&first);
  }
  ReadyAll(first);
}

Waiter** ChanCore::CloseLocked(Waiter** end) {
  race::Release(this);
  closed_.store(true, std::memory_order_relaxed);  // relaxed: under the lock
  for (WaitQueue* queue : {&recvq_, &sendq_}) {
    while (Waiter* w = queue->PopClaimed()) {
      w->success = false;
      w->g->matched = w;
      w->next = nullptr;
      *end = w;
      end = &w->next;
    }
  }
  return end;
}

void ChanCore::ReadyAll(Waiter* first) {
  while (first != nullptr) {
    G* g = first->g;
    first = first->next;  // before Ready: the waiter dies with its goroutine's wait
    Ready(g);
  }
}

int64_t ChanCore::Len(ChanCore* chan, SourceLocation where) {
  if (chan == nullptr) return 0;  // CH-02
  G* g = CurrentG();
  Op op{.kind = OpKind::kChanLen, .object = chan, .where = where};
  const bool observed = Observed(g, *chan);
  if (observed && !Announce(g, op)) return 0;
  {
    std::lock_guard guard(chan->lock_);
    op.out = chan->timed_ ? 0 : chan->count();
  }
  if (observed) Conclude(g, op);
  return op.out;
}

}  // namespace plait::internal
