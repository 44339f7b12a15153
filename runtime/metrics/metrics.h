#ifndef PLAIT_RUNTIME_METRICS_METRICS_H_
#define PLAIT_RUNTIME_METRICS_METRICS_H_

#include <cstddef>
#include <cstdint>

namespace plait::metrics {

// What the runtime is doing, in numbers: for a monitoring system, which reads now and then and takes differences.
struct Metrics {
  // Now.
  int goroutines = 0;        // that exist (NumGoroutine)
  int procs = 0;             // GOMAXPROCS; 0 while there is no Runtime, and then so are all that follow but stacks
  int threads = 0;           // worker threads, with those that sleep without a processor
  int idle_procs = 0;        // processors whose worker sleeps for lack of work
  int blocking = 0;          // goroutines in Blocking()
  size_t timers = 0;         // armed
  size_t stacks_in_use = 0;  // one for each goroutine that has begun
  size_t stacks_pooled = 0;  // ready for new goroutines
  size_t stack_bytes = 0;    // address space of both; memory is what of it has been touched

  // Since the Runtime started; they only grow.
  uint64_t goroutines_made = 0;  // since the process started
  uint64_t runs = 0;             // how often a worker has begun or resumed a goroutine
  uint64_t parks = 0;            // how often one has begun to wait
  uint64_t steals = 0;           // how often a worker took from another one's queue,
  uint64_t stolen = 0;           // and how many goroutines
  uint64_t thread_wakes = 0;     // how often a sleeping worker was woken for work: some 5 us each
  uint64_t hand_offs = 0;        // how often a processor went to another thread (Blocking, LockOSThread)
  uint64_t preemptions = 0;      // how often a goroutine was asked to let others run, after 10 ms
};

// Takes microseconds. The numbers are read one after the other while all goes on: each is right, their sum may be off.
// Thread safe.
Metrics Read();

}  // namespace plait::metrics

#endif  // PLAIT_RUNTIME_METRICS_METRICS_H_
