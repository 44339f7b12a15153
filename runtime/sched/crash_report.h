#ifndef PLAIT_RUNTIME_SCHED_CRASH_REPORT_H_
#define PLAIT_RUNTIME_SCHED_CRASH_REPORT_H_

namespace plait::sched {

// What a fatal signal has to say. The thread that it hits may be anywhere, inside malloc too, so it notes its stack and
// has the monitor do the talking; if that does not answer within two seconds (or there is none), it prints what can be
// printed without allocating. On a goroutine:
//
//   an overflow of its stack    "fatal error: stack overflow" and the goroutine; status 2 (PANIC-29)
//   any other SIGSEGV, SIGBUS   "panic: runtime error: invalid memory address or nil pointer dereference", Go's line
//                               "[signal SIGSEGV: ...]", and the goroutine (PANIC-17). Then the process dies of the
//                               signal, as C++ programs do, and may leave a core file. Only where the signal had its
//                               default effect: a sanitizer's or the program's own handler goes first and alone.
void InstallCrashReports();

// SIGQUIT (^\) prints every goroutine and ends the process with status 2, as Go's programs do. Only if the signal had
// its default effect. For programs that are ours from main on.
void InstallQuitReport();

// By the monitor: whether a report is due; and does it.
bool CrashReportDue();
void MakeCrashReport();

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_CRASH_REPORT_H_
