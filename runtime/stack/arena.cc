#include "plait/runtime/stack/arena.h"

#include <sys/mman.h>

#include <mutex>

#include "plait/runtime/lock/lock.h"
#include "plait/runtime/stack/shadow.h"

namespace plait::stack {

namespace {

// A table and not a list: a signal handler walks it while entries come and go. A pool of a million stacks has 13
// arenas.
constexpr size_t kMaxArenas = 1024;
constinit Arena table[kMaxArenas];
constinit std::atomic<size_t> table_used{0};  // entries that were ever in use
constinit Lock table_lock;

}  // namespace

bool IsGuardAddress(const void* address) {
  const uintptr_t a = reinterpret_cast<uintptr_t>(address);
  const size_t used = table_used.load();
  for (size_t i = 0; i < used; ++i) {
    const uintptr_t base = table[i].base_.load();
    if (base == 0 || a < base || a >= table[i].guarded_end_.load()) continue;
    return (a - base) % table[i].stride_.load() < kGuardSize;
  }
  return false;
}

Arena* AcquireArena(size_t stride, size_t slots, MapFunction map) {
  std::lock_guard hold(table_lock);
  size_t i = 0;
  while (i < kMaxArenas && table[i].base_.load() != 0) ++i;
  if (i == kMaxArenas) return nullptr;

  void* base;
  {
    ShadowIgnored ignored;
    base = map(nullptr, stride * slots, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK,
               -1, 0);
  }
  if (base == MAP_FAILED) return nullptr;
  // A huge page would commit 2 MiB where a goroutine touches 4 KiB. Refused by kernels that have none.
  madvise(base, stride * slots, MADV_NOHUGEPAGE);

  Arena& arena = table[i];
  arena.stride_.store(stride);
  arena.slots_ = slots;
  arena.carved_ = 0;
  arena.guarded_end_.store(reinterpret_cast<uintptr_t>(base));
  arena.base_.store(reinterpret_cast<uintptr_t>(base));  // A1
  if (i >= table_used.load()) table_used.store(i + 1);
  return &arena;
}

void ReleaseArena(Arena* arena) {
  std::lock_guard hold(table_lock);
  char* base = reinterpret_cast<char*>(arena->base_.load());
  arena->base_.store(0);                                      // A1
  ResetShadow(base, arena->carved_ * arena->stride_.load());  // for whoever gets this address next
  munmap(base, arena->slots_ * arena->stride_.load());
}

size_t Arena::Carve(size_t n, Guards& guards) {
  const size_t first = carved_;
  const uintptr_t stride = stride_.load();
  const uintptr_t begin = base_.load() + first * stride;
  const size_t guarded = guards.Install(reinterpret_cast<char*>(begin), stride, n);
  if (guarded_end_.load() == begin) guarded_end_.store(begin + guarded * stride);  // A2
  carved_ += n;
  return first;
}

}  // namespace plait::stack
