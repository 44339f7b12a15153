#include "plait/runtime/semaphore/weighted.h"

#include <mutex>
#include <utility>

#include "plait/runtime/chan/select.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// Invariants, whenever the lock is free:
//   V1  held_ is what has been granted and not given back. It exceeds size_ never, and is below zero only after Release
//       has panicked.
//   V2  The first who waits needs more than is free; nobody behind it is looked at.
//   V3  A claim is in the queue until it is granted or given up: each exactly once, decided under the lock.
// Entering, giving up and Release are one operation each, on the semaphore; the wait itself is a select on the claim's
// own channel and ctx.Done(). A grant is decided under the lock and its channel closed after that, by the same goroutine.
// So the wake-up is not lost: the claim is in the queue before its goroutine waits, and a closed channel stays closed.
// Whoever sees ctx done in between, although it has been granted, gives the units back (SEM-04).

namespace plait::semaphore {

struct Weighted::Claim {
  explicit Claim(Weighted& s) : semaphore(s) {}
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  ~Claim() {
    if (!queued) return;  // else its goroutine is being unwound
    std::lock_guard guard(semaphore.lock_);
    semaphore.Remove(*this);
  }

  Weighted& semaphore;
  int64_t n = 0;
  bool queued = false;
  Signal granted;
  Claim* prev = nullptr;
  Claim* next = nullptr;
};

void Weighted::Remove(Claim& claim) {
  (claim.prev != nullptr ? claim.prev->next : first_) = claim.next;
  (claim.next != nullptr ? claim.next->prev : last_) = claim.prev;
  claim.queued = false;
}

std::vector<Weighted::Signal> Weighted::Grant() {
  std::vector<Signal> signals;
  while (first_ != nullptr && size_ - held_ >= first_->n) {
    held_ += first_->n;
    signals.push_back(first_->granted);
    Remove(*first_);
  }
  return signals;
}

error Weighted::Acquire(const context::Context& ctx, int64_t n, SourceLocation where) {
  if (error err = ctx.Err(where)) return err;
  G* g = CurrentG();
  Claim claim(*this);
  claim.n = n;
  Op op{.kind = OpKind::kMutexLock, .object = this, .where = where, .arg = n};
  const bool observed = Observed(g, *this);
  if (observed && !Announce(g, op)) return nullptr;
  AssertInStep();
  {
    std::lock_guard guard(lock_);
    if (Fits(n)) {
      held_ += n;
    } else if (n <= size_) {
      claim.granted = make_chan<std::monostate>().name("granted");
      claim.queued = true;
      claim.prev = last_;
      (last_ != nullptr ? last_->next : first_) = &claim;
      last_ = &claim;
    }
  }
  op.ok = !claim.queued && n <= size_;
  if (observed) Conclude(g, op);
  if (op.ok) {
    race::Acquire(this);
    return nullptr;
  }
  if (n > size_) {
    ctx.Done().recv(where);
    return ctx.Err(where);
  }
  const Select first{
      recv_case(claim.granted, plait::internal::Nothing{}, where),
      recv_case(ctx.Done(), plait::internal::Nothing{}, where),
  };
  if (first.index < 0) return nullptr;  // being unwound
  if (first.index == 1) {
    GiveUp(claim, where);
    return ctx.Err(where);
  }
  race::Acquire(this);
  error err = ctx.Err(where);
  if (err) Release(n, where);
  return err;
}

void Weighted::GiveUp(Claim& claim, SourceLocation where) {
  G* g = CurrentG();
  Op op{.kind = OpKind::kMutexUnlock, .object = this, .where = where, .arg = -claim.n};
  const bool observed = Observed(g, *this);
  if (observed && !Announce(g, op)) return;
  std::vector<Signal> signals;
  {
    std::lock_guard guard(lock_);
    if (claim.queued) {
      Remove(claim);
    } else {
      held_ -= claim.n;
    }
    signals = Grant();  // SEM-09: it may have stood in the way
  }
  if (observed) Conclude(g, op);
  for (const Signal& signal : signals) close(signal, where);
}

bool Weighted::TryAcquire(int64_t n, SourceLocation where) {
  G* g = CurrentG();
  Op op{.kind = OpKind::kAtomicRmw, .object = this, .where = where, .arg = n};
  op.only_looks = [](const Op& o) { return !static_cast<const Weighted*>(o.object)->Fits(o.arg); };
  const bool observed = Observed(g, *this);
  if (observed && !Announce(g, op)) return false;
  {
    std::lock_guard guard(lock_);
    op.ok = Fits(n);
    if (op.ok) held_ += n;
  }
  if (op.ok) race::Acquire(this);
  if (observed) Conclude(g, op);
  return op.ok;
}

void Weighted::Release(int64_t n, SourceLocation where) {
  G* g = CurrentG();
  Op op{.kind = OpKind::kMutexUnlock, .object = this, .where = where, .arg = n};
  const bool observed = Observed(g, *this);
  if (observed && !Announce(g, op)) return;
  AssertInStep();
  race::Release(this);
  std::vector<Signal> signals;
  {
    std::unique_lock guard(lock_);
    held_ -= n;
    if (held_ < 0) {
      guard.unlock();
      PanicRuntime(texts::kReleasedMore);
    }
    signals = Grant();
  }
  if (observed) Conclude(g, op);
  for (const Signal& signal : signals) close(signal, where);
}

}  // namespace plait::semaphore
