#include "plait/runtime/sync/atomic_value.h"

#include <cxxabi.h>

#include <cstdlib>
#include <mutex>
#include <string>

#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// Invariant: held_ goes from nil to a value once, and from then on holds values of one type. A value that is dropped is
// destroyed by whoever replaced it, after its step, with no lock held: a destructor may do what it likes.

namespace plait::sync::atomic {

bool Any::Equal(const Any& a, const Any& b) {
  if (a.is_nil() || b.is_nil()) return a.is_nil() == b.is_nil();
  if (!a.SameType(b)) return false;
  if (a.box_->equal == nullptr) {
    int status = 0;
    char* name = abi::__cxa_demangle(a.box_->type->name(), nullptr, nullptr, &status);
    const std::string text = std::string(texts::kUncomparable) + (status == 0 ? name : a.box_->type->name());
    std::free(name);
    PanicRuntime(text.c_str());
  }
  return a.box_->equal(a.box_->value, b.box_->value);
}

Any Value::Get() const {
  AssertInStep();
  std::lock_guard guard(lock_);
  return held_;
}

// If the very value `held` is held, holds `value` in its place.
bool Value::Exchange(const Any& held, const Any& value) {
  AssertInStep();
  race::Release(this);
  const race::Ignore ignore;  // the last reference may go here, and the detector sees neither its count nor the lock
  Any dropped;                // outlives the lock
  std::lock_guard guard(lock_);
  if (held_.box_ != held.box_) return false;
  dropped = std::exchange(held_, value);
  return true;
}

Any Value::Load(SourceLocation where) const {
  G* g = CurrentG();
  Any result;
  const bool observed = Observed(g, *this);
  Op op{.kind = OpKind::kAtomicLoad, .object = const_cast<Value*>(this), .where = where};
  if (observed && !Announce(g, op)) return result;
  result = Get();
  race::Acquire(this);
  if (observed) Conclude(g, op);
  return result;
}

Any Value::DoSwap(const Any& value, const char* if_inconsistent) {
  for (;;) {
    Any held = Get();
    if (!held.is_nil() && !held.SameType(value)) PanicRuntime(if_inconsistent);
    if (!Exchange(held, value)) continue;
    race::Acquire(this);
    return held;
  }
}

void Value::Store(Any value, SourceLocation where) {
  if (value.is_nil()) PanicRuntime(texts::kStoreOfNil);
  G* g = CurrentG();
  const bool observed = Observed(g, *this);
  Op op{.kind = OpKind::kAtomicStore, .object = this, .where = where};
  if (observed && !Announce(g, op)) return;
  const race::Ignore ignore;  // as in Exchange
  const Any dropped = DoSwap(value, texts::kStoreOfInconsistent);
  if (observed) Conclude(g, op);
}

Any Value::Swap(Any value, SourceLocation where) {
  if (value.is_nil()) PanicRuntime(texts::kSwapOfNil);
  G* g = CurrentG();
  const bool observed = Observed(g, *this);
  Op op{.kind = OpKind::kAtomicRmw, .object = this, .where = where};
  if (observed && !Announce(g, op)) return {};
  Any held = DoSwap(value, texts::kSwapOfInconsistent);
  if (observed) Conclude(g, op);
  return held;
}

bool Value::DoCompareAndSwap(const Any& old, const Any& value) {
  for (;;) {
    const race::Ignore ignore;  // as in Exchange
    const Any held = Get();
    race::Acquire(this);  // compared by the type's own ==, which reads it
    if (held.is_nil()) {
      if (!old.is_nil()) return false;
    } else {
      if (!held.SameType(value)) PanicRuntime(texts::kCasIntoInconsistent);
      if (!(held == old)) return false;
    }
    if (Exchange(held, value)) return true;
  }
}

bool Value::CompareAndSwap(const Any& old, Any value, SourceLocation where) {
  if (value.is_nil()) PanicRuntime(texts::kCasOfNil);
  if (!old.is_nil() && !old.SameType(value)) PanicRuntime(texts::kCasOfInconsistent);
  G* g = CurrentG();
  const bool observed = Observed(g, *this);
  Op op{.kind = OpKind::kAtomicRmw, .object = this, .where = where};
  if (observed && !Announce(g, op)) return false;
  op.ok = DoCompareAndSwap(old, value);
  if (observed) Conclude(g, op);
  return op.ok;
}

}  // namespace plait::sync::atomic
