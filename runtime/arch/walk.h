// The stack of a fiber that does not run, walked from outside.
//
//   Stack stack;
//   arch::WalkSuspended(fiber.saved_sp(), stack);      // a fiber that is suspended
//   arch::WalkHere(stack);                             // the caller's own
//
// Nothing is written to the fiber and nothing runs on it: a frame of ours pretends to the unwinder to have been called
// from the place where the fiber was suspended (walk_amd64.S). Allocates nothing and takes no lock, so that the rest of
// the process may be frozen at any point meanwhile, even inside malloc.
//
// Thread safety: the fiber must stay suspended.

#ifndef PLAIT_RUNTIME_ARCH_WALK_H_
#define PLAIT_RUNTIME_ARCH_WALK_H_

#include <cstdint>

namespace plait::arch {

// Return addresses, innermost first: of a deep stack the first and the last kKept frames (DUMP-14). An address at which
// a signal interrupted the flow is stored plus one, so that the byte before it always belongs to the instruction meant.
struct Stack {
  static constexpr int kKept = 50;

  void* pcs[2 * kKept];
  int size = 0;
  int elided = 0;  // frames left out behind the first kKept

  void Add(void* pc) {
    if (size < 2 * kKept) {
      pcs[size++] = pc;
      return;
    }
    pcs[kKept + elided % kKept] = pc;  // a ring, turned straight by Straighten
    ++elided;
  }
  void Straighten();
};

void WalkSuspended(void* saved_sp, Stack& stack);

// From the caller on. Called first by an ordinary thread at some time, since the unwinder initialises itself then.
void WalkHere(Stack& stack);

}  // namespace plait::arch

#endif  // PLAIT_RUNTIME_ARCH_WALK_H_
