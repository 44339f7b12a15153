#ifndef PLAIT_RUNTIME_SCHED_DEFAULT_PROCS_H_
#define PLAIT_RUNTIME_SCHED_DEFAULT_PROCS_H_

#include <string>

namespace plait::sched {

// CPUs that this process may run on.
int UsableCpus();

// CPUs' worth of time that the process's cgroup, or one above it, allows (v2's cpu.max); below zero if there is no limit.
// `cgroup`: what /proc/self/cgroup says; `mount`: where the cgroup file system is.
double CpuQuota(const std::string& cgroup, const std::string& mount = "/sys/fs/cgroup");

// GOMAXPROCS from the environment; else one for each usable CPU, but no more than the cgroup's quota, rounded up, for
// which 2 is the least (SCHED-10). Read once, when the Runtime starts: Go follows later changes, we do not.
int DefaultProcs();
int DefaultProcs(int cpus, double quota);

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_DEFAULT_PROCS_H_
