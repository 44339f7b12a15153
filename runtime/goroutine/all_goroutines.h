#ifndef PLAIT_RUNTIME_GOROUTINE_ALL_GOROUTINES_H_
#define PLAIT_RUNTIME_GOROUTINE_ALL_GOROUTINES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/lock/lock.h"

namespace plait {

// Every G ever made; ended ones are kept for reuse. Thread safe.
class AllGoroutines {
 public:
  static AllGoroutines& Instance();

  // A G with a fresh id, ready to be started: task, parent and place are set, no stack is bound yet. `pc`: a return
  // address into the function that contains the `go` statement, for dumps.
  G* New(std::unique_ptr<Task> task, const G* parent, SourceLocation where, void* pc = nullptr);
  // Gives back a G that has ended: its task is gone, its stack unbound.
  void Free(G* g);

  // Gs that have been made and not freed.
  uint32_t count() const { return count_.load(); }
  uint64_t made() const { return next_id_.load() - 1; }
  // Those of one controller that have not ended.
  uint32_t CountOf(const Controller* controller);
  // Waits, on a plain thread, until there are none.
  void WaitForNone();
  // The live ones, oldest first. They may end meanwhile, unless nothing runs.
  std::vector<G*> Live();

  // Between lock() and unlock() none is made or freed: for a dump, which walks the list while the world is frozen.
  void lock();
  void unlock();
  const G* first() const { return first_; }

 private:
  AllGoroutines();

  Lock lock_;
  G* first_ = nullptr;  // live, oldest first
  G* last_ = nullptr;
  G* free_ = nullptr;               // through sched_link
  std::atomic<uint32_t> count_{0};  // futex word of WaitForNone
  std::atomic<uint32_t> drainers_{0};
  std::atomic<uint64_t> next_id_{1};
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_ALL_GOROUTINES_H_
