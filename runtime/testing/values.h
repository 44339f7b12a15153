#ifndef PLAIT_RUNTIME_TESTING_VALUES_H_
#define PLAIT_RUNTIME_TESTING_VALUES_H_

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace plait::test {

// Element types that a channel must not lose, duplicate or destroy twice. Each knows how many of its objects are alive,
// and aborts when one is destroyed that is none.
//
// An Instance is the part that counts.
template <class Owner>
class Instance {
 public:
  Instance() noexcept { live_.fetch_add(1); }
  Instance(const Instance&) noexcept : Instance() {}
  Instance& operator=(const Instance&) noexcept { return *this; }
  ~Instance() {
    if (self_ != this) __builtin_trap();  // destroyed twice, or copied as bytes
    self_ = nullptr;
    live_.fetch_sub(1);
  }

  static int live() { return live_.load(); }

 private:
  static inline std::atomic<int> live_{0};
  const Instance* volatile self_ = this;
};

struct Copyable : Instance<Copyable> {
  Copyable() = default;
  explicit Copyable(int v) : value(v) {}
  int value = 0;
};

struct MoveOnly : Instance<MoveOnly> {
  MoveOnly() = default;
  explicit MoveOnly(int v) : value(v) {}
  MoveOnly(MoveOnly&& other) noexcept : Instance(other), value(std::exchange(other.value, -1)) {}
  MoveOnly& operator=(MoveOnly&& other) noexcept {
    value = std::exchange(other.value, -1);
    return *this;
  }
  int value = 0;  // -1: moved from
};

struct NoDefault : Instance<NoDefault> {
  explicit NoDefault(int v) : value(v) {}
  int value;
};

// GCC 12 does not align AddressSanitizer's fake frames to more than 32 bytes (GCC bug 110027).
#if defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
inline constexpr size_t kOverAlignment = 32;
#else
inline constexpr size_t kOverAlignment = 128;
#endif

struct alignas(kOverAlignment) OverAligned : Instance<OverAligned> {
  OverAligned() = default;
  explicit OverAligned(int v) : value(v) {}
  int value = 0;
};

struct Empty {
  Empty() = default;
  explicit Empty(int) {}
};

// Copies and moves throw when the fuse burns down: `fuse` = n lets n of them pass and throws at the next. Negative:
// none.
struct Fragile : Instance<Fragile> {
  struct Broke : std::runtime_error {
    Broke() : std::runtime_error("broke") {}
  };

  Fragile() = default;
  explicit Fragile(int v) : value(v) {}
  Fragile(const Fragile& other) : Instance(other), value(other.value) { Burn(); }
  Fragile(Fragile&& other) : Instance(other), value(other.value) {  // NOLINT: may throw, on purpose
    Burn();
    other.value = -1;
  }
  Fragile& operator=(const Fragile& other) {
    Burn();
    value = other.value;
    return *this;
  }
  Fragile& operator=(Fragile&& other) {  // NOLINT: may throw, on purpose
    Burn();
    value = std::exchange(other.value, -1);
    return *this;
  }

  static void Burn() {
    if (fuse.load() >= 0 && fuse.fetch_sub(1) == 0) throw Broke();
  }
  static inline std::atomic<int> fuse{-1};

  int value = 0;  // -1: moved from
};

}  // namespace plait::test

#endif  // PLAIT_RUNTIME_TESTING_VALUES_H_
