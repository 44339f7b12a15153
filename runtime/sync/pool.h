#ifndef PLAIT_RUNTIME_SYNC_POOL_H_
#define PLAIT_RUNTIME_SYNC_POOL_H_

#include <functional>
#include <memory>
#include <utility>

#include "plait/runtime/sync/pool_core.h"

namespace plait::sync {

// Items that are dear to make and may be used again: buffers, parsers.
//
//   sync::Pool<std::string> buffers([] { return std::make_unique<std::string>(); });
//   auto buffer = buffers.Get();
//   buffer->clear();                    // it is as its last user left it
//   ...
//   buffers.Put(std::move(buffer));
//
// A pool is no store: any item may be gone at any time (POOL-03), and Get may make a new one although another goroutine
// has just Put. Under the explorer it does: every Get that could find an item is explored both ways, and any of the last
// few items may be the one it finds. So what relies on a Put to be there fails its test.
//
// How long items are kept (Go lets go of them at the second garbage collection; we have none): every processor keeps at
// most 129, and plain threads, together, 128; a Put beyond that deletes its item. Of what all of the last 1,024 Gets on
// a processor did not come near, half is deleted. The rest lives as long as the pool (POOL-06).
//
// Each processor has a private place and a queue: on the same processor the last Put is the first Get, and one that has
// nothing takes the oldest of another's queue (POOL-07).
//
// Thread safety: Get and Put may be called from any goroutine or plain thread at once. Never block. Put happens before
// the Get that returns the same item (POOL-05). Not copyable (POOL-10).
// Complexity: O(1), without a lock for goroutines; a Get that finds nothing looks at every processor's queue first.
template <class T>
class Pool {
 public:
  // Without New an empty pool gives null (POOL-01).
  Pool() : core_(&Delete) {}
  explicit Pool(std::function<std::unique_ptr<T>()> New) : core_(&Delete), new_(std::move(New)) {}

  // An item that was Put, else what New makes, else null. New is called on the caller's stack, and may do what it likes.
  std::unique_ptr<T> Get(SourceLocation where = SourceLocation::current()) {
    std::unique_ptr<T> item(static_cast<T*>(core_.Get(where)));
    if (item == nullptr && new_) item = new_();
    return item;
  }

  // Ignored if null (POOL-04). Putting what somebody still refers to gives it to two.
  void Put(std::unique_ptr<T> item, SourceLocation where = SourceLocation::current()) {
    if (item != nullptr) core_.Put(item.release(), where);
  }

  // Names it in the explorer's reports.
  Pool& name(const char* name) {
    core_.SetName(name);
    return *this;
  }

 private:
  static void Delete(void* item) { std::unique_ptr<T>(static_cast<T*>(item)).reset(); }

  internal::PoolCore core_;
  std::function<std::unique_ptr<T>()> new_;
};

}  // namespace plait::sync

#endif  // PLAIT_RUNTIME_SYNC_POOL_H_
