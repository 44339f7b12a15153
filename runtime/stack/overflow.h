// Finding out that a goroutine has overflowed its stack.
//
// The fault happens on a stack that has no room left, so the handler runs on another one, which every thread that runs
// goroutines must have:
//
//   stack::InstallOverflowHandler(&DieOfStackOverflow);   // once per process
//   stack::AltStack alt;                                  // in every such thread, for as long as it runs goroutines

#ifndef PLAIT_RUNTIME_STACK_OVERFLOW_H_
#define PLAIT_RUNTIME_STACK_OVERFLOW_H_

#include <signal.h>

#include <cstddef>

#include "plait/runtime/stack/arena.h"  // IsGuardAddress

namespace plait::stack {

// From now on a fault in a stack's guard calls on_overflow(address), which must be async-signal-safe and is expected to
// end the process; if it returns, the process dies of the signal. Every other SIGSEGV and SIGBUS goes to the handler
// that was there before, or has its default effect. Calls after the first only replace on_overflow. Thread safety: any
// thread.
void InstallOverflowHandler(void (*on_overflow)(void* fault_address));

// From now on any other SIGSEGV or SIGBUS that the kernel raises and that is about to have its default effect calls
// on_fault first, on the alternate stack; it must be async-signal-safe.
void InstallFaultReport(void (*on_fault)(int signal, siginfo_t* info, void* context));

// Gives the calling thread an alternate signal stack, and the one it had before back at the end. Without memory for it
// the thread keeps what it had, and an overflow ends the process by SIGSEGV without a word.
class AltStack {
 public:
  AltStack();
  ~AltStack();  // on the same thread
  AltStack(const AltStack&) = delete;
  AltStack& operator=(const AltStack&) = delete;

 private:
  void* memory_ = nullptr;
  stack_t before_{};
};

}  // namespace plait::stack

#endif  // PLAIT_RUNTIME_STACK_OVERFLOW_H_
