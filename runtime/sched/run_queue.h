#ifndef PLAIT_RUNTIME_SCHED_RUN_QUEUE_H_
#define PLAIT_RUNTIME_SCHED_RUN_QUEUE_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "plait/runtime/goroutine/g.h"

namespace plait::sched {

// A P's bounded queue of runnable goroutines, after Go's runq: a ring, first in, first out. The owner adds at the tail;
// the owner and thieves both take at the head, by compare-and-swap.
//
//   R1  head_ <= tail_ <= head_ + kCapacity, as differences modulo 2^32.
//   R2  Slots [head_, tail_) hold distinct runnable goroutines; every other slot is free for the owner.
//   R3  Only the owner moves tail_; head_ only grows.
// A thief copies slots before it claims them. If the owner has overwritten one meanwhile, head_ has moved past it (R2),
// so the thief's compare-and-swap fails and its copies are thrown away. Slots are atomics because that read races.
template <uint32_t kCapacity>
class RunQueue {
 public:
  // Owner. False when full.
  bool Push(G* g) { return PushAs(g, std::memory_order_seq_cst); }

  // The same, for an owner who does not look for idle Ms afterwards (idle.h): saves the fence. One that looks at this
  // queue for the last time before it sleeps may miss g; the owner, which is awake, will run it.
  // release: pairs with the thieves' loads of tail_, so that they see the slot.
  bool PushQuietly(G* g) { return PushAs(g, std::memory_order_release); }

  // Owner. Null when empty.
  G* Pop() {
    uint32_t head = head_.load();
    for (;;) {
      if (head == tail_.load()) return nullptr;
      // relaxed: the owner's own stores.
      G* g = slots_[head % kCapacity].load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, head + 1)) return g;
    }
  }

  // Anybody. Takes about half of the goroutines, at most `most`, into `batch`; returns how many.
  uint32_t Steal(G** batch, uint32_t most) {
    uint32_t head = head_.load();
    for (;;) {
      const uint32_t tail = tail_.load();
      uint32_t n = tail - head;
      n -= n / 2;
      if (n == 0) return 0;
      if (n > kCapacity / 2) {  // head was read long before tail: the two do not belong together
        head = head_.load();
        continue;
      }
      n = std::min(n, most);
      // relaxed: validated by the compare-and-swap below.
      for (uint32_t i = 0; i < n; ++i) batch[i] = slots_[(head + i) % kCapacity].load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, head + n)) return n;
    }
  }

  // Owner. Who would be popped after k others, if they are still there then; else anything, or null.
  G* Peek(uint32_t k) const {
    return slots_[(head_.load(std::memory_order_relaxed) + k) % kCapacity].load(std::memory_order_relaxed);
  }

  // Anybody; a snapshot.
  bool empty() const { return head_.load() == tail_.load(); }

 private:
  bool PushAs(G* g, std::memory_order order) {
    const uint32_t tail = tail_.load(std::memory_order_relaxed);  // relaxed: the owner's own
    if (tail - head_.load() >= kCapacity) return false;
    // relaxed: published by the store to tail_ that follows.
    slots_[tail % kCapacity].store(g, std::memory_order_relaxed);
    tail_.store(tail + 1, order);
    return true;
  }

  alignas(64) std::atomic<uint32_t> head_{0};
  alignas(64) std::atomic<uint32_t> tail_{0};
  std::atomic<G*> slots_[kCapacity] = {};
};

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_RUN_QUEUE_H_
