#ifndef PLAIT_RUNTIME_SEAM_STEP_H_
#define PLAIT_RUNTIME_SEAM_STEP_H_

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/seam/controller.h"

namespace plait {

// How a primitive meets the seam:
//
//   G* g = CurrentG();
//   if (Observed(g, *this)) [[unlikely]] {
//     Op op{.kind = OpKind::kMutexUnlock, .object = this, .where = where};
//     if (!Announce(g, op)) return;        // being unwound: no effect
//     DoUnlock();
//     Conclude(g, op);
//     return;
//   }
//   DoUnlock();

// Whether an operation of g on `object` must be announced. Two loads from lines that the operation needs anyway.
inline bool Observed(const G* g, const Object& object) {
  return g->attention.load(std::memory_order_relaxed) != 0 || object.record() != nullptr;
}

// For the part of an operation that is inlined into the user's code: whether the caller may do it at once, without the
// seam. Otherwise it calls the other part, which asks again. Under ThreadSanitizer always otherwise: the user's code is
// instrumented, and would tell the detector of more order than the memory model gives (race.h).
[[gnu::always_inline]] inline bool Unobserved([[maybe_unused]] const Object& object) {
#ifdef PLAIT_TSAN
  return false;
#else
  const G* g = CurrentGOrNull();
  return g != nullptr && !Observed(g, object);
#endif
}

// Announces the operation. True: go on; false: return at once with a zero result. Ends the process if an uncontrolled
// goroutine or thread touches an object that belongs to a running exploration. In production it comes here only to let
// others run first, when it has run for long.
bool Announce(G* g, Op& op);

inline void Conclude(G* g, const Op& op) {
  if (g->controller != nullptr) g->controller->AfterStep(op);
}

void AbortOutsideStep();

// Called where a primitive takes its lock or changes its state. In debug builds it aborts if a controlled goroutine
// does so outside an announced step: nothing is forgotten because somebody forgot to announce it.
inline void AssertInStep() {
#ifndef NDEBUG
  const G* g = CurrentGOrNull();
  if (g != nullptr && g->controller != nullptr && !g->controller->InStep()) AbortOutsideStep();
#endif
}

}  // namespace plait

#endif  // PLAIT_RUNTIME_SEAM_STEP_H_
