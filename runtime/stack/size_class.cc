#include "plait/runtime/stack/size_class.h"

#include <sys/mman.h>

#include <algorithm>
#include <mutex>
#include <new>

#include "plait/runtime/stack/shadow.h"

namespace plait::stack {

namespace {

// An arena holds this much or this many stacks at first; each further one as many as there are already, so that a few
// dozen arenas are the most there can be.
constexpr size_t kFirstArenaBytes = 256 << 20;
constexpr size_t kFirstArenaStacks = 256;
constexpr size_t kMaxArenaBytes = size_t{64} << 30;

// Stacks are carved a batch at a time: one system call makes its guards.
constexpr size_t kMinBatch = 16;
constexpr size_t kMaxBatch = kMaxGuardBatch;

constexpr size_t kTrimBatch = 64;

}  // namespace

SizeClass::~SizeClass() {
  for (Arena* arena : arenas_) ReleaseArena(arena);
}

void SizeClass::Configure(size_t stack_size, MapFunction map, Guards* guards) {
  stack_size_ = stack_size;
  map_ = map;
  guards_ = guards;
}

char* SizeClass::TakePooled() {
  std::lock_guard hold(lock_);
  for (std::vector<char*>* list : {&warm_, &cold_}) {
    if (list->empty()) continue;
    char* lo = list->back();
    list->pop_back();
    return lo;
  }
  return nullptr;
}

char* SizeClass::Take() {
  char* lo = TakePooled();
  return lo != nullptr ? lo : Grow();
}

void SizeClass::Put(char* lo) {
  std::lock_guard hold(lock_);
  warm_.push_back(lo);  // S3
}

char* SizeClass::Grow() {
  std::lock_guard growing(grow_lock_);
  ShadowIgnored
      ignored;  // the lists' memory is passed from thread to thread by locks that ThreadSanitizer does not see
  // Whoever held grow_lock_ before may have made some.
  if (char* lo = TakePooled()) return lo;
  if ((arenas_.empty() || arenas_.back()->full()) && !ReserveArena()) return nullptr;

  // carved_ is written only here, under both locks.
  Arena& arena = *arenas_.back();
  const size_t batch = std::min(std::clamp(carved_ / 4, kMinBatch, kMaxBatch), arena.slots() - arena.carved());
  if (!MakeRoom(carved_ + batch)) return nullptr;
  const size_t first = arena.Carve(batch, *guards_);

  std::lock_guard hold(lock_);
  carved_ += batch;
  for (size_t i = batch; --i > 0;) cold_.push_back(arena.StackAt(first + i));
  return arena.StackAt(first);
}

bool SizeClass::ReserveArena() {
  const size_t stride = stack_size_ + kGuardSize;
  size_t stacks = std::max(std::clamp(kFirstArenaBytes / stride, size_t{1}, kFirstArenaStacks), carved_);
  stacks = std::clamp(kMaxArenaBytes / stride, size_t{1}, stacks);
  try {
    arenas_.reserve(arenas_.size() + 1);
  } catch (const std::bad_alloc&) {
    return false;
  }
  // A limit on address space may leave room for less.
  for (; stacks > 0; stacks /= 2) {
    Arena* arena = AcquireArena(stride, stacks, map_);
    if (arena == nullptr) continue;
    arenas_.push_back(arena);
    std::lock_guard hold(lock_);
    reserved_bytes_ += stride * stacks;
    return true;
  }
  return false;
}

bool SizeClass::MakeRoom(size_t stacks) {
  std::lock_guard hold(lock_);
  try {
    for (std::vector<char*>* list : {&warm_, &cold_}) {
      if (list->capacity() < stacks) list->reserve(std::max(stacks, 2 * list->capacity()));
    }
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void SizeClass::Trim() {
  // Only what is warm now: stacks put back meanwhile would keep this going for ever.
  size_t left = 0;
  {
    std::lock_guard hold(lock_);
    left = warm_.size();
  }
  while (left > 0) {
    // Out of both lists while the system call runs, so that nobody is handed a stack that is just being emptied.
    char* batch[kTrimBatch];
    size_t taken = 0;
    {
      std::lock_guard hold(lock_);
      for (; taken < std::min(left, kTrimBatch) && !warm_.empty(); ++taken) {
        batch[taken] = warm_.back();
        warm_.pop_back();
      }
    }
    if (taken == 0) return;
    left -= taken;
    // Fails for locked memory (mlockall) alone, which then simply stays.
    for (size_t i = 0; i < taken; ++i) madvise(batch[i], stack_size_, MADV_DONTNEED);
    std::lock_guard hold(lock_);
    for (size_t i = 0; i < taken; ++i) cold_.push_back(batch[i]);  // S3
  }
}

SizeClass::Counts SizeClass::counts() {
  std::lock_guard hold(lock_);
  return {reserved_bytes_, carved_, warm_.size() + cold_.size()};
}

}  // namespace plait::stack
