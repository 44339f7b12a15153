#ifndef PLAIT_RUNTIME_GOROUTINE_CAPTURE_H_
#define PLAIT_RUNTIME_GOROUTINE_CAPTURE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plait/runtime/goroutine/g.h"

namespace plait {

// The goroutines as they are at one moment, as numbers: names are looked up later, when the world goes on.
struct CapturedGoroutine {
  uint64_t id = 0;
  uint64_t parent_id = 0;
  GStatus status = GStatus::kIdle;
  WaitReason wait_reason = WaitReason::kNone;
  bool locked_to_thread = false;
  bool self = false;          // it asked for the capture
  bool unavailable = false;   // it ran on a thread that could not be stopped
  int64_t waiting_since = 0;  // 0 unless it waits
  SourceLocation waits_at;
  SourceLocation created_at;
  void* created_pc = nullptr;
  void* const* pcs = nullptr;  // its stack: see arch::Stack
  int size = 0;
  int elided = 0;
};

// A consistent snapshot (DUMP-12): every thread that runs goroutines stands still while it is taken, for some
// microseconds a goroutine. Nothing is woken or moved by it (DUMP-22). The caller first, if it is a goroutine, then the
// others, oldest first (DUMP-09). Thread safe; from a goroutine, a plain thread, or under a controller, where it is
// no step.
class Capture {
 public:
  Capture();
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  const std::vector<CapturedGoroutine>& goroutines() const { return goroutines_; }

 private:
  void Take(const G* g, const G* self);

  std::vector<CapturedGoroutine> goroutines_;
  void** pcs_ = nullptr;  // address space for the longest stacks; pages are touched as needed
  size_t bytes_ = 0;
  size_t used_ = 0;
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_CAPTURE_H_
