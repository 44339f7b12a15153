#ifndef PLAIT_RUNTIME_STACK_STACK_CACHE_H_
#define PLAIT_RUNTIME_STACK_STACK_CACHE_H_

#include <array>
#include <cstdint>

#include "plait/runtime/seam/sanitized.h"
#include "plait/runtime/stack/stack_pool.h"

namespace plait::stack {

// A few stacks of the default size on their way from one goroutine to the next of the same worker, without a lock. The
// last one in is the first one out: the warmest.
//
// Thread safety: none; one worker's own. Always empty under sanitizers, whose shadow the pool resets.
class StackCache {
 public:
  StackCache() = default;
  StackCache(const StackCache&) = delete;
  StackCache& operator=(const StackCache&) = delete;
  ~StackCache() { Flush(); }

  // As StackPool::Get(kDefaultStackSize), StackPool::Put.
  Stack Get() { return size_ != 0 ? stacks_[--size_] : StackPool::Global().Get(kDefaultStackSize); }
  void Put(Stack stack) {
    if (!kSanitized && size_ < kMost && stack.size <= kDefaultStackSize && stack.size > kDefaultStackSize / 2)
        [[likely]] {
      stacks_[size_++] = stack;
    } else {
      StackPool::Global().Put(stack);
    }
  }

  // Gives all of them to the pool: before the worker sleeps.
  void Flush() {
    while (size_ != 0) StackPool::Global().Put(stacks_[--size_]);
  }

 private:
  static constexpr uint32_t kMost = 32;

  uint32_t size_ = 0;
  std::array<Stack, kMost> stacks_;
};

}  // namespace plait::stack

#endif  // PLAIT_RUNTIME_STACK_STACK_CACHE_H_
