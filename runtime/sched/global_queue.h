#ifndef PLAIT_RUNTIME_SCHED_GLOBAL_QUEUE_H_
#define PLAIT_RUNTIME_SCHED_GLOBAL_QUEUE_H_

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/uninstrumented.h"

namespace plait::sched {

// Runnable goroutines that belong to no P: readied by plain threads and timers, or overflowed from a full ring.
// Unbounded, first in, first out. Thread safe.
//
// A ring that grows, not a list through the goroutines: when there are many they have left the processor's cache, and
// each link would be waited for (100 ns) with the lock held.
class GlobalQueue {
 public:
  PLAIT_UNINSTRUMENTED void Push(G* g) { PushAll(&g, 1); }

  // All of batch[0, n), in this order.
  PLAIT_UNINSTRUMENTED void PushAll(G* const* batch, uint32_t n) {
    std::lock_guard guard(lock_);
    const uint32_t size = size_.load(std::memory_order_relaxed);  // relaxed: the lock's
    if (size + n > ring_.size()) Grow(size + n);
    for (uint32_t i = 0; i < n; ++i) ring_[(first_ + size + i) & (ring_.size() - 1)] = batch[i];
    size_.store(size + n);
  }

  PLAIT_UNINSTRUMENTED G* Pop() {
    G* g = nullptr;
    return PopSome(&g, 1) != 0 ? g : nullptr;
  }

  // The first ones, at most `most`, into `batch`; returns how many.
  PLAIT_UNINSTRUMENTED uint32_t PopSome(G** batch, uint32_t most) {
    if (size_.load() == 0) return 0;  // an empty queue costs its readers no lock
    std::lock_guard guard(lock_);
    const uint32_t size = size_.load(std::memory_order_relaxed);  // relaxed: the lock's
    const uint32_t n = std::min(size, most);
    for (uint32_t i = 0; i < n; ++i) batch[i] = ring_[(first_ + i) & (ring_.size() - 1)];
    first_ += n;
    size_.store(size - n);
    return n;
  }

  uint32_t size() const { return size_.load(); }
  bool empty() const { return size_.load() == 0; }

 private:
  PLAIT_UNINSTRUMENTED void Grow(size_t needed) {
    const race::Ignore ignored;  // the memory goes from thread to thread by a lock that the detector does not see
    std::vector<G*> larger(std::bit_ceil(std::max<size_t>(needed, 64)));
    for (size_t i = 0; i < size_.load(); ++i) larger[i] = ring_[(first_ + i) & (ring_.size() - 1)];
    ring_.swap(larger);
    first_ = 0;
  }

  Lock lock_;
  std::vector<G*> ring_;  // its size is 0 or a power of two
  size_t first_ = 0;
  std::atomic<uint32_t> size_{0};  // written under the lock
};

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_GLOBAL_QUEUE_H_
