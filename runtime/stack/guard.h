// Guard pages: memory that faults when touched. Internal to StackPool.

#ifndef PLAIT_RUNTIME_STACK_GUARD_H_
#define PLAIT_RUNTIME_STACK_GUARD_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace plait::stack {

inline constexpr size_t kGuardSize = 4096;
inline constexpr size_t kMaxGuardBatch = 256;

// The guards of one pool, of two kinds.
//   light      MADV_GUARD_INSTALL, Linux 6.13 and later: a mark in the page table, 1 us, no limit.
//   protected  mprotect(PROT_NONE), 3.6 us: splits the mapping. A process may have vm.max_map_count pieces (65,530 by
//              default), so these are rationed.
// What gets neither is counted, and said on standard error once.
//
// Thread safety: any thread.
class Guards {
 public:
  // max_protected < 0: a quarter of vm.max_map_count, that is, half of the pieces.
  void Configure(bool use_light, int64_t max_protected);

  // Makes guards at first, first + stride, ..., n of them, n <= kMaxGuardBatch. Returns how many there are now: the
  // first so many have one, the others have none.
  size_t Install(char* first, size_t stride, size_t n);

  size_t light() const { return light_.load(); }
  size_t protected_pages() const { return protected_pages_.load(); }
  size_t unguarded() const { return unguarded_.load(); }

 private:
  size_t InstallLight(char* first, size_t stride, size_t n);
  size_t InstallProtected(char* first, size_t stride, size_t n);

  bool use_light_ = false;
  int64_t max_protected_ = -1;
  std::atomic<size_t> light_{0};
  std::atomic<size_t> protected_pages_{0};
  std::atomic<size_t> unguarded_{0};
};

}  // namespace plait::stack

#endif  // PLAIT_RUNTIME_STACK_GUARD_H_
