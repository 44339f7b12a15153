#ifndef PLAIT_RUNTIME_SCHED_OVERFLOW_REPORT_H_
#define PLAIT_RUNTIME_SCHED_OVERFLOW_REPORT_H_

namespace plait::sched {

// From now on a goroutine that overflows its stack ends the process with Go's two lines, its own number and where it
// was started (PANIC-29). Idempotent.
void InstallOverflowReport();

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_OVERFLOW_REPORT_H_
