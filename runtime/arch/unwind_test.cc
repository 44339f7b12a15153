// The frames of the switch and of the entry can be unwound, by the tables that gdb and exceptions use.

#include <signal.h>
#include <ucontext.h>
#include <unwind.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "gtest/gtest.h"
#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/arch/fiber_test_util.h"

extern "C" void plait_fiber_entry();

namespace plait::arch {
namespace {

// Start addresses of the functions on the stack, innermost first.
struct Trace {
  uintptr_t functions[64];
  int size = 0;
  _Unwind_Reason_Code end;

  bool Has(uintptr_t function) const {
    for (int i = 0; i < size; ++i) {
      if (functions[i] == function) return true;
    }
    return false;
  }
};

_Unwind_Reason_Code Step(_Unwind_Context* context, void* arg) {
  Trace& trace = *static_cast<Trace*>(arg);
  if (trace.size == 64) return _URC_NORMAL_STOP;
  trace.functions[trace.size++] = _Unwind_GetRegionStart(context);
  return _URC_NO_REASON;
}

void Collect(Trace& trace) {
  trace.size = 0;
  trace.end = _Unwind_Backtrace(&Step, &trace);
}

template <typename Function>
uintptr_t Address(Function* function) {
  return reinterpret_cast<uintptr_t>(function);
}

__attribute__((noinline)) void Recurse(int depth, Trace& trace) {
  if (depth == 0) {
    Collect(trace);
  } else {
    Recurse(depth - 1, trace);
  }
  asm volatile("");  // no tail call
}

TEST(Unwind, EndsCleanlyAtTheEntry) {
  Trace trace;
  Flow flow([&](Flow&) { Recurse(3, trace); });
  flow.Resume();
  EXPECT_EQ(trace.end, _URC_END_OF_STACK);
  EXPECT_GT(trace.size, 5);
  // The undefined rip: the entry is the outermost frame, and is seen.
  EXPECT_EQ(trace.functions[trace.size - 1], Address(&plait_fiber_entry));
}

#if PLAIT_ARCH_SWITCH_INLINE
// Below, a trap after each instruction. (Sanitizers' own code would be stepped through as well.)

constexpr int kMaxSteps = 4096;
Trace traces[kMaxSteps];
uintptr_t addresses[kMaxSteps];
int steps = 0;

void OnTrap(int, siginfo_t*, void* context) {
  const uintptr_t rip = static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP];
  const bool inside = rip >= Address(&plait_switch) && rip < Address(&plait_fiber_start) + 12;
  if (!inside || steps == kMaxSteps) return;
  addresses[steps] = rip;
  Collect(traces[steps++]);
}

// rflags bit 8. The lea keeps clear of the red zone.
inline void SingleStep(bool on) {
  if (on) {
    asm volatile("leaq -128(%%rsp), %%rsp; pushfq; orq $0x100, (%%rsp); popfq; leaq 128(%%rsp), %%rsp"
                 :
                 :
                 : "cc", "memory");
  } else {
    asm volatile("leaq -128(%%rsp), %%rsp; pushfq; andq $~0x100, (%%rsp); popfq; leaq 128(%%rsp), %%rsp"
                 :
                 :
                 : "cc", "memory");
  }
}

char step_stack[256 << 10];
Fiber home, stepped;
ThreadRegs regs;

__attribute__((noinline)) void InFiber(void*) {
  Switch(stepped, home, regs);
  SwitchAndEnd(stepped, home, regs);
}

__attribute__((noinline)) void InThread() {
  SingleStep(true);
  Switch(home, stepped, regs);
  Switch(home, stepped, regs);
  SingleStep(false);
}

TEST(Unwind, FromEveryInstructionOfTheSwitch) {
  struct sigaction on_trap = {}, before;
  on_trap.sa_sigaction = &OnTrap;
  on_trap.sa_flags = SA_SIGINFO;
  sigaction(SIGTRAP, &on_trap, &before);
  Trace warm_up;
  Collect(warm_up);  // the unwinder allocates and binds symbols at its first use
  regs = ThreadRegs::OfThisThread();
  stepped.Init(step_stack, sizeof step_stack, &InFiber, nullptr);
  InThread();
  sigaction(SIGTRAP, &before, nullptr);

  // Four switches and the entry; the very first instructions of a switch may be skipped while signals settle.
  ASSERT_GT(steps, 4 * 20);
  int in_thread = 0, in_fiber = 0, in_entry = 0;
  for (int i = 0; i < steps; ++i) {
    const uintptr_t offset = addresses[i] - Address(&plait_switch);
    // Each instruction belongs to one of the two flows, and its trace shows that flow whole.
    const bool thread = traces[i].Has(Address(&InThread));
    const bool entry = traces[i].size > 0 && traces[i].functions[traces[i].size - 1] == Address(&plait_fiber_entry);
    EXPECT_TRUE(thread != entry) << "step " << i << " at plait_switch+" << offset;
    EXPECT_EQ(traces[i].end, _URC_END_OF_STACK) << "step " << i << " at plait_switch+" << offset;
    in_thread += thread;
    in_fiber += traces[i].Has(Address(&InFiber));
    in_entry += entry && !traces[i].Has(Address(&InFiber));
  }
  EXPECT_GT(in_thread, 20);
  EXPECT_GT(in_fiber, 20);
  EXPECT_GE(in_entry, 3);
}
#endif

}  // namespace
}  // namespace plait::arch
