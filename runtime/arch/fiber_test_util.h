// A fiber for tests: a body on a stack of its own, resumed by whichever thread wants to.

#ifndef PLAIT_RUNTIME_ARCH_FIBER_TEST_UTIL_H_
#define PLAIT_RUNTIME_ARCH_FIBER_TEST_UTIL_H_

#include <sys/mman.h>

#include <functional>
#include <utility>

#include "plait/runtime/arch/fiber.h"

#ifdef PLAIT_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace plait::arch {

class Flow {
 public:
  explicit Flow(std::function<void(Flow&)> body) : body_(std::move(body)) {
    stack_ = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    fiber_.Init(stack_, kSize, &Entry, this);
  }
  ~Flow() { munmap(stack_, kSize); }

  // Runs the body until it yields or ends.
  void Resume() {
    Release();
    Switch(home_, fiber_, ThreadRegs::OfThisThread());
    Acquire();
  }

  // Called by the body: goes back to whoever resumed it last.
  void Yield() {
    Release();
    Switch(fiber_, home_, ThreadRegs::OfThisThread());
    Acquire();
  }

  bool ended() const { return ended_; }
  Fiber& fiber() { return fiber_; }

 private:
  static constexpr size_t kSize = 512 << 10;

  static void Entry(void* self) {
    Flow& flow = *static_cast<Flow*>(self);
    flow.Acquire();
    flow.body_(flow);
    flow.ended_ = true;
    flow.Release();
    SwitchAndEnd(flow.fiber_, flow.home_, ThreadRegs::OfThisThread());
  }

  // A switch orders nothing in ThreadSanitizer's eyes; a scheduler's hand-over does.
  void Release() {
#ifdef PLAIT_TSAN
    __tsan_release(this);
#endif
  }
  void Acquire() {
#ifdef PLAIT_TSAN
    __tsan_acquire(this);
#endif
  }

  std::function<void(Flow&)> body_;
  void* stack_;
  Fiber fiber_;
  Fiber home_;
  bool ended_ = false;
};

}  // namespace plait::arch

#endif  // PLAIT_RUNTIME_ARCH_FIBER_TEST_UTIL_H_
