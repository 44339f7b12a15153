// Stacks for goroutines.
//
//   stack::Stack s = stack::StackPool::Global().Get(stack::kDefaultStackSize);
//   if (!s) ...                              // no memory; never a crash
//   fiber.Init(s.lo, s.size, Entry, g);
//   ...
//   stack::StackPool::Global().Put(s);
//
// A stack is address space: its pages are committed when they are first touched and stay with it while it is pooled, so
// that the last one given back, which is the next one handed out, is warm. Below each lies a guard page; a goroutine
// that overflows its stack faults there (overflow.h) and does not write into somebody else's. Code with frames larger
// than a page needs -fstack-clash-protection, else it may step over the guard.
//
// Thread safety: everything may be called from any thread. Nothing here may be called on a stack while that stack is
// being put back.

#ifndef PLAIT_RUNTIME_STACK_STACK_POOL_H_
#define PLAIT_RUNTIME_STACK_STACK_POOL_H_

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "plait/runtime/seam/sanitized.h"
#include "plait/runtime/stack/size_class.h"

namespace plait::stack {

// Sanitizers make frames larger.
inline constexpr size_t kDefaultStackSize = (kSanitized ? 256 : 64) << 10;

// The usable range [lo, lo + size). Its guard lies below lo.
struct Stack {
  void* lo = nullptr;
  size_t size = 0;
  explicit operator bool() const { return lo != nullptr; }
};

// What a pool does, and what it may do. The defaults are for everybody but tests.
struct Options {
  // How address space is had: mmap, with its arguments and its way to fail.
  void* (*map)(void* address, size_t size, int protection, int flags, int fd, off_t offset) = nullptr;
  // Install guards by MADV_GUARD_INSTALL where the kernel has it (Linux 6.13): it needs no map entry.
  bool light_guards = true;
  // How many guards may be made by mprotect, which takes two map entries each; negative: a quarter of vm.max_map_count,
  // so that half of the process's map entries are left to it.
  int64_t max_protected_guards = -1;
};

struct Stats {
  size_t reserved_bytes = 0;  // address space, not memory
  size_t stacks_in_use = 0;
  size_t stacks_pooled = 0;     // ready to be handed out, warm or not
  size_t light_guards = 0;      // by MADV_GUARD_INSTALL
  size_t protected_guards = 0;  // by mprotect
  size_t unguarded = 0;         // stacks without a guard: an overflow of these goes unnoticed
};

class StackPool {
 public:
  explicit StackPool(Options options = {});
  // All stacks of the pool, also those in use, cease to exist.
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  // The process's pool, never destroyed.
  static StackPool& Global();

  // A stack of `size` bytes, rounded up to a power of two and to kMinStackSize, less up to 448 bytes at its end: stacks
  // that all end at one page offset would compete for the same lines of the cache (10.4 against 8.9 ns for a switch
  // among a hundred). Empty if there is no memory, or if size exceeds kMaxStackSize.
  Stack Get(size_t size);

  // Gives back what Get returned. Nobody may use it any more; AddressSanitizer reports who does.
  void Put(Stack stack);

  // Gives the memory of pooled stacks back to the system. They stay pooled, and keep their guards.
  void Trim();

  Stats stats();

 private:
  SizeClass& ClassOf(size_t size);

  std::array<SizeClass, kSizeClasses> classes_;
  Guards guards_;
};

}  // namespace plait::stack

#endif  // PLAIT_RUNTIME_STACK_STACK_POOL_H_
