#ifndef PLAIT_RUNTIME_SEAM_CONTROLLER_H_
#define PLAIT_RUNTIME_SEAM_CONTROLLER_H_

#include <cstdint>
#include <exception>
#include <string_view>

#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/op.h"

namespace plait {

struct G;
struct RuntimeTimer;

// The seam: the only way in which the runtime knows whoever controls it. A goroutine whose G carries a controller
// announces every operation before it touches state, and asks for every choice; the controller decides who runs, which
// ready case a select takes, and what time it is. There is one implementation of each primitive: under a controller the
// same wait queues and the same select run, on one thread.
//
// The explorer is one controller. The other is Teardown (runtime/goroutine/teardown.h), which unwinds goroutines that
// will never be woken.
//
// All members are called on the controller's thread, by the goroutine named or by the code that runs it.
class Controller {
 public:
  enum class Admission {
    kProceed,  // do it, taking alternative op.chosen
    kSkip,     // return at once with a zero result and no effect: the goroutine is being unwound
  };

  virtual ~Controller() = default;

  // Before a step. Returns when the operation may run; may run other goroutines meanwhile. May throw Unwind.
  virtual Admission BeforeStep(Op& op) = 0;
  // The operation has ended, perhaps after having parked; op.ok and op.out hold its results.
  virtual void AfterStep(const Op& op) = 0;
  // The announced operation ends by a panic of the runtime's own, about to be thrown; there is no AfterStep then.
  virtual void StepPanicked() {}

  // The current goroutine is waiting: it has been published in wait queues and its lock is released. Returns when
  // somebody has readied it and the controller has resumed it. May throw Unwind.
  virtual void Parked() = 0;
  virtual void Readied(G* g) = 0;

  // Whether the current goroutine is being unwound: what it was waiting for will never come.
  virtual bool Unwinding() const { return false; }

  // Whether a goroutine that runs for the first time shall call its function. False while it is being unwound.
  virtual bool MayStart() { return true; }

  // `child` has been created by the current goroutine and is runnable. `Ended`: its function has returned, its stack is
  // about to go; `uncaught` is what escaped it, or null. Does not return.
  virtual void Started(G* child) = 0;
  [[noreturn]] virtual void Ended(std::exception_ptr uncaught) = 0;

  // An object's life. Began() sets the record; Ended() clears it. Named() gives it a name for reports.
  virtual void ObjectBegan(Object& object) = 0;
  virtual void ObjectEnded(Object& object) = 0;
  virtual void ObjectNamed(Object& object, const char* name) = 0;
  // `object` belongs to nobody, to another controller, or is touched by a goroutine that belongs to none.
  virtual void Adopt(Object& object) = 0;

  // Virtual time in nanoseconds, and the timers that run on it. Disarm returns whether the timer was armed.
  virtual int64_t Now() = 0;
  virtual void Arm(RuntimeTimer& timer) = 0;
  virtual bool Disarm(RuntimeTimer& timer) = 0;

  // A fatal error (not recoverable): "sync: unlock of unlocked mutex", ...
  [[noreturn]] virtual void Fatal(std::string_view text) = 0;

  // Whether an announced step is under way: in debug builds a primitive that takes its lock outside one aborts.
  virtual bool InStep() const = 0;
};

// Thrown by blocking operations to unwind a goroutine that will never be woken. Not a std::exception, so that only
// `catch (...)` sees it; whoever swallows it meets it again at the next operation.
struct Unwind {};

}  // namespace plait

#endif  // PLAIT_RUNTIME_SEAM_CONTROLLER_H_
