#ifndef PLAIT_EXPLORER_TRACE_H_
#define PLAIT_EXPLORER_TRACE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "plait/explorer/footprint.h"
#include "plait/explorer/transition.h"
#include "plait/runtime/goroutine/wait_reason.h"
#include "plait/runtime/seam/op.h"

namespace plait::explore {

// What a goroutine, an object or a timer is, whatever the schedule: derived from its creator's identity and from how
// many its creator had made before, never from addresses or from the order of creation over all goroutines.
using Identity = uint64_t;

constexpr Identity IdentityOf(Identity creator, uint64_t ordinal) {
  uint64_t x = creator * 0x9E3779B97F4A7C15u + ordinal;  // splitmix64
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// What a step is, apart from where it stands in the source: what a replay compares.
struct StepKey {
  Transition transition;
  OpKind op = OpKind::kGo;
  bool has_op = false;
  int32_t object = 0;  // number, 0 for none; negative: not known (a token's)
  int64_t arg = 0;
  Identity goroutine_id = 0;
  Identity object_id = 0;

  bool operator==(const StepKey&) const = default;
};

// An object that an operation is about, and what it does with it: the case of a select that was taken as the send or
// receive that it is, and those that were only offered as well.
struct Use {
  int32_t object = 0;
  OpKind op = OpKind::kGo;
  bool offered = false;
  int64_t arg = 0;
  SourceLocation where;
};

// One line of a recorded execution. A rendezvous is one step and has two lines.
struct StepRecord {
  uint32_t step = 0;  // from 1
  SourceLocation where;
  int goroutine = 0;   // 0: a timer
  std::string text;    // "results <- 3"
  std::string result;  // "= 3", "= zero, closed", "waits", "panics"
  std::vector<Use> uses;
  std::vector<Touch> touches;
  std::vector<int> woke;     // goroutines
  std::vector<int> started;  // goroutines
  int64_t now = 0;           // virtual nanoseconds
  // How each goroutine stood before the step, by number - 1: r could go on, b had to wait, e had ended.
  std::string states;
};

// How a goroutine stood when the execution was over.
struct GoroutineEnd {
  enum State : uint8_t { kReturned, kPanicked, kBlocked, kRunnable } state = kReturned;
  int number = 0;
  std::string name;      // "main", "G2"
  std::string text;      // panic's text; or what it waits for: "chan send on results"
  SourceLocation where;  // where it waits
  SourceLocation created_at;
  int created_by = 0;
  OpKind op = OpKind::kGo;  // what it waits in or is about to do, if there are any uses
  std::vector<Use> uses;
};

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_TRACE_H_
