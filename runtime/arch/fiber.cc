// The parts of fiber.h that are not inlined, and the sanitizers' side of every switch.
//
// Invariants, under a sanitizer:
//   F1  sanitizer_->lo and size are the bounds of the flow's stack whenever it is suspended. A thread's own are not known
//       before: AddressSanitizer tells them to the flow that arrives, which finds in came_from whose they are.
//   F2  came_from is read on arrival only, when the flow that was left has not been published to anybody yet.
//   F3  fake_stack is AddressSanitizer's fake stack of a suspended flow; null before it first ran and after it ended.
//   F4  tsan is ThreadSanitizer's state. It is ours to destroy exactly when own_stack is set.

#include "plait/runtime/arch/fiber.h"

#include <cxxabi.h>
#include <errno.h>
#include <unistd.h>

#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__)
#define PLAIT_ARCH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLAIT_ARCH_ASAN 1
#endif
#endif

#ifdef PLAIT_ARCH_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef PLAIT_TSAN
#include <sanitizer/tsan_interface.h>
#endif

// Called by plait_fiber_entry, whose caller does not exist.
extern "C" [[noreturn]] void plait_fiber_returned() {
  static constexpr char kText[] = "plait: a fiber's entry function returned; it must end by SwitchAndEnd\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kText, sizeof kText - 1);
  abort();
}

// The compiler must put nothing of its own between the calls to a sanitizer and the switch.
#define PLAIT_ARCH_BARE __attribute__((noinline, no_sanitize("address", "thread", "undefined")))

namespace plait::arch {

// Not inlined and not a pure function in the compiler's eyes (the asm), even with link-time optimisation.
__attribute__((noinline)) ThreadRegs ThreadRegs::OfThisThread() {
  ThreadRegs regs{&errno, reinterpret_cast<EhGlobals*>(abi::__cxa_get_globals())};
  asm volatile("" : "+r"(regs.errno_address), "+r"(regs.eh_globals) : : "memory");
  return regs;
}

struct Fiber::Sanitizer {
  void* lo = nullptr;
  size_t size = 0;
  bool own_stack = false;
  void (*entry)(void*) = nullptr;
  void* arg = nullptr;
  Fiber* came_from = nullptr;
  void* fake_stack = nullptr;
  void* tsan = nullptr;
  bool ran = false;
};

Fiber::Sanitizer& Fiber::SanitizerOf(Fiber& fiber) {
  if (fiber.sanitizer_ == nullptr) fiber.sanitizer_ = new Sanitizer;
  return *fiber.sanitizer_;
}

#if defined(PLAIT_ARCH_ASAN) || defined(PLAIT_TSAN)

PLAIT_ARCH_BARE void SwitchOutOfLine(Fiber& from, Fiber& to, const ThreadRegs& thread,
                                     [[maybe_unused]] bool from_ends) {
  const ThreadRegs regs = thread;  // the caller's may lie in the fake stack, which is about to be freed
  Fiber::Sanitizer& leaving = Fiber::SanitizerOf(from);
  Fiber::Sanitizer& arriving = *to.sanitizer_;
  arriving.came_from = &from;
#ifdef PLAIT_ARCH_ASAN
  // A null address frees the fake stack of the flow that ends.
  __sanitizer_start_switch_fiber(from_ends ? nullptr : &leaving.fake_stack, arriving.lo, arriving.size);
#endif
#ifdef PLAIT_TSAN
  if (!leaving.own_stack) leaving.tsan = __tsan_get_current_fiber();
  arriving.ran = true;
  // no_sync: two goroutines that share a thread are not ordered by that.
  __tsan_switch_to_fiber(arriving.tsan, __tsan_switch_to_fiber_no_sync);
#endif
  Fiber::SwitchPlain(from, to, regs);
  Fiber::Arrive(from);
}

PLAIT_ARCH_BARE void Fiber::Arrive([[maybe_unused]] Fiber& self) {
#ifdef PLAIT_ARCH_ASAN
  const void* left_lo = nullptr;
  size_t left_size = 0;
  __sanitizer_finish_switch_fiber(self.sanitizer_->fake_stack, &left_lo, &left_size);
  self.sanitizer_->fake_stack = nullptr;
  Sanitizer& left = *self.sanitizer_->came_from->sanitizer_;  // F2
  if (!left.own_stack) {
    left.lo = const_cast<void*>(left_lo);
    left.size = left_size;
  }
#endif
}

PLAIT_ARCH_BARE void Fiber::FirstArrival(void* self) {
  Fiber& fiber = *static_cast<Fiber*>(self);
  Arrive(fiber);
  fiber.sanitizer_->entry(fiber.sanitizer_->arg);
  plait_fiber_returned();
}

void Fiber::InitOutOfLine(void* lo, size_t size, void (*entry)(void*), void* arg) {
  if (sanitizer_ != nullptr) ReleaseSanitizer();
  Sanitizer& mine = SanitizerOf(*this);
  mine.lo = lo;
  mine.size = size;
  mine.own_stack = true;
  mine.entry = entry;
  mine.arg = arg;
#ifdef PLAIT_ARCH_ASAN
  __asan_unpoison_memory_region(lo, size);  // red zones of frames that never returned
#endif
#ifdef PLAIT_TSAN
  mine.tsan = __tsan_create_fiber(0);  // what happened before Init happened before entry
#endif
  InitPlain(lo, size, &FirstArrival, this);
}

void Fiber::SetNameOutOfLine([[maybe_unused]] const char* name) {
#ifdef PLAIT_TSAN
  __tsan_set_fiber_name(sanitizer_->tsan, name);
#endif
}

PLAIT_ARCH_BARE void Fiber::ReleaseSanitizer() {
  Sanitizer* gone = sanitizer_;
  sanitizer_ = nullptr;
#ifdef PLAIT_ARCH_ASAN
  if (gone->fake_stack != nullptr) {
    // Abandoned half-way. Only a flow that leaves for ever frees its fake stack: pretend to go there and to do so.
    void* my_fake_stack = nullptr;
    const void* my_lo = nullptr;
    size_t my_size = 0;
    __sanitizer_start_switch_fiber(&my_fake_stack, gone->lo, gone->size);
    __sanitizer_finish_switch_fiber(gone->fake_stack, &my_lo, &my_size);
    __sanitizer_start_switch_fiber(nullptr, my_lo, my_size);
    __sanitizer_finish_switch_fiber(my_fake_stack, nullptr, nullptr);
  }
#endif
#ifdef PLAIT_TSAN
  if (gone->own_stack) {
    if (!gone->ran) {
      // The library may crash when a fiber is destroyed that never ran (LLVM issue 171766): let it run for no time.
      void* current = __tsan_get_current_fiber();
      __tsan_switch_to_fiber(gone->tsan, __tsan_switch_to_fiber_no_sync);
      __tsan_switch_to_fiber(current, __tsan_switch_to_fiber_no_sync);
    }
    __tsan_destroy_fiber(gone->tsan);
  }
#endif
  delete gone;
}

#else  // no sanitizer

void SwitchOutOfLine(Fiber& from, Fiber& to, const ThreadRegs& thread, bool) { Fiber::SwitchPlain(from, to, thread); }

void Fiber::InitOutOfLine(void* lo, size_t size, void (*entry)(void*), void* arg) { InitPlain(lo, size, entry, arg); }

void Fiber::ReleaseSanitizer() {}

void Fiber::SetNameOutOfLine(const char*) {}

#endif

void SwitchAndEnd(Fiber& from, Fiber& to, const ThreadRegs& thread) {
  SwitchOutOfLine(from, to, thread, /*from_ends=*/true);
  __builtin_trap();  // somebody switched to a flow that had ended
}

}  // namespace plait::arch
