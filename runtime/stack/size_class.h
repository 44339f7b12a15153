// All stacks of one size. Internal to StackPool.

#ifndef PLAIT_RUNTIME_STACK_SIZE_CLASS_H_
#define PLAIT_RUNTIME_STACK_SIZE_CLASS_H_

#include <cstddef>
#include <vector>

#include "plait/runtime/lock/lock.h"
#include "plait/runtime/stack/arena.h"
#include "plait/runtime/stack/guard.h"

namespace plait::stack {

inline constexpr size_t kMinStackSize = 16 << 10;
inline constexpr size_t kSizeClasses = 17;
inline constexpr size_t kMaxStackSize = kMinStackSize << (kSizeClasses - 1);  // 1 GiB

// Invariants, whenever lock_ is free:
//   S1  Every carved stack is in exactly one of warm_, cold_ and somebody's hands.
//   S2  The pages of a stack in cold_ hold no memory: it was never used, or was trimmed.
//   S3  warm_ and cold_ have room for all carved stacks: Put and Trim allocate nothing and cannot fail.
class SizeClass {
 public:
  SizeClass() = default;
  SizeClass(const SizeClass&) = delete;
  SizeClass& operator=(const SizeClass&) = delete;
  ~SizeClass();

  void Configure(size_t stack_size, MapFunction map, Guards* guards);

  // The lower end of a stack of stack_size() bytes, or null. The last one put is the first one taken.
  char* Take();
  void Put(char* lo);
  void Trim();

  size_t stack_size() const { return stack_size_; }

  struct Counts {
    size_t reserved_bytes;
    size_t carved;
    size_t pooled;
  };
  Counts counts();

 private:
  char* TakePooled();
  char* Grow();
  bool ReserveArena();
  bool MakeRoom(size_t stacks);

  Lock lock_;
  std::vector<char*> warm_;
  std::vector<char*> cold_;
  size_t carved_ = 0;
  size_t reserved_bytes_ = 0;

  size_t stack_size_ = 0;
  MapFunction map_ = nullptr;
  Guards* guards_ = nullptr;

  // Taken before lock_, and held over system calls.
  Lock grow_lock_;
  std::vector<Arena*> arenas_;  // the last one is being carved
};

}  // namespace plait::stack

#endif  // PLAIT_RUNTIME_STACK_SIZE_CLASS_H_
