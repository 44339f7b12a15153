#include "plait/runtime/sync/semaphore.h"

#include <mutex>

#include "plait/runtime/goroutine/park.h"

namespace plait::internal {

bool Semaphore::Acquire(bool lifo, WaitReason reason, SourceLocation where) {
  lock_.lock();
  if (value_ > 0) {
    --value_;
    lock_.unlock();
    return true;
  }
  Waiter w;
  w.g = CurrentG();
  if (lifo) {
    queue_.PushFront(&w);
  } else {
    queue_.PushBack(&w);
  }
  const auto unlock = [](void* lock) {
    static_cast<Lock*>(lock)->unlock();
    return true;
  };
  return Park(reason, where, unlock, &lock_);
}

void Semaphore::Release() {
  Waiter* w;
  {
    std::lock_guard guard(lock_);
    w = queue_.PopFront();
    if (w == nullptr) {
      ++value_;
      return;
    }
  }
  Ready(w->g);
}

}  // namespace plait::internal
