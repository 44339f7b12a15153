#ifndef PLAIT_EXPLORER_WATCHDOG_H_
#define PLAIT_EXPLORER_WATCHDOG_H_

#include <atomic>
#include <cstdint>

#include "plait/runtime/seam/source_location.h"

namespace plait::explore {

// Notices a step that does not come back: a goroutine that blocks outside plait while the explorer waits for it (a
// std::mutex held across a park, a system call), or that computes for ever. Ends the process with status 2 after saying
// which goroutine, its last operation, and its stack.
//
//   W1  beat_ grows with every resume; going_ is true exactly while a goroutine runs.
// The watching thread only reads the two, once a second: a beat that stands still for the limit while going_ is true is
// one step that has taken that long.
class Watchdog {
 public:
  // Watches the calling thread's explorations from now on, until the next call. seconds <= 0: does not.
  static void Watch(double seconds);

  // Around each resume. `number` and `where`: the goroutine, and the operation it is about to do.
  static void Going(int number, const SourceLocation& where) {
    number_.store(number, std::memory_order_relaxed);  // relaxed, all of these: read a second later at the earliest
    file_.store(where.file, std::memory_order_relaxed);
    line_.store(where.line, std::memory_order_relaxed);
    beat_.store(beat_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    going_.store(true, std::memory_order_relaxed);
  }
  static void Back() { going_.store(false, std::memory_order_relaxed); }

 private:
  static void Run();

  static std::atomic<double> limit_;

  static std::atomic<uint64_t> beat_;
  static std::atomic<bool> going_;
  static std::atomic<int> number_;
  static std::atomic<const char*> file_;
  static std::atomic<uint32_t> line_;
};

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_WATCHDOG_H_
