#ifndef PLAIT_RUNTIME_SYNC_POOL_CORE_H_
#define PLAIT_RUNTIME_SYNC_POOL_CORE_H_

#include <atomic>
#include <cstdint>
#include <vector>

#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/source_location.h"

namespace plait::internal {

class PoolShard;

// sync::Pool without the type of its items; see pool.h for what it promises and pool_core.cc for how.
class PoolCore : public Object {
 public:
  using Delete = void (*)(void* item);

  explicit PoolCore(Delete del) : Object(ObjectKind::kPool), delete_(del) {}
  ~PoolCore();

  // An item, or null. `item` is the caller's from then on.
  void* Get(SourceLocation where);
  // Takes `item`, not null, over.
  void Put(void* item, SourceLocation where);

  // For a controller, between steps: how many items a controlled Get can find.
  int items() const { return static_cast<int>(common_.size()); }

  static constexpr int kShards = 64;
  static constexpr size_t kMostItems = 128;  // in each shard, and in common_
  // A controlled Get takes alternative 0: the last one Put, if any; 1: nothing, though there is something; 1 + k: the
  // one that lies k below the last one.
  static constexpr int kAlternatives = 5;

 private:
  void* DoGet(int alternative);
  void* DoPut(void* item);
  void* Steal(int own);
  PoolShard* Own(bool make);
  void* TakeCommon(size_t below_top);

  const Delete delete_;
  std::atomic<PoolShard*> shards_[kShards] = {};
  Lock lock_;                  // guards common_
  std::vector<void*> common_;  // of plain threads, and of controlled goroutines
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_SYNC_POOL_CORE_H_
