#include "plait/runtime/sync/semaphore.h"

#include <mutex>

#include "plait/runtime/goroutine/park.h"

namespace plait::internal {

bool Semaphore::TryTake() {
  uint32_t v = value_.load();
  while (v > 0) {
    if (value_.compare_exchange_weak(v, v - 1)) return true;
  }
  return false;
}

bool Semaphore::Acquire(bool lifo, WaitReason reason, SourceLocation where) {
  if (TryTake()) return true;
  Waiter w;
  w.g = CurrentG();
  for (;;) {
    lock_.lock();
    waiters_.fetch_add(1);
    if (TryTake()) {
      waiters_.fetch_sub(1);
      lock_.unlock();
      return true;
    }
    w.success = false;
    if (lifo) {
      queue_.PushFront(&w);
    } else {
      queue_.PushBack(&w);
    }
    const auto unlock = [](void* lock) {
      static_cast<Lock*>(lock)->unlock();
      return true;
    };
    if (!Park(reason, where, unlock, &lock_)) return false;
    // success: the unit was handed over; otherwise a passer-by may have taken it meanwhile.
    if (w.success || TryTake()) return true;
    lifo = true;  // it has waited longest
  }
}

void Semaphore::Release(bool handoff) {
  value_.fetch_add(1);
  if (waiters_.load() == 0) return;
  Waiter* w;
  {
    std::lock_guard guard(lock_);
    w = queue_.PopFront();
    if (w == nullptr) return;  // an acquirer took the unit under the lock instead of parking
    waiters_.fetch_sub(1);
    w->success = handoff && TryTake();
  }
  Ready(w->g);
}

}  // namespace plait::internal
