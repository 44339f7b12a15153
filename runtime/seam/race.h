#ifndef PLAIT_RUNTIME_SEAM_RACE_H_
#define PLAIT_RUNTIME_SEAM_RACE_H_

// The memory model's edges, told to ThreadSanitizer. Under --config=tsan the runtime is not instrumented, so its own
// atomics order nothing in the detector's eyes: what it knows of order is exactly what stands in calls to these two.
// In every other build they are nothing.

#ifdef PLAIT_TSAN
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
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

// In its scope the detector looks away. For threads that run nothing but the runtime, on their own stacks, and for
// stretches of the runtime in which no switch happens: what it sees of uninstrumented code, allocating, freeing and
// copying, is ordered by the runtime's own locks and hand-overs, which it is not told of.
class Ignore {
 public:
#ifdef PLAIT_TSAN
  Ignore() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~Ignore() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
#else
  Ignore() {}
#endif
  Ignore(const Ignore&) = delete;
  Ignore& operator=(const Ignore&) = delete;
};

// What a goroutine did happens before the return of a Drain() or Stop() that waited for its end: released to this
// address by every goroutine that ends.
inline constinit char goroutine_ends = 0;

}  // namespace plait::race

#endif  // PLAIT_RUNTIME_SEAM_RACE_H_
