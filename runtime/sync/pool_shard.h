#ifndef PLAIT_RUNTIME_SYNC_POOL_SHARD_H_
#define PLAIT_RUNTIME_SYNC_POOL_SHARD_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace plait::internal {

// What one P keeps of a pool: a private place, and a ring whose owner works at the head, and thieves at the tail.
// All members but PopTail() are the owner's: the goroutine that runs on that P, which cannot be taken off it meanwhile.
// After poolDequeue of Go's sync package.
//
//   Q1  ends_ holds head (high half) and tail (low half), both counting up for ever; the items are those from tail to
//       head - 1, each in the place with its number modulo kSize. head - tail <= kSize.
//   Q2  Whoever moves an end by compare-and-swap owns the item that has left: head and tail are one word, so that of
//       the owner and the thieves who want the last item exactly one gets it.
//   Q3  A place is free once it holds null again, which is after its number has left the range: a thief empties it
//       after having moved the tail. Until then the owner takes the ring for full, rather than overwrite it.
//   Q4  private_, and the counters of use, are touched by the owner alone.
class alignas(64) PoolShard {
 public:
  static constexpr uint32_t kSize = 128;
  static constexpr uint32_t kPeriod = 1024;  // Gets, after which what was never needed is let go

  void* TakePrivate() {
    void* item = private_;
    private_ = nullptr;
    return item;
  }
  bool PutPrivate(void* item) {
    if (private_ != nullptr) return false;
    private_ = item;
    return true;
  }

  // False: it is full.
  bool PushHead(void* item) {
    const uint64_t ends = ends_.load();
    if (Head(ends) - Tail(ends) == kSize) return false;
    std::atomic<void*>& place = places_[Head(ends) % kSize];
    if (place.load() != nullptr) return false;  // Q3
    place.store(item);
    ends_.fetch_add(uint64_t{1} << 32);  // publishes it
    return true;
  }

  void* PopHead() {
    uint64_t ends = ends_.load();
    while (Head(ends) != Tail(ends)) {
      const uint32_t head = Head(ends) - 1;
      if (ends_.compare_exchange_weak(ends, Pack(head, Tail(ends)))) return places_[head % kSize].exchange(nullptr);
    }
    return nullptr;
  }

  void* PopTail() {
    uint64_t ends = ends_.load();
    while (Head(ends) != Tail(ends)) {
      const uint32_t tail = Tail(ends);
      if (ends_.compare_exchange_weak(ends, Pack(Head(ends), tail + 1))) return places_[tail % kSize].exchange(nullptr);
    }
    return nullptr;
  }

  // Counts a Get, after it. Returns how many items to let go: half of those that no Get of the last period came near.
  uint32_t CountGet() {
    const uint64_t ends = ends_.load();
    const uint32_t left = Head(ends) - Tail(ends);
    if (left < fewest_) fewest_ = left;
    if (++gets_ < kPeriod) return 0;
    const uint32_t idle = fewest_;
    gets_ = 0;
    fewest_ = kSize;
    return (idle + 1) / 2;
  }

 private:
  static uint32_t Head(uint64_t ends) { return static_cast<uint32_t>(ends >> 32); }
  static uint32_t Tail(uint64_t ends) { return static_cast<uint32_t>(ends); }
  static uint64_t Pack(uint32_t head, uint32_t tail) { return uint64_t{head} << 32 | tail; }

  void* private_ = nullptr;
  uint32_t gets_ = 0;
  uint32_t fewest_ = kSize;
  alignas(64) std::atomic<uint64_t> ends_{0};
  std::atomic<void*> places_[kSize] = {};
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_SYNC_POOL_SHARD_H_
