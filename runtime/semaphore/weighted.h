#ifndef PLAIT_RUNTIME_SEMAPHORE_WEIGHTED_H_
#define PLAIT_RUNTIME_SEMAPHORE_WEIGHTED_H_

#include <cstdint>
#include <variant>
#include <vector>

#include "plait/runtime/chan/chan.h"
#include "plait/runtime/context/context.h"
#include "plait/runtime/errors/errors.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/object.h"

// Go's golang.org/x/sync/semaphore.
namespace plait::semaphore {

// So many units, of which several may be taken at once.
//
//   semaphore::Weighted memory(1024);
//   if (error err = memory.Acquire(ctx, job.megabytes)) return err;      // cancelled while it waited
//   ...
//   memory.Release(job.megabytes);
//
// Waiters are served strictly in the order in which they came: one that needs much, and waits in front, holds up those
// that need little (SEM-05, SEM-12). What was taken may be given back by another goroutine, and in other portions
// (SEM-10).
//
// Thread safety: everything from any goroutine or thread (SEM-14). Release happens before the return of an Acquire that
// it enables (SEM-13). Not copyable. Complexity: O(1), and O(1) for each waiter that Release lets go.
class Weighted : public Object {
 public:
  explicit Weighted(int64_t n) : Object(ObjectKind::kSemaphore), size_(n) {}

  // Takes n units, or waits until they are free or ctx is done (SEM-01). Then, and if ctx is done already (SEM-03),
  // returns ctx.Err() and has taken nothing (SEM-02, SEM-04). More than there are altogether: waits for ctx, and is in
  // nobody's way (SEM-07).
  error Acquire(const context::Context& ctx, int64_t n, SourceLocation where = SourceLocation::current());

  // Takes n units if they are free and nobody waits (SEM-06).
  bool TryAcquire(int64_t n, SourceLocation where = SourceLocation::current());

  // Gives n units back. Panics "semaphore: released more than held", with the units given back all the same (SEM-08).
  void Release(int64_t n, SourceLocation where = SourceLocation::current());

  // Names it in the explorer's reports.
  Weighted& name(const char* name) {
    SetName(name);
    return *this;
  }

 private:
  using Signal = Chan<std::monostate>;
  struct Claim;

  bool Fits(int64_t n) const { return size_ - held_ >= n && first_ == nullptr; }
  void Remove(Claim& claim);
  // Grants whatever fits, in order. The caller unlocks, and closes the signals.
  std::vector<Signal> Grant();
  void GiveUp(Claim& claim, SourceLocation where);

  const int64_t size_;
  Lock lock_;  // guards the rest
  int64_t held_ = 0;
  Claim* first_ = nullptr;  // who waits
  Claim* last_ = nullptr;
};

}  // namespace plait::semaphore

#endif  // PLAIT_RUNTIME_SEMAPHORE_WEIGHTED_H_
