// For gdb_test: a fiber parked three calls deep, and a function to stop in.

#include "plait/runtime/arch/fiber.h"

extern "C" {
plait::arch::Fiber parked;  // a name that gdb finds without debug information
}

namespace {

plait::arch::Fiber home;
alignas(16) char stack[256 << 10];
volatile int sink;

__attribute__((noinline)) void Leaf(int n) {
  sink = n;
  plait::arch::Switch(parked, home, plait::arch::ThreadRegs::OfThisThread());
  sink = n;
}

__attribute__((noinline)) void Middle(int n) {
  Leaf(n + 1);
  sink = n;
}

void Outer(void*) {
  Middle(40);
  plait::arch::SwitchAndEnd(parked, home, plait::arch::ThreadRegs::OfThisThread());
}

}  // namespace

extern "C" __attribute__((noinline)) void StopHere() { sink = 1; }

int main() {
  parked.Init(stack, sizeof stack, &Outer, nullptr);
  plait::arch::Switch(home, parked, plait::arch::ThreadRegs::OfThisThread());
  StopHere();
}
