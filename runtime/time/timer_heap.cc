#include "plait/runtime/time/timer_heap.h"

#include <mutex>

#include "plait/runtime/seam/race.h"

namespace plait {

bool TimerHeap::Arm(Timer& timer) {
  race::Ignore ignore;  // the vector grows
  std::lock_guard guard(lock_);
  heap_.push_back(&timer);
  timer.index = heap_.size() - 1;
  Up(timer.index);
  pending_.fetch_add(1);
  UpdateEarliest();
  return timer.index == 0;
}

bool TimerHeap::Disarm(Timer& timer) {
  std::lock_guard guard(lock_);
  if (timer.index == Timer::kNotArmed) return false;
  RemoveAt(timer.index);
  pending_.fetch_sub(1);
  UpdateEarliest();
  return true;
}

void TimerHeap::RunExpired(int64_t now) {
  for (;;) {
    Timer* due = nullptr;
    {
      std::lock_guard guard(lock_);
      if (heap_.empty() || heap_[0]->when > now) return;
      due = heap_[0];
      RemoveAt(0);
      UpdateEarliest();
    }
    due->fire(*due, now);   // may free the timer: it is not touched any more
    pending_.fetch_sub(1);  // H3
  }
}

void TimerHeap::DropAll() {
  for (;;) {
    Timer* timer = nullptr;
    {
      std::lock_guard guard(lock_);
      if (heap_.empty()) return;
      timer = heap_.back();
      RemoveAt(heap_.size() - 1);
      UpdateEarliest();
    }
    if (timer->drop != nullptr) timer->drop(*timer);
    pending_.fetch_sub(1);
  }
}

void TimerHeap::RemoveAt(size_t i) {
  heap_[i]->index = Timer::kNotArmed;
  Timer* last = heap_.back();
  heap_.pop_back();
  if (i == heap_.size()) return;
  Place(i, last);
  Up(i);
  Down(last->index);
}

void TimerHeap::Up(size_t i) {
  Timer* timer = heap_[i];
  while (i > 0 && timer->when < heap_[(i - 1) / 2]->when) {
    Place(i, heap_[(i - 1) / 2]);
    i = (i - 1) / 2;
  }
  Place(i, timer);
}

void TimerHeap::Down(size_t i) {
  Timer* timer = heap_[i];
  for (size_t child; (child = 2 * i + 1) < heap_.size(); i = child) {
    if (child + 1 < heap_.size() && heap_[child + 1]->when < heap_[child]->when) ++child;
    if (heap_[child]->when >= timer->when) break;
    Place(i, heap_[child]);
  }
  Place(i, timer);
}

void TimerHeap::Place(size_t i, Timer* timer) {
  heap_[i] = timer;
  timer->index = i;
}

void TimerHeap::UpdateEarliest() { earliest_ = heap_.empty() ? -1 : heap_[0]->when; }

}  // namespace plait
