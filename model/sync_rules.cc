// The rules of sync and sync/atomic: sections MU, RW, WG, ONCE, COND and ATOM of docs/clauses.md.
//
// Nobody sees a goroutine wait for a lock, a WaitGroup or a Once: whoever waits may as well not have come yet. So there is
// no step of arriving and no queue; an operation that cannot proceed has no step, and waits by that. (Released is released:
// a Wait whose counter has been zero and is not any more returns in Go, and here it may have returned while it was zero.)
// Hence one rule set serves locks that are handed over in order and locks that are snatched (MU-10). Two arrivals are seen
// and have their step: a writer's at a RWMutex, which keeps new readers out, and a waiter's at a Cond.
#include <vector>

#include "plait/model/step.h"

namespace plait::model {
namespace {

// Of a RWMutex, by byte; a Mutex has only the first, and there 1 is locked.
constexpr int kWriter = 0;
constexpr int kReaders = 1;
constexpr int kWriterWaits = 1;
constexpr int kWriterHolds = 2;

}  // namespace

void Step::Lock(const Op& op) {
  const bool rw = ObjectOf(op).kind == ObjectKind::kRWMutex;
  if (now_.phase(g_) == 1) {  // RW-07: those that were in have left
    if (now_.byte(op.object, kReaders) != 0) return;
  } else if (now_.byte(op.object, kWriter) != 0) {
    return;  // MU-02, MU-03, MU-06
  }
  State next = Next();
  if (rw && now_.byte(op.object, kReaders) != 0) {  // RW-02: from here on no new readers
    next.set_byte(op.object, kWriter, kWriterWaits);
    return next.set_phase(g_, 1);
  }
  next.set_byte(op.object, kWriter, rw ? kWriterHolds : 1);
  Complete(next, g_, {});
}

void Step::Unlock(const Op& op) {  // MU-05, RW-14: by whomever
  const bool rw = ObjectOf(op).kind == ObjectKind::kRWMutex;
  if (now_.byte(op.object, kWriter) != (rw ? kWriterHolds : 1)) {  // MU-04, RW-09
    return Fatal(Next(), rw ? kUnlockOfUnlockedRWMutex : kUnlockOfUnlocked);
  }
  State next = Next();
  next.set_byte(op.object, kWriter, 0);
  Complete(next, g_, {});
}

void Step::TryLock(const Op& op) {
  const bool rw = ObjectOf(op).kind == ObjectKind::kRWMutex;
  const bool free = now_.byte(op.object, kWriter) == 0 && (!rw || now_.byte(op.object, kReaders) == 0);  // RW-11
  if (free) {
    State next = Next();
    next.set_byte(op.object, kWriter, rw ? kWriterHolds : 1);
    Complete(next, g_, {.value = 1});
  }
  if (!free || waiters_ == Waiters::kAny) Complete(Next(), g_, {.value = 0});  // MU-08: or for no reason
}

void Step::RLock(const Op& op) {
  if (now_.byte(op.object, kWriter) != 0) return;  // RW-02, RW-03
  State next = Next();
  next.set_byte(op.object, kReaders, now_.byte(op.object, kReaders) + 1);  // RW-01, RW-19
  Complete(next, g_, {});
}

void Step::RUnlock(const Op& op) {
  if (now_.byte(op.object, kReaders) == 0) return Fatal(Next(), kRUnlockOfUnlocked);  // RW-08
  State next = Next();
  next.set_byte(op.object, kReaders, now_.byte(op.object, kReaders) - 1);
  Complete(next, g_, {});
}

void Step::TryRLock(const Op& op) {  // RW-11
  const bool free = now_.byte(op.object, kWriter) == 0;
  if (free) {
    State next = Next();
    next.set_byte(op.object, kReaders, now_.byte(op.object, kReaders) + 1);
    Complete(next, g_, {.value = 1});
  }
  if (!free || waiters_ == Waiters::kAny) Complete(Next(), g_, {.value = 0});
}

// WG-09. Who brings the counter below zero panics (WG-03). Ours is then as it was before; Go's stays below zero, as its
// documentation neither says nor denies.
void Step::AddWait(const Op& op) {
  const int count = static_cast<int8_t>(now_.byte(op.object)) + op.arg;
  if (count < 0) {
    if (waiters_ == Waiters::kAny) {
      State next = Next();
      next.set_byte(op.object, 0, count);
      Fail(next, g_, kNegativeWaitGroup);
    }
    return Fail(Next(), g_, kNegativeWaitGroup);
  }
  State next = Next();
  next.set_byte(op.object, 0, count);
  Complete(next, g_, {});
}

void Step::Once(const Op& op) {
  constexpr int kIdle = 0, kRunning = 1, kDone = 2;
  if (op.kind == OpKind::kOnceEnd) {
    State next = Next();
    next.set_byte(op.object, 0, kDone);
    return Complete(next, g_, {});
  }
  const int is = now_.byte(op.object);
  if (is == kRunning) return;  // ONCE-02, ONCE-04
  State next = Next();
  if (is == kIdle) {  // ONCE-01
    next.set_byte(op.object, 0, kRunning);
    return Complete(next, g_, {});
  }
  next.set_pc(g_, op.target - 1);  // kOnceEnd, which this completes
  Complete(next, g_, {});
}

// COND-01: it stands in the queue before it unlocks. COND-02, COND-07: it goes on when it has been taken out of the queue,
// and then has to lock like anybody.
void Step::CondWait(const Op& op) {
  enum { kEnter, kUnlock, kSleep };
  const int mutex = ObjectOf(op).of;
  switch (now_.phase(g_)) {
    case kEnter: {
      State next = Next();
      next.Wait(op.object, g_, waiters_ == Waiters::kAny);
      return next.set_phase(g_, kUnlock);
    }
    case kUnlock: {
      if (now_.byte(mutex) == 0) return Fatal(Next(), kUnlockOfUnlocked);  // COND-08
      State next = Next();
      next.set_byte(mutex, 0, 0);
      return next.set_phase(g_, kSleep);
    }
    default: {
      for (const uint8_t w : now_.waiting(op.object)) {
        if (w == g_) return;
      }
      if (now_.byte(mutex) != 0) return;
      State next = Next();
      next.set_byte(mutex, 0, 1);
      return Complete(next, g_, {});
    }
  }
}

// COND-03, COND-04, COND-06. COND-05: the oldest; Go's documentation says any.
void Step::Signal(const Op& op, bool all) {
  const size_t waiting = now_.waiting(op.object).size();
  if (all || waiting == 0) {
    State next = Next();
    for (size_t k = 0; k < waiting; ++k) next.Wake(op.object, now_.waiting(op.object)[k]);
    return Complete(next, g_, {});
  }
  for (size_t k = 0; k < (waiters_ == Waiters::kFifo ? 1 : waiting); ++k) {
    State next = Next();
    next.Wake(op.object, now_.waiting(op.object)[k]);
    Complete(next, g_, {});
  }
}

// ATOM-01, ATOM-04, ATOM-06
void Step::Integer(const Op& op) {
  const int is = now_.integer(op.object);
  const int arg = ValueOf(now_, g_, op.var, op.arg);
  State next = Next();
  switch (op.kind) {
    case OpKind::kLoad:
      return Complete(next, g_, {.value = is});
    case OpKind::kStore:
      next.set_integer(op.object, arg);
      return Complete(next, g_, {});
    case OpKind::kAdd:
      next.set_integer(op.object, is + arg);
      return Complete(next, g_, {.value = is + arg});
    case OpKind::kSwap:
      next.set_integer(op.object, arg);
      return Complete(next, g_, {.value = is});
    default:
      if (is == op.old) next.set_integer(op.object, arg);
      return Complete(next, g_, {.value = is == op.old ? 1 : 0});
  }
}

}  // namespace plait::model
