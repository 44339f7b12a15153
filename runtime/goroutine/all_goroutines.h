#ifndef PLAIT_RUNTIME_GOROUTINE_ALL_GOROUTINES_H_
#define PLAIT_RUNTIME_GOROUTINE_ALL_GOROUTINES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/goroutine/g_cache.h"
#include "plait/runtime/lock/lock.h"

namespace plait {

// Every G ever made; ended ones are kept for reuse. Thread safe.
class AllGoroutines {
 public:
  static AllGoroutines& Instance();

  // A G with a fresh id, ready to be started: parent and place are set, its task is the caller's to set, no stack is
  // bound yet. `pc`: a return address into the function that contains the `go` statement, for dumps. `cache`: that of
  // the worker on which the caller runs, or null.
  G* New(const G* parent, SourceLocation where, void* pc = nullptr, GCache* cache = nullptr);
  // Gives back a G that has ended: its task is gone, its stack unbound.
  void Free(G* g, GCache* cache = nullptr);

  // Gs that have been made and not freed. While others start and end some, those of the meantime may count too.
  uint64_t count();
  uint64_t made();
  // Those of one controller that have not ended.
  uint32_t CountOf(const Controller* controller);
  // Waits, on a plain thread, until there are none.
  void WaitForNone();
  // By a worker that has nothing to do, after the goroutines that it ended: tells whoever is in WaitForNone.
  void TellDrainers();
  // The live ones, oldest first. They may end meanwhile, unless nothing runs.
  std::vector<G*> Live();

  // Between lock() and unlock() none is added: for a dump, which walks the list while the world is frozen. Dead ones are
  // among them.
  void lock() { lock_.lock(); }
  void unlock() { lock_.unlock(); }
  const G* first() const { return first_; }

 private:
  friend struct GCache;

  AllGoroutines();

  G* TakeFree(GCache* cache);
  void AddCache(GCache& cache);
  void RemoveCache(GCache& cache);
  void WakeDrainers();

  Lock lock_;  // guards what follows, down to caches_
  G* first_ = nullptr;
  G* last_ = nullptr;
  std::vector<G*> free_;  // has room for all
  size_t gs_ = 0;
  GCache* caches_ = nullptr;
  std::atomic<uint64_t> made_{0};  // by others than the workers that are there
  std::atomic<uint64_t> ended_{0};
  std::atomic<uint64_t> next_id_{1};
  std::atomic<uint32_t> drained_{0};  // futex word of WaitForNone: how often it was worth another look
  std::atomic<uint32_t> drainers_{0};
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_ALL_GOROUTINES_H_
