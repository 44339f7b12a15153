#include "plait/runtime/arch/walk.h"

#include <unwind.h>

extern "C" void plait_call_below(void* saved_sp, void (*f)(void*), void* arg);

namespace plait::arch {
namespace {

struct Walk {
  Stack* stack;
  int skip;  // innermost frames: our own
};

_Unwind_Reason_Code Step(_Unwind_Context* context, void* arg) {
  Walk& walk = *static_cast<Walk*>(arg);
  int before_instruction = 0;
  const uintptr_t pc = _Unwind_GetIPInfo(context, &before_instruction);
  if (pc == 0) return _URC_NORMAL_STOP;
  if (walk.skip > 0) {
    --walk.skip;
  } else {
    walk.stack->Add(reinterpret_cast<void*>(pc + (before_instruction != 0 ? 1 : 0)));
  }
  return _URC_NO_REASON;
}

}  // namespace

void Stack::Straighten() {
  if (elided == 0) return;
  const int first = elided % kKept;
  void* last[kKept];
  for (int i = 0; i < kKept; ++i) last[i] = pcs[kKept + (first + i) % kKept];
  for (int i = 0; i < kKept; ++i) pcs[kKept + i] = last[i];
}

void WalkSuspended(void* saved_sp, Stack& stack) {
  const auto below = [](void* arg) {
    Walk walk{static_cast<Stack*>(arg), /*skip=*/2};  // this function, and plait_call_below
    _Unwind_Backtrace(&Step, &walk);
  };
  stack.size = stack.elided = 0;
  plait_call_below(saved_sp, below, &stack);
  stack.Straighten();
}

__attribute__((noinline)) void WalkHere(Stack& stack) {
  stack.size = stack.elided = 0;
  Walk walk{&stack, /*skip=*/1};
  _Unwind_Backtrace(&Step, &walk);
  stack.Straighten();
}

}  // namespace plait::arch
