#include "plait/runtime/goroutine/teardown.h"

#include <exception>

#include "plait/runtime/goroutine/entry.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/seam/race.h"

namespace plait {
namespace {

std::terminate_handler previous_handler;

// An Unwind has met a noexcept function: the C++ runtime calls this on the goroutine's stack, which we can leave.
void OnTerminate() {
  G* g = CurrentGOrNull();
  if (g != nullptr && g->controller != nullptr && g->controller->Unwinding()) {
    static_cast<Teardown*>(g->controller)->Abandon();
  }
  if (g != nullptr && g->controller != nullptr) {
    // A panic has met a noexcept function. In production the process ends here; for a controller it is a verdict.
    const std::exception_ptr exception = std::current_exception();
    try {
      g->controller->Fatal((exception != nullptr ? "panic: " + TextOf(exception) : std::string("std::terminate")) +
                           ", in a noexcept function or destructor, ends the process");
    } catch (...) {
      // Resumed to be unwound; but out of a terminate handler nothing can be thrown.
      static_cast<Teardown*>(g->controller)->Abandon();
    }
  }
  previous_handler();
}

}  // namespace

Teardown::Teardown() : regs_(arch::ThreadRegs::OfThisThread()) {
  static const bool installed = [] {
    previous_handler = std::set_terminate(OnTerminate);
    return true;
  }();
  static_cast<void>(installed);
}

bool Teardown::UnwindOne(G* g) {
  G* self = CurrentGOrNull();
  current_ = g;
  throws_ = ops_ = 0;
  abandoned_ = false;
  g->set_controller(this);
  if (g->stack.lo == nullptr) BindStack(g);  // never ran: its captures are destroyed on its own stack all the same
  SetCurrentG(g);
  // The unwinding comes after all that was done before: the caller's doings, and with them those of the goroutines that
  // were unwound first, happen before it.
  race::Release(this);
  arch::Switch(base_, g->fiber, regs_);
  race::Acquire(this);
  SetCurrentG(self);
  return !abandoned_;
}

Controller::Admission Teardown::BeforeStep(Op& op) {
  race::Acquire(this);
  if (++ops_ > kMaxOps) Abandon();
  if (ops_ > kPatience) Raise();  // a loop that waits for something that no longer happens
  switch (op.kind) {
    case OpKind::kAtomicLoad:
    case OpKind::kAtomicStore:
    case OpKind::kAtomicRmw:
    case OpKind::kChanLen:
    case OpKind::kNow:
    case OpKind::kTimerStop:
    case OpKind::kPoolGet:
    case OpKind::kPoolPut:
    case OpKind::kMapRead:
    case OpKind::kMapWrite:
    case OpKind::kContextErr:
      return Admission::kProceed;
    case OpKind::kChanSend:
    case OpKind::kChanRecv:
    case OpKind::kSelect:
    case OpKind::kMutexLock:
    case OpKind::kWaitGroupWait:
    case OpKind::kSleep:
    case OpKind::kGosched:
    case OpKind::kJoinAll:
    case OpKind::kRWMutexRLock:
    case OpKind::kRWMutexLock:
    case OpKind::kOnceDo:
    case OpKind::kCondWait:
      Raise();
      break;
    default:
      break;
  }
  op.ok = false;
  op.chosen = op.alternatives - 1;  // a select's default, if it has one
  return Admission::kSkip;
}

void Teardown::Parked() {
  race::Acquire(this);
  Raise();
}

bool Teardown::MayStart() {
  race::Acquire(this);
  return false;
}

void Teardown::Raise() {
  if (std::uncaught_exceptions() > 0) return;
  if (++throws_ > kMaxThrows) Abandon();
  throw Unwind{};
}

void Teardown::Ended(std::exception_ptr uncaught) {
  // Whatever the user's destructors and handlers have thrown meanwhile: this goroutine's program is over.
  uncaught = nullptr;  // here, since this frame is never left
  race::Release(this);
  arch::SwitchAndEnd(current_->fiber, base_, regs_);
}

void Teardown::Fatal(std::string_view) { Abandon(); }

void Teardown::Abandon() {
  abandoned_ = true;
  race::Release(this);
  arch::Switch(current_->fiber, base_, regs_);
  __builtin_unreachable();
}

}  // namespace plait
