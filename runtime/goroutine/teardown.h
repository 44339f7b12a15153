#ifndef PLAIT_RUNTIME_GOROUTINE_TEARDOWN_H_
#define PLAIT_RUNTIME_GOROUTINE_TEARDOWN_H_

#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/seam/controller.h"

namespace plait {

// Unwinds goroutines that will never be woken: the explorer's after an execution, a Runtime's at Stop(). One at a time,
// on the calling thread, while nothing else runs. The caller goes from the newest to the oldest, main last, so that
// references to an older frame's locals stay good.
//
// Under it, in the goroutine that is being unwound:
//   - an operation that may block throws Unwind; if an exception is in flight already (a destructor runs), it returns a
//     zero result instead, since a throw would end the process;
//   - Unlock, Done, close, `go` and their like return silently: destructors call them;
//   - whoever swallows the Unwind meets it again, kMaxThrows times; then, or when the unwinding runs into a `noexcept`
//     function, the stack is abandoned: never resumed, what its frames own is leaked, and counted.
class Teardown final : public Controller {
 public:
  static constexpr int kMaxThrows = 100;
  // A loop that polls never blocks: after so many operations each of them throws; after so many more it is given up.
  static constexpr int kPatience = 1'000;
  static constexpr int kMaxOps = 10'000;

  Teardown();

  // True if it was unwound; its stack is still bound. False if it was abandoned.
  bool UnwindOne(G* g);

  Admission BeforeStep(Op& op) override;
  void AfterStep(const Op&) override {}
  void Parked() override;
  void Readied(G*) override {}
  bool Unwinding() const override { return true; }
  bool MayStart() override;
  void Started(G*) override {}
  [[noreturn]] void Ended(std::exception_ptr) override;
  void ObjectBegan(Object&) override {}
  void ObjectEnded(Object&) override {}
  void ObjectNamed(Object&, const char*) override {}
  void Adopt(Object&) override {}
  int64_t Now() override { return 0; }
  void Arm(RuntimeTimer&) override {}
  bool Disarm(RuntimeTimer&) override { return true; }
  [[noreturn]] void Fatal(std::string_view) override;
  bool InStep() const override { return true; }

  // Leaves the current goroutine's stack for good. Called by the terminate handler.
  [[noreturn]] void Abandon();

 private:
  // Throws Unwind unless that would end the process.
  void Raise();

  arch::Fiber base_;
  arch::ThreadRegs regs_;
  G* current_ = nullptr;
  int throws_ = 0;
  int ops_ = 0;
  bool abandoned_ = false;
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_TEARDOWN_H_
