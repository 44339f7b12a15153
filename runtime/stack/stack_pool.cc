#include "plait/runtime/stack/stack_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <new>

#include "plait/runtime/stack/shadow.h"

namespace plait::stack {

namespace {

// Stacks lie an odd number of pages apart, so the page number spreads over all eight colours.
Stack Coloured(char* lo, size_t size) { return {lo, size - (reinterpret_cast<uintptr_t>(lo) / kGuardSize) % 8 * 64}; }

}  // namespace

StackPool::StackPool(Options options) {
  guards_.Configure(options.light_guards, options.max_protected_guards);
  for (size_t i = 0; i < kSizeClasses; ++i) {
    classes_[i].Configure(kMinStackSize << i, options.map != nullptr ? options.map : &mmap, &guards_);
  }
}

StackPool::~StackPool() = default;

StackPool& StackPool::Global() {
  // Never destroyed: goroutines may still be parked on its stacks when the process ends.
  alignas(StackPool) static char memory[sizeof(StackPool)];
  static StackPool* pool = new (memory) StackPool;
  return *pool;
}

// Also right for the size of a coloured stack.
SizeClass& StackPool::ClassOf(size_t size) {
  return classes_[std::bit_width((std::max(size, kMinStackSize) - 1) / kMinStackSize)];
}

Stack StackPool::Get(size_t size) {
  if (size > kMaxStackSize) [[unlikely]]
    return {};
  SizeClass& stacks = ClassOf(size);
  char* lo = stacks.Take();
  if (lo == nullptr) [[unlikely]]
    return {};
  OpenStack(lo, stacks.stack_size());
  return Coloured(lo, stacks.stack_size());
}

void StackPool::Put(Stack stack) {
  SizeClass& stacks = ClassOf(stack.size);
  char* lo = static_cast<char*>(stack.lo);
  if (!ResetShadow(lo, stacks.stack_size())) return;  // lost
  CloseStack(lo, stacks.stack_size());
  stacks.Put(lo);
}

void StackPool::Trim() {
  for (SizeClass& stacks : classes_) stacks.Trim();
}

Stats StackPool::stats() {
  Stats sum{
      .light_guards = guards_.light(), .protected_guards = guards_.protected_pages(), .unguarded = guards_.unguarded()};
  for (SizeClass& stacks : classes_) {
    const SizeClass::Counts counts = stacks.counts();
    sum.reserved_bytes += counts.reserved_bytes;
    sum.stacks_pooled += counts.pooled;
    sum.stacks_in_use += counts.carved - counts.pooled;
  }
  return sum;
}

}  // namespace plait::stack
