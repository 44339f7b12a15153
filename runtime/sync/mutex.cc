#include "plait/runtime/sync/mutex.h"

#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

namespace plait::sync {
namespace {

bool FreeNow(const Op& op, int) { return !static_cast<const Mutex*>(op.object)->locked(); }

// Alternative 1, which a controller may add to a TryLock, is to fail for no reason (MU-08).
bool MayFailSpuriously(const Op& op, int k) { return k == 0 || FreeNow(op, k); }

}  // namespace

void Mutex::LockSlow(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    DoLock(where);
    return;
  }
  Op op{.kind = OpKind::kMutexLock, .object = this, .where = where, .ready = FreeNow};
  if (!Announce(g, op)) return;
  DoLock(where);
  Conclude(g, op);
}

void Mutex::DoLock(SourceLocation where) {
  AssertInStep();
  if (core_.Lock(where)) race::Acquire(this);
}

bool Mutex::TryLock(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]]
    return DoTryLock();
  Op op{.kind = OpKind::kMutexTryLock, .object = this, .where = where, .ready = MayFailSpuriously};
  if (!Announce(g, op)) return false;
  op.ok = op.chosen == 0 && DoTryLock();
  Conclude(g, op);
  return op.ok;
}

bool Mutex::DoTryLock() {
  AssertInStep();
  if (!core_.TryLock()) return false;
  race::Acquire(this);
  return true;
}

void Mutex::UnlockSlow(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    DoUnlock();
    return;
  }
  Op op{.kind = OpKind::kMutexUnlock, .object = this, .where = where};
  if (!Announce(g, op)) return;
  DoUnlock();
  Conclude(g, op);
}

void Mutex::DoUnlock() {
  AssertInStep();
  race::Release(this);
  core_.Unlock(texts::kUnlockOfUnlocked);
}

}  // namespace plait::sync
