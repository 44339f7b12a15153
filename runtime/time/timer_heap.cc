#include "plait/runtime/time/timer_heap.h"

#include <algorithm>
#include <mutex>

#include "plait/runtime/seam/race.h"

namespace plait {

bool TimerHeap::Add(RuntimeTimer& timer, uint64_t setting, int64_t when) {
  race::Ignore ignore;  // the vector grows
  std::lock_guard guard(lock_);
  if (heap_.size() >= sweep_at_) Sweep();
  heap_.push_back({when, &timer, setting});
  std::push_heap(heap_.begin(), heap_.end());
  if (when >= earliest_.load()) return false;
  UpdateEarliest();
  return true;
}

bool TimerHeap::RunExpired(int64_t now) {
  for (bool any = false;; any = true) {
    RuntimeTimer* timer = nullptr;
    uint64_t setting = 0;
    {
      std::lock_guard guard(lock_);
      DropOrphansOnTop();
      if (heap_.empty() || heap_.front().when > now) return any;
      timer = heap_.front().timer;
      setting = heap_.front().setting;
      PopFirst();
      UpdateEarliest();
    }
    auto* const release = timer->release;
    if (timer->setting.compare_exchange_strong(setting, 0)) timer->fire(*timer, now, this);  // H2
    if (release != nullptr) release(*timer);  // otherwise the timer may be gone
  }
}

bool TimerHeap::AnyLive() {
  std::lock_guard guard(lock_);
  DropOrphansOnTop();
  UpdateEarliest();
  return !heap_.empty();
}

size_t TimerHeap::CountLive() {
  std::lock_guard guard(lock_);
  return static_cast<size_t>(
      std::count_if(heap_.begin(), heap_.end(), [](const Entry& entry) { return entry.Counts(); }));
}

void TimerHeap::DropAll() {
  for (;;) {
    Entry entry;
    {
      std::lock_guard guard(lock_);
      UpdateEarliest();
      if (heap_.empty()) return;
      entry = heap_.back();  // what is left is no heap any more, but nobody asks
      heap_.pop_back();
    }
    uint64_t setting = entry.setting;
    const bool claimed = entry.timer->setting.compare_exchange_strong(setting, 0);
    if (claimed && entry.timer->drop != nullptr) entry.timer->drop(*entry.timer);
    entry.Release();
  }
}

void TimerHeap::PopFirst() {
  std::pop_heap(heap_.begin(), heap_.end());
  heap_.pop_back();
}

void TimerHeap::DropOrphansOnTop() {
  while (!heap_.empty() && !heap_.front().Counts()) {
    heap_.front().Release();
    PopFirst();
  }
}

void TimerHeap::Sweep() {
  const auto live = std::partition(heap_.begin(), heap_.end(), [](const Entry& entry) { return entry.Counts(); });
  std::for_each(live, heap_.end(), [](const Entry& entry) { entry.Release(); });
  heap_.erase(live, heap_.end());
  std::make_heap(heap_.begin(), heap_.end());
  UpdateEarliest();
  sweep_at_ = std::max<size_t>(64, 2 * heap_.size());
}

}  // namespace plait
