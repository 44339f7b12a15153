#ifndef PLAIT_RUNTIME_GOROUTINE_WAIT_QUEUE_H_
#define PLAIT_RUNTIME_GOROUTINE_WAIT_QUEUE_H_

#include <atomic>
#include <type_traits>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/seam/uninstrumented.h"

namespace plait {

class WaitQueue;

// A goroutine's place in a queue. Lives on the stack of the goroutine that waits; a select has one per case.
//
// While the goroutine waits, everything in it belongs to whoever holds the lock of the queue's object. The waker takes
// it out of the queue, fills in the results, and must not touch it after Ready(g).
struct Waiter {
  G* g = nullptr;
  void* elem = nullptr;        // channel: the value to send, or raw storage for the received one
  bool is_select = false;      // must be claimed through g->select_done
  bool success = false;        // matched by a peer, rather than woken by close
  int index = 0;               // the select's case
  WaitQueue* queue = nullptr;  // where it is queued, if anywhere
  Waiter* prev = nullptr;
  Waiter* next = nullptr;

  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  // Only an unwound goroutine (teardown: nothing else runs then) is still queued when its waiter dies.
  PLAIT_UNINSTRUMENTED inline ~Waiter();
};

// An intrusive FIFO of waiters. Not thread safe: the object's lock guards it.
class WaitQueue {
 public:
  constexpr WaitQueue() = default;
  // Whoever still waits when the object is destroyed, a mistake, is left alone with it, and can be unwound.
  PLAIT_UNINSTRUMENTED constexpr ~WaitQueue() {
    if (!std::is_constant_evaluated()) {
      while (PopFront() != nullptr) {
      }
    }
  }
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  // Without the lock: true or false a moment ago.
  PLAIT_UNINSTRUMENTED bool empty() const { return first() == nullptr; }
  PLAIT_UNINSTRUMENTED const Waiter* first() const { return first_.load(std::memory_order_relaxed); }

  PLAIT_UNINSTRUMENTED void PushBack(Waiter* w) {
    w->queue = this;
    w->next = nullptr;
    w->prev = last_;
    if (last_ != nullptr) {
      last_->next = w;
    } else {
      set_first(w);
    }
    last_ = w;
  }

  PLAIT_UNINSTRUMENTED void PushFront(Waiter* w) {
    w->queue = this;
    w->prev = nullptr;
    Waiter* first = first_.load(std::memory_order_relaxed);
    w->next = first;
    (first != nullptr ? first->prev : last_) = w;
    set_first(w);
  }

  PLAIT_UNINSTRUMENTED void Remove(Waiter* w) {
    if (w->prev != nullptr) {
      w->prev->next = w->next;
    } else {
      set_first(w->next);
    }
    (w->next != nullptr ? w->next->prev : last_) = w->prev;
    w->queue = nullptr;
  }

  PLAIT_UNINSTRUMENTED Waiter* PopFront() {
    Waiter* w = first_.load(std::memory_order_relaxed);
    if (w != nullptr) Remove(w);
    return w;
  }

  // Empties it. What it returns is linked by `next`, in order; each stays valid until its goroutine is readied.
  PLAIT_UNINSTRUMENTED Waiter* PopAll() {
    Waiter* all = first_;
    for (Waiter* w = all; w != nullptr; w = w->next) w->queue = nullptr;
    first_ = last_ = nullptr;
    return all;
  }

  // The first waiter that can still be matched: a select's waiter counts only if the caller is the first of all its
  // channels to claim it (SEL-28). Losers are dropped here; their goroutine tolerates that.
  PLAIT_UNINSTRUMENTED Waiter* PopClaimed() {
    while (Waiter* w = PopFront()) {
      uint32_t unclaimed = 0;
      if (!w->is_select || w->g->select_done.compare_exchange_strong(unclaimed, 1)) return w;
    }
    return nullptr;
  }

  // Whether PopClaimed would find somebody other than `self` (a select never matches itself, SEL-14).
  PLAIT_UNINSTRUMENTED bool HasClaimable(const G* self) const {
    for (const Waiter* w = first(); w != nullptr; w = w->next) {
      if (w->g != self && (!w->is_select || w->g->select_done.load() == 0)) return true;
    }
    return false;
  }

 private:
  PLAIT_UNINSTRUMENTED void set_first(Waiter* w) { first_.store(w, std::memory_order_relaxed); }

  // relaxed: the object's lock orders it. Atomic for those who look, without the lock, whether anybody waits.
  std::atomic<Waiter*> first_ = nullptr;
  Waiter* last_ = nullptr;
};

inline Waiter::~Waiter() {
  if (queue != nullptr) [[unlikely]]
    queue->Remove(this);
}

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_WAIT_QUEUE_H_
