#ifndef PLAIT_RUNTIME_SCHED_GLOBAL_QUEUE_H_
#define PLAIT_RUNTIME_SCHED_GLOBAL_QUEUE_H_

#include <atomic>
#include <mutex>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/uninstrumented.h"

namespace plait::sched {

// Runnable goroutines that belong to no P: readied by plain threads and timers, or overflowed from a full ring.
// Unbounded, first in, first out. Thread safe.
class GlobalQueue {
 public:
  PLAIT_UNINSTRUMENTED void Push(G* g) {
    g->sched_link = nullptr;
    std::lock_guard guard(lock_);
    (last_ != nullptr ? last_->sched_link : first_) = g;
    last_ = g;
    size_.fetch_add(1);
  }

  PLAIT_UNINSTRUMENTED G* Pop() {
    if (size_.load() == 0) return nullptr;  // an empty queue costs its readers no lock
    std::lock_guard guard(lock_);
    G* g = first_;
    if (g == nullptr) return nullptr;
    first_ = g->sched_link;
    if (first_ == nullptr) last_ = nullptr;
    size_.fetch_sub(1);
    return g;
  }

  bool empty() const { return size_.load() == 0; }

 private:
  Lock lock_;
  G* first_ = nullptr;
  G* last_ = nullptr;
  std::atomic<uint32_t> size_{0};
};

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_GLOBAL_QUEUE_H_
