#ifndef PLAIT_RUNTIME_CHAN_CHAN_CORE_H_
#define PLAIT_RUNTIME_CHAN_CHAN_CORE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "plait/runtime/chan/elem.h"
#include "plait/runtime/goroutine/wait_queue.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/op.h"
#include "plait/runtime/seam/uninstrumented.h"

namespace plait::internal {

// The channel behind Chan<T>, whatever T is: the only implementation, for production and exploration. Users see
// chan.h; the semantics and their clauses stand there, the invariants in chan_core.cc.
class ChanCore : public Object {
 public:
  // Panics "makechan: size out of range" (CH-01). The caller owns one reference.
  static ChanCore* Make(const ElemOps& ops, int64_t capacity);

  PLAIT_UNINSTRUMENTED void Ref() { refs_.fetch_add(1); }
  void Unref();

  // Moves from *elem and returns true once it is sent; panics if the channel is or gets closed (*elem is untouched).
  // False: the goroutine is being unwound.
  static bool Send(ChanCore* chan, void* elem, SourceLocation where);

  enum class Received { kValue, kClosed, kUnwound };
  // Constructs an element in raw storage `to` (kValue), or nothing.
  static Received Recv(ChanCore* chan, const ElemOps& ops, void* to, SourceLocation where);

  static void Close(ChanCore* chan, SourceLocation where);
  // For whoever closes an open channel within a step of his own, with its lock held. Whoever waits is appended to the
  // list that ends in *end; the caller unlocks, then readies them. Returns the list's new end.
  Waiter** CloseLocked(Waiter** end);
  static void ReadyAll(Waiter* first);
  static int64_t Len(ChanCore* chan, SourceLocation where);
  int64_t capacity() const { return capacity_; }

  // Fed by a timer (runtime/time/timer_chan.h): its one slot is the runtime's affair, to the user it is unbuffered
  // (TIME-04).
  PLAIT_UNINSTRUMENTED bool timed() const { return timed_; }
  int64_t visible_capacity() const { return timed_ ? 0 : capacity_; }

  // For a controller, between steps: what would happen now.
  PLAIT_UNINSTRUMENTED bool SendWouldBlock(const G* self) const {
    return !closed() && count() == capacity_ && !recvq_.HasClaimable(self);
  }
  PLAIT_UNINSTRUMENTED bool RecvWouldBlock(const G* self) const {
    return !closed() && count() == 0 && !sendq_.HasClaimable(self);
  }
  // relaxed: ordered by the lock; without it, what was true a moment ago.
  PLAIT_UNINSTRUMENTED bool closed() const { return closed_.load(std::memory_order_relaxed); }
  PLAIT_UNINSTRUMENTED int64_t count() const { return count_.load(std::memory_order_relaxed); }

  // Without the lock, for a select that looks before it locks: whether an operation may succeed. A waiter that another
  // channel has claimed already counts, so "yes" is a guess, while "no" is the truth about one instant within the call:
  //   receive  empty is read first, open second. A closed channel never opens again, so the channel was open, and empty,
  //            when it was found empty (CH-22).
  //   send     open is read first, full second. If it is closed in between, it was full then, or found full later; either
  //            way there was an instant when a send would have waited (CH-21).
  // A timed channel may always proceed: its timer must be asked.
  PLAIT_UNINSTRUMENTED bool RecvMayProceed() const {
    if (timed_) return true;
    // acquire: keeps the order of the two reads.
    const bool empty = capacity_ > 0 ? count_.load(std::memory_order_acquire) == 0 : sendq_.empty();
    std::atomic_thread_fence(std::memory_order_acquire);
    return !empty || closed();
  }
  PLAIT_UNINSTRUMENTED bool SendMayProceed() const {
    if (closed_.load(std::memory_order_acquire)) return true;  // acquire: as above
    return capacity_ > 0 ? count() < capacity_ : !recvq_.empty();
  }

  // For select, with the lock held. kBlock leaves everything as it is. After kDone the caller unlocks, then readies
  // `wake` if it is not null.
  enum class Attempt { kDone, kClosed, kBlock };
  Attempt SendLocked(void* elem, G*& wake);
  Attempt RecvLocked(void* to, G*& wake);
  bool SendReady() const { return !SendWouldBlock(nullptr); }
  bool RecvReady() const { return !RecvWouldBlock(nullptr); }
  Lock& mutex() { return lock_; }
  WaitQueue& sendq() { return sendq_; }
  WaitQueue& recvq() { return recvq_; }
  const ElemOps& ops() const { return ops_; }

  // What a timed channel asks of its timer; with the lock held.
  virtual void Poll() {}      // somebody is about to receive: has the deadline passed?
  virtual void Awaited() {}   // a receiver has been queued, or several
  virtual void Forsaken() {}  // a receiver has left the queue by itself: a select that was matched elsewhere
  virtual void Taken() {}     // the slot has been emptied

 protected:
  // A timed channel. The slot is its owner's.
  ChanCore(ObjectKind kind, const ElemOps& ops, std::byte* slot);
  virtual ~ChanCore();
  void DropBuffered();

 private:
  ChanCore(const ElemOps& ops, int64_t capacity);

  [[gnu::always_inline]] inline bool DoSend(G* g, void* elem, SourceLocation where);
  [[gnu::always_inline]] inline Received DoRecv(G* g, void* to, SourceLocation where);
  [[gnu::always_inline]] inline Attempt TrySend(void* elem, G*& wake);
  [[gnu::always_inline]] inline Attempt TryRecv(void* to, G*& wake);
  static bool SendObserved(ChanCore* chan, G* g, void* elem, SourceLocation where);
  static Received RecvObserved(ChanCore* chan, const ElemOps& ops, G* g, void* to, SourceLocation where);
  void DoClose();
  // 0 <= i < 2 * capacity_.
  void* SlotAt(int64_t i) { return buffer_ + static_cast<size_t>(i < capacity_ ? i : i - capacity_) * ops_.size; }
  void set_count(int64_t count) { count_.store(count, std::memory_order_relaxed); }  // relaxed: under the lock

  const ElemOps& ops_;
  const int64_t capacity_;
  const bool timed_ = false;
  std::atomic<int64_t> refs_{1};
  Lock lock_;  // guards everything below
  std::atomic<bool> closed_ = false;
  std::atomic<int64_t> count_ = 0;  // elements in the buffer
  int64_t head_ = 0;                // index of the oldest one
  std::byte* buffer_ = nullptr;
  WaitQueue sendq_;
  WaitQueue recvq_;
};

// Keeps a channel alive while a goroutine waits on it: the handle it came through may die meanwhile (CH-41). Null: does
// nothing.
class ChanHold {
 public:
  explicit ChanHold(ChanCore* chan) : chan_(chan) {
    if (chan_ != nullptr) chan_->Ref();
  }
  ~ChanHold() {
    if (chan_ != nullptr) chan_->Unref();
  }
  ChanHold(const ChanHold&) = delete;
  ChanHold& operator=(const ChanHold&) = delete;

 private:
  ChanCore* chan_;
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_CHAN_CHAN_CORE_H_
