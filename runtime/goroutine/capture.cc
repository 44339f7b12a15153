#include "plait/runtime/goroutine/capture.h"

#include <sys/mman.h>

#include <algorithm>
#include <mutex>

#include "plait/runtime/arch/walk.h"
#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/sched/freeze.h"
#include "plait/runtime/seam/race.h"

// Invariants while the world is frozen (freeze.h says why no memory may be allocated then):
//   K1  The list of Gs does not change: its lock was taken before. Which of them are dead may be in the middle of a
//       change; what is not dead may be believed (all_goroutines.cc, A2).
//   K2  A G with a stack is either on a thread, whose stack pointer lies in that stack, or suspended, and then its
//       fiber's saved frame lies in it: BindStack publishes the stack last, UnbindStack takes it back first.
//   K3  goroutines_ and pcs_ have room for all of them.

namespace plait {
namespace {

bool Contains(const stack::Stack& stack, const void* address) {
  const auto a = reinterpret_cast<uintptr_t>(address);
  const auto lo = reinterpret_cast<uintptr_t>(stack.lo);
  return a >= lo && a < lo + stack.size;
}

}  // namespace

Capture::Capture() {
  // What a stopped thread has noted of its stack is handed over by the freeze. (Here: nothing may be called then.)
  const race::Ignore ignored;
  const G* self = CurrentGOrNull();
  arch::Stack warm_up;
  arch::WalkHere(warm_up);  // not for the first time while the world is frozen
  AllGoroutines& all = AllGoroutines::Instance();
  std::lock_guard guard(all);
  size_t n = 0;
  for (const G* g = all.first(); g != nullptr; g = g->all_next) ++n;
  goroutines_.reserve(n);
  bytes_ = std::max<size_t>(n, 1) * 2 * arch::Stack::kKept * sizeof(void*);
  void* memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory != MAP_FAILED) pcs_ = static_cast<void**>(memory);
  {
    const sched::Frozen frozen;
    if (self != nullptr && !self->is_thread) Take(self, self);
    for (const G* g = all.first(); g != nullptr; g = g->all_next) {
      if (g != self && g->status.load() != GStatus::kDead) Take(g, self);
    }
  }
  // The caller first, the others by age.
  std::sort(goroutines_.begin(), goroutines_.end(), [](const CapturedGoroutine& a, const CapturedGoroutine& b) {
    return a.self != b.self ? a.self : a.id < b.id;
  });
}

Capture::~Capture() {
  if (pcs_ != nullptr) munmap(pcs_, bytes_);
}

void Capture::Take(const G* g, const G* self) {
  CapturedGoroutine& c = goroutines_.emplace_back();
  c.id = g->id;
  c.parent_id = g->parent_id;
  c.status = g->status.load();
  c.wait_reason = g->wait_reason;
  c.locked_to_thread = g->thread_locks != 0;
  c.self = g == self;
  c.created_at = g->created_at;
  c.created_pc = g->created_pc;
  if (c.status == GStatus::kWaiting) {
    c.waiting_since = g->waiting_since;
    c.waits_at = g->waits_at;
  }
  // Under a controller all but the caller are between two steps, whatever their status says.
  if (g->controller != nullptr && !c.self && c.status == GStatus::kRunning) c.status = GStatus::kRunnable;
  if (g->stack.lo == nullptr || pcs_ == nullptr) return;

  arch::Stack walked;
  const arch::Stack* stack = &walked;
  if (c.self) {
    arch::WalkHere(walked);
  } else if (const arch::Stack* on_thread = sched::Frozen::On(g->stack.lo, g->stack.size)) {
    stack = on_thread;
    if (c.status == GStatus::kRunnable || c.status == GStatus::kWaiting) c.status = GStatus::kRunning;
  } else if (c.status == GStatus::kRunning || c.status == GStatus::kSyscall) {
    // Between running and parked it is still called running, and its registers are saved; but one that runs on a
    // thread that does not come to the freeze, or that stands in a signal handler, must not be touched.
    c.unavailable = sched::Frozen::Interrupted(g) || !sched::Frozen::Complete();
    if (c.unavailable || !Contains(g->stack, g->fiber.saved_sp())) return;
    arch::WalkSuspended(g->fiber.saved_sp(), walked);
  } else if (Contains(g->stack, g->fiber.saved_sp())) {
    arch::WalkSuspended(g->fiber.saved_sp(), walked);
  }
  c.pcs = pcs_ + used_;
  c.size = stack->size;
  c.elided = stack->elided;
  std::copy(stack->pcs, stack->pcs + stack->size, pcs_ + used_);
  used_ += static_cast<size_t>(stack->size);
}

}  // namespace plait
