// Flows of control and the switch between them.
//
//   arch::ThreadRegs thread = arch::ThreadRegs::OfThisThread();
//   arch::Fiber home, worker;                       // home: this thread's own stack
//   worker.Init(stack.lo, stack.size, Work, &job);
//   arch::Switch(home, worker, thread);             // runs Work(&job) until it switches back
//
// What belongs to a flow and is kept over its suspension: the callee-saved registers, the control words of the floating
// point units, errno, and the C++ exception state, so that a flow may be suspended inside a catch block or in a
// destructor that runs because of an exception. AddressSanitizer and ThreadSanitizer are told about every switch.
//
// Thread safety: none. A fiber is touched by one thread at a time; it may go from thread to thread only while
// suspended, and the hand-over must synchronise. Nothing derived from thread-local storage may be held across Switch: a
// compiler is free to compute the address of errno, or of any thread_local, before the call and to use it after, on
// another thread.

#ifndef PLAIT_RUNTIME_ARCH_FIBER_H_
#define PLAIT_RUNTIME_ARCH_FIBER_H_

#include <cstddef>
#include <cstdint>

#if !defined(__x86_64__) || !defined(__linux__) || defined(__ILP32__)
#error "plait switches goroutines on x86-64 Linux only: to port it, write switch_<processor>.S beside switch_amd64.S"
#endif

// Where a sanitizer may have to be told, the switch is a call into fiber.cc. Elsewhere it is inlined.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(PLAIT_TSAN)
#define PLAIT_ARCH_SWITCH_INLINE 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PLAIT_ARCH_SWITCH_INLINE 0
#endif
#endif
#ifndef PLAIT_ARCH_SWITCH_INLINE
#define PLAIT_ARCH_SWITCH_INLINE 1
#endif

// switch_amd64.S
extern "C" void plait_switch(void** save_sp, void* load_sp);
extern "C" void plait_fiber_start();

namespace plait::arch {

// The C++ library's exception state of one thread, as the C++ ABI lays it out (__cxa_eh_globals).
struct EhGlobals {
  void* caught_exceptions;
  unsigned uncaught_exceptions;
};

// What one OS thread keeps for the switch: the addresses of its errno and of its exception state. Read once per thread
// and then passed along; valid on that thread, until it ends.
struct ThreadRegs {
  int* errno_address;
  EhGlobals* eh_globals;

  // Never merged or cached by the compiler, unlike errno and __cxa_get_globals() themselves.
  static ThreadRegs OfThisThread();
};

// A suspended flow's registers at the stored stack pointer; drawn in switch_amd64.S.
struct SavedFrame {
  uint32_t mxcsr;
  uint16_t x87_control;
  uint16_t unused;
  uintptr_t r15, r14, r13, r12, rbx, rbp, rip;
};
static_assert(sizeof(SavedFrame) == 64);

// A flow of control with (or, for a thread's own stack, without) its own stack.
class Fiber {
 public:
  // Stands for the calling thread's own stack, once that has been switched away from.
  Fiber() = default;

  // Forgets the flow. It need not have ended: an unfinished one is abandoned (nothing on its stack is destroyed, and
  // what sanitizers hold for it is released). Must not be the running flow.
  ~Fiber() {
    if (sanitizer_ != nullptr) ReleaseSanitizer();
  }

  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Makes this a new flow: the first switch to it calls entry(arg) on the stack [lo, lo + size), with the floating
  // point control words at their defaults, errno 0, and no exception in flight. entry must not return; it ends by
  // SwitchAndEnd. The end of the stack is written to. May be called again, with the same stack or another one, once the
  // flow ended or is to be abandoned; under ThreadSanitizer a stack that served another flow must pass
  // stack::ResetShadow first.
  void Init(void* lo, size_t size, void (*entry)(void*), void* arg);

  // After Init: names the flow in ThreadSanitizer's reports, by its first 63 characters. Nothing in other builds.
  void SetName([[maybe_unused]] const char* name) {
#ifdef PLAIT_TSAN
    SetNameOutOfLine(name);
#endif
  }

  // The stack pointer saved by the last switch away, for debuggers. Points to a SavedFrame while the fiber is
  // suspended.
  void* saved_sp() const { return sp_; }

 private:
  struct Sanitizer;

  friend void Switch(Fiber& from, Fiber& to, const ThreadRegs& thread);
  friend void SwitchOutOfLine(Fiber& from, Fiber& to, const ThreadRegs& thread, bool from_ends);

  void InitPlain(void* lo, size_t size, void (*entry)(void*), void* arg);
  void InitOutOfLine(void* lo, size_t size, void (*entry)(void*), void* arg);
  void ReleaseSanitizer();
  void SetNameOutOfLine(const char* name);

  static void SwitchPlain(Fiber& from, Fiber& to, const ThreadRegs& thread);
  static void Arrive(Fiber& self);
  [[noreturn]] static void FirstArrival(void* self);
  static Sanitizer& SanitizerOf(Fiber& fiber);

  void* sp_ = nullptr;  // first: gdb_goroutines.py
  int errno_ = 0;
  EhGlobals eh_{};
  Sanitizer* sanitizer_ = nullptr;  // null without sanitizers; always there, so that the layout is one
};

// As Switch below, never inlined, and with the calls to the sanitizer that fiber.cc was compiled for.
void SwitchOutOfLine(Fiber& from, Fiber& to, const ThreadRegs& thread, bool from_ends);

// Suspends `from`, which must be the running flow, and runs `to`, which must be suspended. `thread` is the calling
// thread's. Returns when somebody switches back to `from`, perhaps on another thread; `thread` may then be another
// thread's.
void Switch(Fiber& from, Fiber& to, const ThreadRegs& thread);

// As Switch, but `from` never runs again. The flow that is switched to, or one later than that, may Init or destroy
// `from`.
[[noreturn]] void SwitchAndEnd(Fiber& from, Fiber& to, const ThreadRegs& thread);

// Only implementation below.

// errno and the exception state change hands before the stack does, on the thread that executes the switch: after it,
// this code could not know which thread it is on without looking into thread-local storage.
[[gnu::always_inline]] inline void Fiber::SwitchPlain(Fiber& from, Fiber& to, const ThreadRegs& thread) {
  from.errno_ = *thread.errno_address;
  from.eh_ = *thread.eh_globals;
  *thread.errno_address = to.errno_;
  *thread.eh_globals = to.eh_;
  plait_switch(&from.sp_, to.sp_);
}

[[gnu::always_inline]] inline void Fiber::InitPlain(void* lo, size_t size, void (*entry)(void*), void* arg) {
  const uintptr_t top = (reinterpret_cast<uintptr_t>(lo) + size) & ~uintptr_t{15};
  auto* frame = reinterpret_cast<SavedFrame*>(top - sizeof(SavedFrame));
  *frame = {.mxcsr = 0x1f80,
            .x87_control = 0x037f,
            .unused = 0,
            .r15 = 0,
            .r14 = 0,
            .r13 = reinterpret_cast<uintptr_t>(arg),
            .r12 = reinterpret_cast<uintptr_t>(entry),
            .rbx = 0,
            .rbp = 0,
            .rip = reinterpret_cast<uintptr_t>(&plait_fiber_start)};
  sp_ = frame;
  errno_ = 0;
  eh_ = EhGlobals{};
}

// always_inline: a copy with and a copy without sanitizer calls must never compete for one symbol in the linker.
[[gnu::always_inline]] inline void Switch(Fiber& from, Fiber& to, const ThreadRegs& thread) {
#if PLAIT_ARCH_SWITCH_INLINE
  Fiber::SwitchPlain(from, to, thread);
#else
  SwitchOutOfLine(from, to, thread, /*from_ends=*/false);
#endif
}

[[gnu::always_inline]] inline void Fiber::Init(void* lo, size_t size, void (*entry)(void*), void* arg) {
#if PLAIT_ARCH_SWITCH_INLINE
  InitPlain(lo, size, entry, arg);
#else
  InitOutOfLine(lo, size, entry, arg);
#endif
}

}  // namespace plait::arch

#endif  // PLAIT_RUNTIME_ARCH_FIBER_H_
