#ifndef PLAIT_RUNTIME_GOROUTINE_G_CACHE_H_
#define PLAIT_RUNTIME_GOROUTINE_G_CACHE_H_

#include <array>
#include <atomic>
#include <cstdint>

namespace plait {

struct G;

// What a worker has at hand for the goroutines that it starts and ends, so that most of the time neither takes a lock or
// a read-modify-write. AllGoroutines fills it, empties it, and adds up the numbers of all.
//
// Thread safety: one worker's own, but for the two counters, which it alone writes and anybody reads.
struct GCache {
  static constexpr uint32_t kMost = 64;
  static constexpr uint64_t kIds = 16;  // taken at a time

  GCache();
  ~GCache();
  GCache(const GCache&) = delete;
  GCache& operator=(const GCache&) = delete;

  // Dead ones. Not a list through them: they have left the processor's cache, mostly, and each link would be waited for.
  std::array<G*, kMost> free;
  uint32_t size = 0;
  uint64_t next_id = 0;
  uint64_t end_of_ids = 0;
  std::atomic<uint64_t> made{0};
  std::atomic<uint64_t> ended{0};

  GCache* prev = nullptr;  // among those that AllGoroutines knows
  GCache* next = nullptr;
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_G_CACHE_H_
