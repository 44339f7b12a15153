#include "plait/runtime/stack/overflow.h"

#include <errno.h>
#include <sys/mman.h>

#include <atomic>
#include <mutex>

#include "plait/runtime/lock/lock.h"
#include "plait/runtime/stack/guard.h"

namespace plait::stack {

namespace {

// Room for a callback that prints, and for a sanitizer's handler behind us that symbolises a backtrace.
constexpr size_t kAltStackSize = 128 << 10;

using OnOverflow = void (*)(void*);
constinit std::atomic<OnOverflow> on_overflow_{nullptr};

using OnFaultReport = void (*)(int, siginfo_t*, void*);
constinit std::atomic<OnFaultReport> on_fault_{nullptr};

constinit Lock install_lock;
constinit bool installed = false;
// Written before our handler is in place, and not any more afterwards.
struct sigaction segv_before;
struct sigaction bus_before;

void Chain(int signal, siginfo_t* info, void* context) {
  const struct sigaction& before = signal == SIGBUS ? bus_before : segv_before;
  if ((before.sa_flags & SA_SIGINFO) != 0) {
    before.sa_sigaction(signal, info, context);
    return;
  }
  if (before.sa_handler == SIG_IGN && info->si_code <= 0) return;  // sent by kill, and ignored
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(signal);
    return;
  }
  if (const OnFaultReport report = on_fault_.load(); report != nullptr && info->si_code > 0)
    report(signal, info, context);
  // The default effect, from the place of the fault: return to it without a handler, and it faults again. A signal that
  // was sent does not come again by itself; it is blocked while we are here.
  struct sigaction fall_through = {};
  fall_through.sa_handler = SIG_DFL;
  sigaction(signal, &fall_through, nullptr);
  if (info->si_code <= 0) raise(signal);
}

void OnFault(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  // A positive code: the kernel's own signal, with the address of a fault.
  if (info->si_code > 0 && IsGuardAddress(info->si_addr)) on_overflow_.load()(info->si_addr);
  Chain(signal, info, context);
  errno = saved_errno;
}

}  // namespace

void InstallFaultReport(void (*on_fault)(int signal, siginfo_t* info, void* context)) { on_fault_.store(on_fault); }

void InstallOverflowHandler(void (*on_overflow)(void* fault_address)) {
  std::lock_guard hold(install_lock);
  on_overflow_.store(on_overflow);
  if (installed) return;
  installed = true;
  // Asked first and set later, not both at once: a fault of another thread in between must find the old handler.
  sigaction(SIGSEGV, nullptr, &segv_before);
  sigaction(SIGBUS, nullptr, &bus_before);
  struct sigaction ours = {};
  ours.sa_sigaction = &OnFault;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  sigaction(SIGSEGV, &ours, nullptr);
  sigaction(SIGBUS, &ours, nullptr);
}

AltStack::AltStack() {
  // Its own guard below: a handler that needs more must not write into a neighbour either.
  void* memory = mmap(nullptr, kGuardSize + kAltStackSize, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t stack = {};
  stack.ss_sp = static_cast<char*>(memory) + kGuardSize;
  stack.ss_size = kAltStackSize;
  if (mprotect(memory, kGuardSize, PROT_NONE) != 0 || sigaltstack(&stack, &before_) != 0) {
    munmap(memory, kGuardSize + kAltStackSize);
    return;
  }
  memory_ = memory;
}

AltStack::~AltStack() {
  if (memory_ == nullptr) return;
  sigaltstack(&before_, nullptr);
  munmap(memory_, kGuardSize + kAltStackSize);
}

}  // namespace plait::stack
