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
//   F1  Each handle owns a reference, and so does the setting while it is armed; the goroutine that it starts takes that
//       one over. So the function lives as long as somebody may run it, and dies on a goroutine, never on the
//       scheduler's stack.
class FuncTimer final : public Object {
 public:
  // The caller owns one reference.
  static FuncTimer* Start(int64_t d, std::unique_ptr<Task> f, SourceLocation where);

  bool Stop(SourceLocation where);

  void Ref() { refs_.fetch_add(1); }
  void Unref();

 private:
  class Firing;

  FuncTimer(std::unique_ptr<Task> f, SourceLocation where);
  ~FuncTimer() = default;

  static void Fire(Timer& timer, int64_t now);
  static void Drop(Timer& timer);

  const std::unique_ptr<Task> f_;
  const SourceLocation where_;
  std::atomic<int64_t> refs_{1};
  Timer timer_;
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_TIME_FUNC_TIMER_H_
