// Address space cut into equal slots, each a guard page with a stack above it; and the table of all arenas of the
// process, in which a signal handler finds out what a faulting address is. Internal to StackPool, except
// IsGuardAddress.

#ifndef PLAIT_RUNTIME_STACK_ARENA_H_
#define PLAIT_RUNTIME_STACK_ARENA_H_

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "plait/runtime/stack/guard.h"

namespace plait::stack {

using MapFunction = void* (*)(void* address, size_t size, int protection, int flags, int fd, off_t offset);

// Whether the address lies in the guard of some stack. Async-signal-safe.
bool IsGuardAddress(const void* address);

// Written by one thread at a time (its SizeClass's grow lock); the atomics are what IsGuardAddress reads meanwhile.
//
//   A1  base_ is 0 exactly while the entry of the table is free. It is stored last when an arena comes, first when it
//       goes.
//   A2  The slots in [base_, guarded_end_) have guards. guarded_end_ stops for ever at the first slot that gets none.
class Arena {
 public:
  size_t slots() const { return slots_; }
  size_t carved() const { return carved_; }
  bool full() const { return carved_ == slots_; }

  // Puts the next n slots to use, with guards if possible; returns the index of the first.
  size_t Carve(size_t n, Guards& guards);

  char* StackAt(size_t slot) const {
    return reinterpret_cast<char*>(base_.load()) + slot * stride_.load() + kGuardSize;
  }

 private:
  friend bool IsGuardAddress(const void* address);
  friend Arena* AcquireArena(size_t stride, size_t slots, MapFunction map);
  friend void ReleaseArena(Arena* arena);

  std::atomic<uintptr_t> base_{0};
  std::atomic<uintptr_t> stride_{0};
  std::atomic<uintptr_t> guarded_end_{0};
  size_t slots_ = 0;
  size_t carved_ = 0;
};

// Reserves address space for so many slots of stride bytes. Null if there is none, or if the table is full.
Arena* AcquireArena(size_t stride, size_t slots, MapFunction map);
void ReleaseArena(Arena* arena);

}  // namespace plait::stack

#endif  // PLAIT_RUNTIME_STACK_ARENA_H_
