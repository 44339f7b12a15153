#ifndef PLAIT_RUNTIME_GOROUTINE_G_H_
#define PLAIT_RUNTIME_GOROUTINE_G_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/goroutine/wait_reason.h"
#include "plait/runtime/seam/source_location.h"
#include "plait/runtime/stack/stack_pool.h"

namespace plait {

class Controller;
class Frame;
struct M;

// Called once a parking goroutine is marked waiting and its registers are saved, on the scheduler's side: typically
// unlocks the object in whose queue the goroutine stands. Returning false calls the park off. See park.h.
using ParkCommit = bool (*)(void* arg);

// What a goroutine runs: the function given to `go` with its captures.
class Task {
 public:
  virtual ~Task() = default;
  virtual void Run() = 0;
  // Makes of itself a new one in `room`, which has kTaskRoom bytes. Only for those that fit there.
  virtual Task* MoveTo([[maybe_unused]] void* room) noexcept { return nullptr; }
};

inline constexpr size_t kTaskRoom = 64;

enum class GStatus : uint8_t {
  kIdle,      // pooled, or just made
  kRunnable,  // in a run queue
  kRunning,
  kWaiting,  // parked; its fiber is saved, whoever dequeues one of its waiters readies it
  kDead,     // its function has returned
  kSyscall,  // runs in Blocking(f), without a processor
};

// A goroutine; or the stand-in for a plain thread (`is_thread`), which waits on a futex where a goroutine parks.
//
// Owned by whoever runs it: the fields below are written by the goroutine itself while it runs, by its M's scheduler
// while it is between running and waiting, and by its waker while it waits. What others may touch at any time is
// atomic.
//
// In lines of the cache by who needs what when: a program of many goroutines finds none of them in the cache.
struct alignas(64) G {
  // The first line: every operation, and every scheduler that runs or wakes it.
  //
  // attention: not 0 if it has a controller, or shall let others run (the monitor's doing, after 10 ms). relaxed: a hint,
  // and otherwise written by the goroutine's own side.
  std::atomic<uint32_t> attention{0};
  // Nothing is decided by status: who may wake or run a goroutine follows from the queue in which it stands.
  std::atomic<GStatus> status{GStatus::kIdle};
  WaitReason wait_reason = WaitReason::kNone;
  bool is_thread = false;
  bool exited = false;                   // its function was left by Goexit
  Controller* controller = nullptr;      // null in production
  M* m = nullptr;                        // who runs it; null for a plain thread and under the explorer
  void* control = nullptr;               // the controller's own record
  std::atomic<uint32_t> select_done{0};  // a select's first match claims it 0 -> 1
  uint32_t thread_locks = 0;             // LockOSThread calls without their UnlockOSThread
  void* matched = nullptr;               // the waiter through which it was woken
  G* sched_link = nullptr;               // in a scheduler's list
  Frame* frame = nullptr;                // innermost frame with deferred calls

  // The second: who switches to it or from it.
  arch::Fiber fiber;
  stack::Stack stack{};
  M* locked_m = nullptr;  // the only one that may run it, if thread_locks != 0

  // The third: its beginning and its end.
  Task* task = nullptr;
  uint64_t id = 0;
  uint64_t parent_id = 0;        // 0: a plain thread, or a timer
  SourceLocation created_at;     // the `go` statement
  void* created_pc = nullptr;    // in the function that contains it
  std::shared_ptr<void> panics;  // a PanicChain: what came before the panic in flight

  // The fourth: when it waits.
  SourceLocation waits_at;             // the operation that parked it
  int64_t waiting_since = 0;           // by the scheduler's coarse clock; 0 if not known
  std::atomic<uint32_t> wake_word{0};  // plain threads: set by Ready
  G* all_next = nullptr;               // in AllGoroutines

  // Where a task lives that is small enough: saves a malloc and a free, a third of what starting a goroutine costs.
  alignas(64) std::byte task_room[kTaskRoom];

  void DropTask() {
    Task* dropped = std::exchange(task, nullptr);
    if (static_cast<void*>(dropped) == task_room) {
      dropped->~Task();
    } else {
      delete dropped;
    }
  }

  void set_controller(Controller* c) {
    controller = c;
    attention.store(c != nullptr, std::memory_order_relaxed);
  }

  // relaxed: for dumps, which are exact only while nothing runs, and for tests that poll.
  void set_status(GStatus s) { status.store(s, std::memory_order_relaxed); }
};

}  // namespace plait

// The runtime's one thread-local variable. Never named in C++ outside these two functions: an address of a
// thread-local may be kept by the compiler across a switch and then belong to another thread (docs/architecture.md,
// "Thread-local access"). A volatile asm is never merged or moved over another one.
extern "C" {
extern thread_local plait::G* plait_current_g __attribute__((tls_model("initial-exec")));
}

namespace plait {

inline G* CurrentGOrNull() {
  G* g;
  asm volatile(
      "movq plait_current_g@gottpoff(%%rip), %0\n\t"
      "movq %%fs:(%0), %0"
      : "=r"(g));
  return g;
}

inline void SetCurrentG(G* g) {
  void* offset;
  asm volatile(
      "movq plait_current_g@gottpoff(%%rip), %0\n\t"
      "movq %1, %%fs:(%0)"
      : "=&r"(offset)
      : "r"(g)
      : "memory");
}

// Makes a stand-in for the calling plain thread; freed when the thread ends.
G* AttachThread();

// The running goroutine, or the stand-in for the running plain thread. Never null.
inline G* CurrentG() {
  G* g = CurrentGOrNull();
  return g != nullptr ? g : AttachThread();
}

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_G_H_
