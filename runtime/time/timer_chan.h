#ifndef PLAIT_RUNTIME_TIME_TIMER_CHAN_H_
#define PLAIT_RUNTIME_TIME_TIMER_CHAN_H_

#include <cstddef>
#include <cstdint>

#include "plait/runtime/chan/chan_core.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait::internal {

// The channel of a Timer, an After or a Ticker, with the timer that feeds it. Users see timer.h and ticker.h.
//
// The channel has one slot, which to the user does not exist (TIME-04). Nothing happens at the deadline by itself: whoever
// receives looks whether it has passed, and then the value is there. Only while somebody is blocked in a receive the
// timer is in a heap, so that there is somebody to wake him. Whatever is dropped without having been stopped is therefore
// simply freed (TIME-21), and counts for no deadlock report (DEAD-07).
//
//   T1  when_ is the next deadline, or kUnset. Guarded by the channel's lock, as everything here.
//   T2  timer_.setting is not 0 only while somebody is in recvq, and its entry's time is not after when_. (It may be before,
//       when a tick has been taken from under it: then it fires, finds nothing due, and a new one is made.)
//   T3  If somebody is in recvq and when_ is set, then setting is not 0, or somebody has claimed it and has not yet taken
//       the lock, after which he sees to it.
// T3 is why no wake-up is lost: a receiver is queued and sees to T3 in one critical section (Awaited), and so does
// whoever changes when_ (Reset) or has fired (Fire).
//
// Under a controller the timer is armed as long as when_ is set and the slot is empty: the explorer chooses when it fires.
// A tick that finds the slot full is dropped in any case, so a ticker is armed anew when its tick is taken.
class TimerChan final : public ChanCore {
 public:
  // The caller owns one reference. period 0: once. `name` is for reports, and may be null.
  static TimerChan* Start(int64_t d, int64_t period, const char* name, SourceLocation where);

  // True if it was running, or had fired and nobody had received the value; nobody will.
  bool Stop(SourceLocation where);
  bool Reset(int64_t d, int64_t period, SourceLocation where);

 private:
  static constexpr int64_t kUnset = -1;

  TimerChan(int64_t period, const char* name);
  ~TimerChan() override = default;

  void Poll() override;
  void Awaited() override;
  void Forsaken() override;
  void Taken() override;

  bool Unset();
  void Set(int64_t d, int64_t period);
  void Deliver(int64_t now);
  void ArmControlled();

  static void Fire(RuntimeTimer& timer, int64_t now, TimerHeap* heap);

  int64_t when_ = kUnset;
  int64_t period_;
  uint64_t settings_ = 0;  // made so far
  const bool controlled_;
  RuntimeTimer timer_;
  alignas(int64_t) std::byte slot_[sizeof(int64_t)];
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_TIME_TIMER_CHAN_H_
