#ifndef PLAIT_RUNTIME_TIME_FUNC_TIMER_H_
#define PLAIT_RUNTIME_TIME_FUNC_TIMER_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/seam/object.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait::internal {

// What is behind the Timer of an AfterFunc. Users see timer.h.
//
//   F1  users_ counts the handles, the setting while there is one, and the goroutines that run the function. Nobody
//       takes it from 0: then the function is destroyed, by a goroutine or thread, never on the scheduler's stack.
//   F2  entries_ counts the entries in heaps, orphans included, and one for users_ > 0. At 0 the memory goes.
//   F3  A setting's share of users_ belongs to whoever claims the setting (TimerHeap, H2): Stop gives it back, Reset
//       hands it on to the next setting, and firing gives it to the new goroutine.
class FuncTimer final : public Object {
 public:
  // The caller owns one share.
  static FuncTimer* Start(int64_t d, std::unique_ptr<Task> f, SourceLocation where);

  bool Stop(SourceLocation where);
  bool Reset(int64_t d, SourceLocation where);

  void Ref() { users_.fetch_add(1); }
  void Unref();

 private:
  class Firing;

  FuncTimer(std::unique_ptr<Task> f, SourceLocation where);
  ~FuncTimer() = default;

  void Arm(G* g, int64_t d);
  bool Disarm(G* g);
  void UnrefEntry();

  static void Fire(RuntimeTimer& timer, int64_t now, TimerHeap* heap);

  std::unique_ptr<Task> f_;
  const SourceLocation where_;
  std::atomic<int64_t> users_{1};
  std::atomic<int64_t> entries_{1};
  std::atomic<uint64_t> settings_{0};  // made so far
  RuntimeTimer timer_;
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_TIME_FUNC_TIMER_H_
