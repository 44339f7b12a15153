#include "plait/runtime/sched/idle.h"

#include <mutex>

#include "plait/runtime/lock/futex.h"

namespace plait::sched {

int IdleMs::Add(M* m) {
  std::lock_guard guard(lock_);
  m->wake_word = 0;
  m->idle = true;
  m->idle_link = first_;
  first_ = m;
  ++adds_;
  return idle_.fetch_add(1) + 1;
}

// Whoever leaves the list comes back by Add.
uint64_t IdleMs::AllIdle(int procs) {
  std::lock_guard guard(lock_);
  return idle_.load() == procs ? adds_ : 0;
}

void IdleMs::Bump() {
  std::lock_guard guard(lock_);
  ++adds_;
}

bool IdleMs::Remove(M* m) {
  std::lock_guard guard(lock_);
  if (!m->idle) return false;
  M** link = &first_;
  while (*link != m) link = &(*link)->idle_link;
  *link = m->idle_link;
  m->idle = false;
  idle_.fetch_sub(1);
  return true;
}

M* IdleMs::Pop() {
  std::lock_guard guard(lock_);
  M* m = first_;
  if (m == nullptr) return nullptr;
  first_ = m->idle_link;
  m->idle = false;
  idle_.fetch_sub(1);
  return m;
}

void IdleMs::WakeOne() {
  for (;;) {
    int none = 0;
    // Whoever wins this becomes responsible for a spinner: submitters that lose need not wake (I2).
    if (!spinning_.compare_exchange_strong(none, 1)) return;
    if (M* m = Pop()) {
      wakes_.fetch_add(1);
      m->spinning = true;
      m->wake_word = 1;
      FutexWake(m->wake_word, 1);
      return;
    }
    spinning_.fetch_sub(1);
    // There was nobody to wake, but a submitter may have taken this for a spinner and left an M asleep that was added
    // meanwhile. It saw that M idle before it saw spinning_ == 1; so this look, after the decrement, sees it too.
    if (idle_.load() == 0) return;
  }
}

void IdleMs::WakeAll() {
  while (M* m = Pop()) {
    spinning_.fetch_add(1);
    m->spinning = true;
    m->wake_word = 1;
    FutexWake(m->wake_word, 1);
  }
}

bool IdleMs::TryStartSpinning(int procs) {
  // A race between the load and the add lets one M too many spin: harmless.
  if (2 * spinning_.load() >= procs - idle_.load()) return false;
  spinning_.fetch_add(1);
  return true;
}

}  // namespace plait::sched
