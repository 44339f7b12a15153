#ifndef PLAIT_RUNTIME_SEAM_RACE_H_
#define PLAIT_RUNTIME_SEAM_RACE_H_

// The memory model's edges, told to ThreadSanitizer. Under --config=tsan the runtime is not instrumented, so its own
// atomics order nothing in the detector's eyes: what it knows of order is exactly what stands in calls to these two.
// In every other build they are nothing.

#ifdef PLAIT_TSAN
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

namespace plait::race {

// Everything released to `address` so far happens before what the caller does from now on.
inline void Acquire([[maybe_unused]] const void* address) {
#ifdef PLAIT_TSAN
  __tsan_acquire(const_cast<void*>(address));
#endif
}

// What the caller did so far happens before whatever follows a later Acquire of `address`. Releases add up.
inline void Release([[maybe_unused]] const void* address) {
#ifdef PLAIT_TSAN
  __tsan_release(const_cast<void*>(address));
#endif
}

}  // namespace plait::race

#endif  // PLAIT_RUNTIME_SEAM_RACE_H_
