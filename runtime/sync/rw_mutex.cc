#include "plait/runtime/sync/rw_mutex.h"

#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// After Go's RWMutex. A writer announces itself by taking kMaxReaders off reader_count_: from then on readers see a
// negative count and wait.
//
//   R1  reader_count_ is the number of readers that hold it or wait for it, less kMaxReaders while a writer holds it or
//       waits for readers. Only the holder of writers_ changes its sign.
//   R2  While a writer waits, reader_wait_ is the number of readers that it waits for: those that were in when it
//       announced itself. It may be below zero for a moment, while they leave and the writer has not added them yet;
//       who brings it to exactly zero, writer or reader, lets the writer in. Otherwise it is 0.
//   R3  A unit of reader_sema_ belongs to a reader that Unlock has counted among the waiting, a unit of writer_sema_ to
//       the holder of writers_. They may come before the waiter has parked: the semaphore remembers (semaphore.h).
//   R4  Unlock makes the count positive first, so the readers that wait are in, whatever comes; then it wakes them; and
//       only then lets another writer compete, who will find them in (RW-05).
// Waking is not lost. A reader is counted by the same read-modify-write that finds a writer; the writer's Unlock reads
// that count with the one that lets readers in again, and releases a unit for each. The writer announces itself with the
// read-modify-write that says how many readers are in, and each of them sees the announcement when it leaves:
//
//   writer                                   reader that is in
//   r = count -= max                         count -= 1        negative: a writer waits, and counts me
//   wait += r     not 0: park                wait -= 1         0: I am the last one, release the writer's unit
//
// The additions to `wait` sum up to 0 exactly once, and whoever sees it acts: the writer goes on, or a unit is there.

namespace plait::sync {
namespace {

const RWMutex& Of(const Op& op) { return *static_cast<const RWMutex*>(op.object); }

bool ReadableNow(const Op& op, int) { return Of(op).may_read(); }
bool WritableNow(const Op& op, int) { return Of(op).may_write(); }
// Alternative 1, which a controller may add to a TryLock, is to fail for no reason (MU-08).
bool TryRead(const Op& op, int k) { return k == 0 || Of(op).may_read(); }
bool TryWrite(const Op& op, int k) { return k == 0 || Of(op).may_write(); }

}  // namespace

int RWMutex::readers() const {
  const int32_t count = reader_count_.load();
  return count >= 0 ? count : reader_wait_.load();
}

void RWMutex::RLockObserved(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    DoRLock(where);
    return;
  }
  Op op{.kind = OpKind::kRWMutexRLock, .object = this, .where = where, .ready = ReadableNow};
  if (!Announce(g, op)) return;
  DoRLock(where);
  Conclude(g, op);
}

void RWMutex::DoRLock(SourceLocation where) {
  AssertInStep();
  if (reader_count_.fetch_add(1) + 1 < 0 && !AwaitWriter(where)) return;
  race::Acquire(&reader_sema_);
}

bool RWMutex::AwaitWriter(SourceLocation where) {
  return reader_sema_.Acquire(/*lifo=*/false, WaitReason::kRWMutexRLock, where);
}

bool RWMutex::TryRLock(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]]
    return DoTryRLock();
  Op op{.kind = OpKind::kRWMutexTryRLock, .object = this, .where = where, .ready = TryRead};
  if (!Announce(g, op)) return false;
  op.ok = op.chosen == 0 && DoTryRLock();
  Conclude(g, op);
  return op.ok;
}

bool RWMutex::DoTryRLock() {
  AssertInStep();
  int32_t count = reader_count_.load();
  do {
    if (count < 0) return false;
  } while (!reader_count_.compare_exchange_weak(count, count + 1));  // another reader came or went: not our failure
  race::Acquire(&reader_sema_);
  return true;
}

void RWMutex::RUnlockObserved(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    DoRUnlock();
    return;
  }
  Op op{.kind = OpKind::kRWMutexRUnlock, .object = this, .where = where};
  if (!Announce(g, op)) return;
  // Exact between steps. In production the counter of a writer that is about to wait says less (R2).
  if (readers() == 0) Fatal(texts::kRUnlockOfUnlocked);
  DoRUnlock();
  Conclude(g, op);
}

void RWMutex::DoRUnlock() {
  AssertInStep();
  race::Release(&writer_sema_);
  const int32_t count = reader_count_.fetch_sub(1);
  if (count <= 0) [[unlikely]]
    RUnlockSlow(count);
}

// `count` is what it was before.
void RWMutex::RUnlockSlow(int32_t count) {
  if (count == 0 || count == -kMaxReaders) Fatal(texts::kRUnlockOfUnlocked);
  if (reader_wait_.fetch_sub(1) == 1) writer_sema_.Release();  // R2
}

void RWMutex::Lock(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    DoLock(where);
    return;
  }
  Op op{.kind = OpKind::kRWMutexLock, .object = this, .where = where, .ready = WritableNow};
  if (!Announce(g, op)) return;
  DoLock(where);
  Conclude(g, op);
}

void RWMutex::DoLock(SourceLocation where) {
  AssertInStep();
  if (!writers_.Lock(where)) return;  // behind another writer: it waits in a Mutex's Lock, and says so (RW-17)
  const int32_t readers = reader_count_.fetch_sub(kMaxReaders);
  if (readers != 0 && reader_wait_.fetch_add(readers) + readers != 0) {
    if (!writer_sema_.Acquire(/*lifo=*/false, WaitReason::kRWMutexLock, where)) return;
  }
  race::Acquire(&reader_sema_);
  race::Acquire(&writer_sema_);
}

bool RWMutex::TryLock(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]]
    return DoTryLock();
  Op op{.kind = OpKind::kRWMutexTryLock, .object = this, .where = where, .ready = TryWrite};
  if (!Announce(g, op)) return false;
  op.ok = op.chosen == 0 && DoTryLock();
  Conclude(g, op);
  return op.ok;
}

bool RWMutex::DoTryLock() {
  AssertInStep();
  if (!writers_.TryLock()) return false;
  int32_t none = 0;
  if (!reader_count_.compare_exchange_strong(none, -kMaxReaders)) {
    writers_.Unlock(texts::kUnlockOfUnlockedRWMutex);
    return false;
  }
  race::Acquire(&reader_sema_);
  race::Acquire(&writer_sema_);
  return true;
}

void RWMutex::Unlock(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    DoUnlock();
    return;
  }
  Op op{.kind = OpKind::kRWMutexUnlock, .object = this, .where = where};
  if (!Announce(g, op)) return;
  DoUnlock();
  Conclude(g, op);
}

void RWMutex::DoUnlock() {
  AssertInStep();
  race::Release(&reader_sema_);
  if (reader_wait_.load() != 0) Fatal(texts::kUnlockOfUnlockedRWMutex);  // a writer waits, none holds it
  const int32_t waiting = reader_count_.fetch_add(kMaxReaders) + kMaxReaders;
  if (waiting >= kMaxReaders) Fatal(texts::kUnlockOfUnlockedRWMutex);
  for (int32_t i = 0; i < waiting; ++i) reader_sema_.Release();
  writers_.Unlock(texts::kUnlockOfUnlockedRWMutex);  // R4
}

Locker RWMutex::RLocker() {
  return Locker(
      this, [](void* self, SourceLocation where) { static_cast<RWMutex*>(self)->RLock(where); },
      [](void* self, SourceLocation where) { static_cast<RWMutex*>(self)->RUnlock(where); });
}

}  // namespace plait::sync
