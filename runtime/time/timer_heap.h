#ifndef PLAIT_RUNTIME_TIME_TIMER_HEAP_H_
#define PLAIT_RUNTIME_TIME_TIMER_HEAP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/object.h"

namespace plait {

struct G;
class TimerHeap;

// A time that never comes.
inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// Something to be done at a time: what sleeping goroutines, AfterFuncs and the channels of timers have in common. Lives
// inside whatever it belongs to.
struct RuntimeTimer {
  // Does it. Called once for each setting that has been claimed, on a worker's scheduler stack, the monitor's thread or
  // the explorer's; must not block; may free the timer, unless `release` is there for that. `heap` is null under a
  // controller.
  void (*fire)(RuntimeTimer& timer, int64_t now, TimerHeap* heap) = nullptr;
  void (*drop)(RuntimeTimer& timer) = nullptr;     // instead of fire, if the timer's world ends first; may be null
  void (*release)(RuntimeTimer& timer) = nullptr;  // a heap's entry of it is gone; null: nobody counts them
  void* arg = nullptr;

  // In production: the number of the setting that counts, 0 if none does. See TimerHeap.
  std::atomic<uint64_t> setting{0};

  // For the explorer.
  Object* object = nullptr;  // what the timer acts on; may be null
  bool sends = false;        // the object is a channel, and firing sends on it
  bool periodic = false;     // it goes on for ever
  G* sleeper = nullptr;      // who sleeps on it; may be null
  int64_t when = kNever;     // on its clock
  bool armed = false;        // it has it
  uint64_t control = 0;      // the controller's number for this setting,
  uint64_t identity = 0;     // what that is in every schedule,
  int64_t ticks = 0;         // and how often it has fired
};

// A binary heap of settings of timers, earliest first: one for each P, and one for those of plain threads. Thread safe.
//
//   H1  An entry (when, timer, setting) never changes. It counts if the timer's `setting` is its own; otherwise it is an
//       orphan. A timer numbers its settings and uses no number twice: an orphan stays one.
//   H2  Whoever changes `setting` from n to something else, by an atomic exchange, has claimed n, and nobody else does:
//       by stopping it or by replacing it, and then it never fires, or by firing it.
//   H3  earliest_ is the first entry's time, orphan or not, or kNever; changed under the lock only.
//   H4  Each entry holds what `release` gives back: a timer outlives its entries.
//
// So stopping a timer is one exchange: no lock, and no search through the heap. Its orphan is dropped when it comes to
// the top, or when the heap would outgrow twice what was alive at the last sweep: at most half of a large heap is
// orphans, and a sweep costs each Add O(1). Add: O(log n), mostly O(1), since most deadlines are late ones.
class TimerHeap {
 public:
  TimerHeap() = default;
  ~TimerHeap() { DropAll(); }
  TimerHeap(const TimerHeap&) = delete;
  TimerHeap& operator=(const TimerHeap&) = delete;

  // The caller has stored `setting` in the timer, or is about to. True if no entry is earlier.
  bool Add(RuntimeTimer& timer, uint64_t setting, int64_t when);

  // Fires everything due at `now`, in order of time, without the lock held. True if there was anything.
  bool RunExpired(int64_t now);

  // Whether any entry counts. Drops the orphans before it.
  bool AnyLive();

  // Claims and drops whatever is set.
  void DropAll();

  int64_t earliest() const { return earliest_.load(); }
  size_t CountLive();
  size_t size() const { return heap_.size(); }  // for tests: entries, orphans included

 private:
  struct Entry {
    int64_t when;
    RuntimeTimer* timer;
    uint64_t setting;

    bool Counts() const { return timer->setting.load() == setting; }
    void Release() const {
      if (timer->release != nullptr) timer->release(*timer);
    }
    // For the standard's heaps, whose first is the greatest.
    bool operator<(const Entry& other) const { return when > other.when; }
  };

  void PopFirst();
  void DropOrphansOnTop();
  void Sweep();
  void UpdateEarliest() { earliest_ = heap_.empty() ? kNever : heap_.front().when; }

  Lock lock_;  // guards what follows; an object's lock may be held when it is taken, never the other way round
  std::vector<Entry> heap_;
  size_t sweep_at_ = 64;
  std::atomic<int64_t> earliest_{kNever};
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_TIME_TIMER_HEAP_H_
