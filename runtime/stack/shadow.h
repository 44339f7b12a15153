// What sanitizers remember about a stack's memory. All of it is nothing in a build without one.

#ifndef PLAIT_RUNTIME_STACK_SHADOW_H_
#define PLAIT_RUNTIME_STACK_SHADOW_H_

#include <cstddef>

namespace plait::stack {

// To be called before a stack that has been used serves another flow: forgets red zones (AddressSanitizer) and past
// accesses (ThreadSanitizer, which would take the two flows' use of one address for a race). StackPool::Put calls it; a
// scheduler that hands a stack from goroutine to goroutine without the pool calls it itself. The contents may be lost.
// False if the memory itself was lost on the way, which only lack of memory under ThreadSanitizer can bring about.
bool ResetShadow(void* lo, size_t size);

// Between a stack's Get and its Put LeakSanitizer looks for pointers there (at exit, which takes 0.4 ms for each stack
// still in use). Outside, touching it is an error.
void OpenStack(void* lo, size_t size);
void CloseStack(void* lo, size_t size);

// While one lives, ThreadSanitizer overlooks what this thread does to memory, which it notices even in code that is not
// instrumented: malloc, free, memmove, and mmap, which it takes for a write to all of the range. Needed wherever memory
// goes from thread to thread by an uninstrumented lock.
class ShadowIgnored {
 public:
#ifdef PLAIT_TSAN
  ShadowIgnored();
  ~ShadowIgnored();
#else
  ShadowIgnored() {}  // user-provided: a guard that looks unused is no warning
  ~ShadowIgnored() {}
#endif
  ShadowIgnored(const ShadowIgnored&) = delete;
  ShadowIgnored& operator=(const ShadowIgnored&) = delete;
};

}  // namespace plait::stack

#endif  // PLAIT_RUNTIME_STACK_SHADOW_H_
