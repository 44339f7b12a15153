#ifndef PLAIT_RUNTIME_SCHED_DEADLOCK_H_
#define PLAIT_RUNTIME_SCHED_DEADLOCK_H_

namespace plait::sched {

// Whether every thread of the process is ours: `procs` workers, the monitor, and the thread that called plait::Main.
// Any other might be about to send on a channel, so its presence forbids a deadlock report. Reads /proc: only for when
// the report is due.
bool OnlyOurThreads(int procs);

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_DEADLOCK_H_
