#ifndef PLAIT_EXPLORER_FOOTPRINT_H_
#define PLAIT_EXPLORER_FOOTPRINT_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace plait::explore {

// How a transition touches an object. See dependency.h for what follows from it.
enum class Access : uint8_t {
  kRead,   // observes state: load, len, failed TryLock, a default that looked, receive of "closed"
  kWrite,  // anything else that is not below
  kSend,   // adds to a buffered channel that has room
  kRecv,   // takes from a buffered channel that holds values
  kClose,
  kCountUp,    // WaitGroup.Add of a positive delta; RLock
  kCountDown,  // WaitGroup.Add of a negative delta, or RUnlock, whose double does not go below zero
  kCountLast,  // the same, but only the single delta does not go below zero
  kReadClock,  // object kClock: arms a timer, or asks for the time
};
inline constexpr size_t kAccesses = 9;

struct Touch {
  int32_t object;  // number in this execution
  Access access;
};

inline constexpr int32_t kClock = -1;
inline constexpr int32_t kEverything = -2;  // in a state in which no two transitions commute
inline constexpr int32_t kGoroutines = -3;  // which there are: join_all looks, an AfterFunc that fires adds one
inline constexpr int32_t kLowestObject = kGoroutines;

// A few touches. Most transitions have one, and a footprint is made for each step: no memory is allocated for so few.
class Touches {
 public:
  Touches() = default;
  Touches(std::initializer_list<Touch> touches) {
    for (const Touch& touch : touches) push_back(touch);
  }

  void push_back(Touch touch) {
    if (size_ < kFew) {
      few_[size_] = touch;
    } else {
      if (size_ == kFew) many_.assign(few_, few_ + kFew);
      many_.push_back(touch);
    }
    ++size_;
  }

  const Touch* begin() const { return size_ <= kFew ? few_ : many_.data(); }
  const Touch* end() const { return begin() + size_; }
  size_t size() const { return size_; }

 private:
  static constexpr uint32_t kFew = 3;

  uint32_t size_ = 0;
  Touch few_[kFew] = {};
  std::vector<Touch> many_;
};

// What a transition touches, worked out from the state in which it is enabled.
struct Footprint {
  int16_t goroutine = 0;  // 0: none
  int16_t peer = 0;
  Touches touches = {};
};

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_FOOTPRINT_H_
