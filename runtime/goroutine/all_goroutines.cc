#include "plait/runtime/goroutine/all_goroutines.h"

#include <algorithm>
#include <mutex>

#include "plait/runtime/lock/futex.h"
#include "plait/runtime/seam/race.h"

// Invariants:
//   A1  Every G is in the list from first_ for ever. It is alive, or dead and then in free_ or in one cache, or in the
//       hands of a New or Free.
//   A2  A G's status stops being kDead when all that a dump reads of it is set, and becomes kDead first of all when it is
//       freed: so a dump, for which everybody stands still somewhere, may believe whatever is not dead.
//   A3  A worker's counters never decrease; nor do made_ and ended_, to which they are added when the worker goes.
//
// No drainer waits for ever. Whoever frees a G with a cache is a worker, and when no goroutine is left each of them comes
// to sleep, without work or without a processor; the one that freed the last G, or one that was given its processor, does
// so after that:
//
//   worker                                   drainer
//   ended + 1                                drainers_ + 1
//   fence; read drainers_    (sleeps)        fence; read drained_, add up; sleep if drained_ is still the same
//
// One of the fences comes first. If the worker's: the drainer sees the end. If the drainer's: the worker sees it, and
// drained_ changes. Without a cache it is the same, at once.

extern "C" {
// For debuggers (debugger.cc): where the list of goroutines begins.
constinit plait::G** plait_first_goroutine __attribute__((used)) = nullptr;
}

namespace plait {
namespace {

// relaxed load: nobody else writes it. release: pairs with the acquire in count().
void AddOne(std::atomic<uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

}  // namespace

GCache::GCache() { AllGoroutines::Instance().AddCache(*this); }
GCache::~GCache() { AllGoroutines::Instance().RemoveCache(*this); }

AllGoroutines::AllGoroutines() { plait_first_goroutine = &first_; }

AllGoroutines& AllGoroutines::Instance() {
  static AllGoroutines* const instance = new AllGoroutines;  // never destroyed: goroutines may outlive main
  return *instance;
}

void AllGoroutines::AddCache(GCache& cache) {
  std::lock_guard guard(lock_);
  cache.next = caches_;
  if (caches_ != nullptr) caches_->prev = &cache;
  caches_ = &cache;
}

void AllGoroutines::RemoveCache(GCache& cache) {
  std::lock_guard guard(lock_);
  (cache.prev != nullptr ? cache.prev->next : caches_) = cache.next;
  if (cache.next != nullptr) cache.next->prev = cache.prev;
  ended_.fetch_add(cache.ended.load());
  made_.fetch_add(cache.made.load());
  free_.insert(free_.end(), cache.free.begin(), cache.free.begin() + cache.size);
}

// A dead G; for a cache, half a cache of them more.
G* AllGoroutines::TakeFree(GCache* cache) {
  const race::Ignore ignored;  // free_ may grow: it goes from thread to thread by a lock that the detector does not see
  {
    std::lock_guard guard(lock_);
    if (!free_.empty()) {
      G* g = free_.back();
      free_.pop_back();
      if (cache != nullptr) {
        const size_t n = std::min<size_t>(free_.size(), GCache::kMost / 2);
        std::copy(free_.end() - static_cast<ptrdiff_t>(n), free_.end(), cache->free.begin());
        free_.resize(free_.size() - n);
        cache->size = static_cast<uint32_t>(n);
      }
      return g;
    }
  }
  G* g = new G;
  g->set_status(GStatus::kDead);
  std::lock_guard guard(lock_);
  if (++gs_ > free_.capacity()) free_.reserve(2 * gs_);
  (last_ != nullptr ? last_->all_next : first_) = g;
  last_ = g;
  return g;
}

G* AllGoroutines::New(const G* parent, SourceLocation where, void* pc, GCache* cache) {
  G* g = nullptr;
  uint64_t id = 0;
  if (cache != nullptr) [[likely]] {
    g = cache->size != 0 ? cache->free[--cache->size] : TakeFree(cache);
    if (cache->next_id == cache->end_of_ids) [[unlikely]] {
      cache->next_id = next_id_.fetch_add(GCache::kIds);
      cache->end_of_ids = cache->next_id + GCache::kIds;
    }
    id = cache->next_id++;
    AddOne(cache->made);
  } else {
    g = TakeFree(nullptr);
    id = next_id_.fetch_add(1);
    made_.fetch_add(1);
  }
  g->id = id;
  g->parent_id = parent != nullptr && !parent->is_thread ? parent->id : 0;
  g->created_at = where;
  g->created_pc = pc;
  g->set_controller(nullptr);
  g->control = nullptr;
  g->m = nullptr;
  g->frame = nullptr;
  g->exited = false;
  g->thread_locks = 0;
  g->locked_m = nullptr;
  g->sched_link = nullptr;
  g->wait_reason = WaitReason::kNone;
  std::atomic_signal_fence(std::memory_order_seq_cst);  // A2: who stands still has been interrupted by a signal
  g->set_status(GStatus::kRunnable);
  return g;
}

void AllGoroutines::Free(G* g, GCache* cache) {
  g->set_status(GStatus::kDead);
  std::atomic_signal_fence(std::memory_order_seq_cst);  // A2
  if (cache != nullptr) [[likely]] {
    cache->free[cache->size++] = g;
    AddOne(cache->ended);
    if (cache->size < GCache::kMost) return;
    cache->size = GCache::kMost / 2;
    std::lock_guard guard(lock_);
    free_.insert(free_.end(), cache->free.begin() + cache->size, cache->free.end());
    return;
  }
  {
    std::lock_guard guard(lock_);
    free_.push_back(g);
  }
  ended_.fetch_add(1);
  if (drainers_.load() != 0) WakeDrainers();
}

// First all ends, then all starts: so none that was alive at the first moment is missing.
uint64_t AllGoroutines::count() {
  std::lock_guard guard(lock_);
  uint64_t ended = ended_.load();
  // acquire: a start that happens before an end we have seen is seen below.
  for (const GCache* c = caches_; c != nullptr; c = c->next) ended += c->ended.load(std::memory_order_acquire);
  uint64_t made = made_.load();
  for (const GCache* c = caches_; c != nullptr; c = c->next) made += c->made.load(std::memory_order_acquire);
  return made - ended;
}

uint64_t AllGoroutines::made() {
  std::lock_guard guard(lock_);
  uint64_t made = made_.load();
  for (const GCache* c = caches_; c != nullptr; c = c->next) made += c->made.load();
  return made;
}

void AllGoroutines::WakeDrainers() {
  drained_.fetch_add(1);
  FutexWake(drained_, 1 << 30);
}

void AllGoroutines::TellDrainers() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (drainers_.load() != 0) WakeDrainers();
}

void AllGoroutines::WaitForNone() {
  drainers_.fetch_add(1);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  for (;;) {
    const uint32_t seen = drained_.load();
    if (count() == 0) break;
    FutexWait(drained_, seen);
  }
  drainers_.fetch_sub(1);
  race::Acquire(&race::goroutine_ends);
}

uint32_t AllGoroutines::CountOf(const Controller* controller) {
  uint32_t n = 0;
  std::lock_guard guard(lock_);
  for (const G* g = first_; g != nullptr; g = g->all_next) {
    n += g->status.load() != GStatus::kDead && g->controller == controller;
  }
  return n;
}

std::vector<G*> AllGoroutines::Live() {
  std::vector<G*> live;
  {
    std::lock_guard guard(lock_);
    for (G* g = first_; g != nullptr; g = g->all_next) {
      if (g->status.load() != GStatus::kDead) live.push_back(g);
    }
  }
  std::sort(live.begin(), live.end(), [](const G* a, const G* b) { return a->id < b->id; });
  return live;
}

}  // namespace plait
