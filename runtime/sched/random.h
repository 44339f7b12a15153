#ifndef PLAIT_RUNTIME_SCHED_RANDOM_H_
#define PLAIT_RUNTIME_SCHED_RANDOM_H_

#include <cstdint>

namespace plait::sched {

// xorshift64*: the runtime's only random source, one per thread. For scheduling and select, never for secrets.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u | 1) {}

  uint64_t Next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1Du;
  }
  // Uniform in [0, n), n > 0; the bias is below n / 2^32.
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>((Next() >> 32) * n >> 32); }

 private:
  uint64_t state_;
};

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_RANDOM_H_
