#ifndef PLAIT_RUNTIME_SCHED_FREEZE_H_
#define PLAIT_RUNTIME_SCHED_FREEZE_H_

#include <signal.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>

#include "plait/runtime/arch/walk.h"

namespace plait {
struct G;
}

namespace plait::sched {

// Stopping every thread that runs goroutines, wherever it is, for as long as somebody reads their stacks (DUMP-12).
//
// By a signal (SIGURG, as Go's preemption: ignored by default, so that a stray one does no harm). Its handler notes the
// stack of what it interrupted and sleeps until the thaw. A goroutine that computes and never parks is stopped too.
//
//   Z1  While freeze_epoch is odd the world is frozen, or freezing; it is odd only while a Frozen exists.
//   Z2  A thread whose arrived_epoch is the present odd epoch stands in the handler, and its stack and sp are written.
//   Z3  A thread that has not come in time may finish what it is at, but starts no other goroutine (AwaitThaw): so a
//       goroutine that is parked or runnable stays where it is.
//
// A frozen thread may hold any lock, malloc's too: whoever has frozen the world must not allocate, nor take any lock
// that goroutines take, unless it took it before.

inline constinit std::atomic<uint32_t> freeze_epoch{0};  // futex word of the frozen

void SleepUntilThaw();

// Called by a worker before it runs a goroutine.
inline bool Freezing() { return freeze_epoch.load() % 2 == 1; }

inline void AwaitThaw() {
  if (Freezing()) [[unlikely]]
    SleepUntilThaw();
}

// A thread that runs goroutines; exists on that thread's stack as long as it does.
class Freezable {
 public:
  Freezable();
  ~Freezable();
  Freezable(const Freezable&) = delete;
  Freezable& operator=(const Freezable&) = delete;

 private:
  friend class Frozen;
  static void OnSignal(int, siginfo_t*, void*);

  const pid_t tid_;
  std::atomic<uint32_t> arrived_epoch_{0};
  uintptr_t sp_ = 0;
  const G* interrupted_ = nullptr;  // by a signal handler other than ours
  arch::Stack stack_;
  Freezable* next_ = nullptr;
};

// Under ThreadSanitizer no signal is sent: goroutines that run go on to their next park, and their stacks are unknown.
//
// In its scope the world is frozen, except for the calling thread and for threads that run no goroutines. One at a
// time: a second one waits. A thread that does not come (it blocks the signal, or the kernel is busy with it) is waited
// for a second, and then goes on unseen.
class Frozen {
 public:
  Frozen();
  ~Frozen();
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;

  // While one exists: the stack of the frozen thread that stands on [lo, lo + size); null if there is none.
  static const arch::Stack* On(const void* lo, size_t size);
  // Whether a frozen thread stands in a signal handler that has interrupted g, on a stack of its own.
  static bool Interrupted(const G* g);
  // Whether every thread has come.
  static bool Complete();
};

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_FREEZE_H_
