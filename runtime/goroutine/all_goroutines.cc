#include "plait/runtime/goroutine/all_goroutines.h"

#include <mutex>

#include "plait/runtime/lock/futex.h"
#include "plait/runtime/seam/race.h"

extern "C" {
// For debuggers (debugger.cc): where the list of goroutines begins.
constinit plait::G** plait_first_goroutine __attribute__((used)) = nullptr;
}

namespace plait {

AllGoroutines::AllGoroutines() { plait_first_goroutine = &first_; }

AllGoroutines& AllGoroutines::Instance() {
  static AllGoroutines* const instance = new AllGoroutines;  // never destroyed: goroutines may outlive main
  return *instance;
}

G* AllGoroutines::New(std::unique_ptr<Task> task, const G* parent, SourceLocation where, void* pc) {
  G* g = nullptr;
  {
    std::lock_guard guard(lock_);
    if (free_ != nullptr) {
      g = free_;
      free_ = g->sched_link;
    }
  }
  if (g == nullptr) g = new G;
  g->task = task.release();
  g->id = next_id_.fetch_add(1);
  g->parent_id = parent != nullptr && !parent->is_thread ? parent->id : 0;
  g->created_by_thread = parent != nullptr && parent->is_thread;
  g->created_at = where;
  g->created_pc = pc;
  g->set_controller(nullptr);
  g->control = nullptr;
  g->m = nullptr;
  g->frame = nullptr;
  g->exited = false;
  g->waiting_since = 0;
  g->thread_locks = 0;
  g->locked_m = nullptr;
  g->sched_link = nullptr;
  g->wait_reason = WaitReason::kNone;
  g->set_status(GStatus::kRunnable);
  count_.fetch_add(1);
  std::lock_guard guard(lock_);
  g->all_prev = last_;
  g->all_next = nullptr;
  (last_ != nullptr ? last_->all_next : first_) = g;
  last_ = g;
  return g;
}

void AllGoroutines::Free(G* g) {
  g->set_status(GStatus::kDead);
  {
    std::lock_guard guard(lock_);
    (g->all_prev != nullptr ? g->all_prev->all_next : first_) = g->all_next;
    (g->all_next != nullptr ? g->all_next->all_prev : last_) = g->all_prev;
    g->sched_link = free_;
    free_ = g;
  }
  // A drainer announces itself before it reads the count; so either it sees zero or it is seen here.
  if (count_.fetch_sub(1) == 1 && drainers_.load() != 0) FutexWake(count_, 1 << 30);
}

void AllGoroutines::WaitForNone() {
  drainers_.fetch_add(1);
  while (const uint32_t count = count_.load()) FutexWait(count_, count);
  drainers_.fetch_sub(1);
  race::Acquire(&race::goroutine_ends);
}

uint32_t AllGoroutines::CountOf(const Controller* controller) {
  uint32_t n = 0;
  std::lock_guard guard(lock_);
  for (const G* g = first_; g != nullptr; g = g->all_next) {
    n += g->controller == controller && g->status.load() != GStatus::kDead;
  }
  return n;
}

void AllGoroutines::lock() { lock_.lock(); }
void AllGoroutines::unlock() { lock_.unlock(); }

std::vector<G*> AllGoroutines::Live() {
  std::vector<G*> live;
  std::lock_guard guard(lock_);
  for (G* g = first_; g != nullptr; g = g->all_next) live.push_back(g);
  return live;
}

}  // namespace plait
