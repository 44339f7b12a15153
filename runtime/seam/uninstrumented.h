#ifndef PLAIT_RUNTIME_SEAM_UNINSTRUMENTED_H_
#define PLAIT_RUNTIME_SEAM_UNINSTRUMENTED_H_

// Under --config=tsan the runtime's own files are compiled without instrumentation (race.h says why). What is inline in
// its headers is compiled in users' files as well, with theirs, and of the two copies the linker keeps one for both. So
// the inline functions that touch what several goroutines share, wait queues and locks, say so themselves. (no_sanitize
// would leave the atomics in; and inlined into an instrumented function, they would be instrumented with it.)
#ifdef PLAIT_TSAN
#define PLAIT_UNINSTRUMENTED __attribute__((disable_sanitizer_instrumentation, noinline))
#else
#define PLAIT_UNINSTRUMENTED
#endif

#endif  // PLAIT_RUNTIME_SEAM_UNINSTRUMENTED_H_
