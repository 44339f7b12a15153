#ifndef PLAIT_RUNTIME_SCHED_RUNTIME_H_
#define PLAIT_RUNTIME_SCHED_RUNTIME_H_

#include <functional>
#include <memory>
#include <utility>

#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/seam/source_location.h"

namespace plait {

namespace sched {
class Scheduler;
}

// A program that is Go from the start:
//
//   int main() {
//     return plait::Main([] {
//       auto ch = make_chan<int>();
//       go([ch] { ch.send(42); });
//       std::printf("%d\n", ch.recv());
//     });
//   }
//
// Runs f as goroutine 1 on GOMAXPROCS workers and returns 0 when it returns; the other goroutines never run again, and
// neither their deferred calls nor their destructors do (GO-05). If one of them computes on without ever parking, the
// process exits on the spot. When nothing can run any more, no timer is pending and no foreign thread exists, the
// process ends with "fatal error: all goroutines are asleep - deadlock!", every goroutine listed, and status 2
// (DEAD-01). Main is for main(): once a process, no destructor of a static runs before it returns.
int Main(std::function<void()> f);

// Goroutines inside somebody else's main, or in a test fixture. May start and end any number of times, one at a time;
// leaves nothing behind. Plain threads that use its goroutines' channels must be joined before it ends. No deadlock
// report: the owner's threads may be about to send.
//
//   plait::Runtime runtime;         // workers run from here
//   go([&] { ... });                // from any thread
//   runtime.Drain();                // until every goroutine has ended
class Runtime {
 public:
  // procs: how many goroutines run at the same time; 0 means GOMAXPROCS from the environment, else one per CPU that the
  // process may use, or fewer if its cgroup is allowed less (runtime/sched/default_procs.h).
  // Fatal if a Runtime exists already.
  explicit Runtime(int procs = 0);
  // Stop()s.
  ~Runtime();

  // Waits, on a plain thread, until no goroutine is left.
  void Drain();

  // Lets running goroutines come to their next park, ends the workers, and unwinds the goroutines that are left, newest
  // first: their destructors run, their deferred calls do not (runtime/goroutine/teardown.h). Returns how many there
  // were; afterwards `go` is an error until another Runtime exists.
  int Stop();

 private:
  std::unique_ptr<sched::Scheduler> scheduler_;
};

// How many goroutines run at the same time; 0 while there is no Runtime. n >= 1 sets it (up to 1024); returns the value
// before, so that n < 1 only asks (SCHED-10). With fewer, goroutines that are running come to their next park first.
// The first value: see Runtime's constructor.
int GOMAXPROCS(int n = 0);

// CPUs that this process may use.
int NumCPU();

// Go's debug.SetMaxThreads: with more threads than this the program ends (SCHED-19); 10000 unless set. Returns the value
// before; -1 while there is no Runtime.
int SetMaxThreads(int n);

// Goroutines that exist, waiting ones and the caller included (SCHED-12). A snapshot. In an explored body, those of that
// execution.
int NumGoroutine();

// Wires the calling goroutine to the thread it is on: until as many calls of UnlockOSThread it runs there and nobody else
// does (SCHED-13, SCHED-17); for libraries that keep state in the thread. Goroutines that it starts are not wired, and
// threads started later inherit nothing of what it does to its own (SCHED-16). If it ends while wired, so does the thread
// (SCHED-14). One UnlockOSThread too many does nothing. Costs two switches of threads for each park.
//
// Called before plait::Main, on the thread that will call it, it wires main's goroutine to that thread: what Go's init
// functions do for graphics libraries (SCHED-15). On other plain threads, and in explored bodies, it only counts.
void LockOSThread();
void UnlockOSThread();

namespace internal {
struct BlockingScope {
  BlockingScope();
  ~BlockingScope();
};
}  // namespace internal

// Calls f(), which may block its thread: a system call, a lock of std::mutex, somebody else's library. The goroutine's
// processor goes to another thread meanwhile, so that nobody has to wait for it (SCHED-18); dumps show it as "syscall",
// and it counts as running: no deadlock is reported (DEAD-09). Returns what f returns.
//
//   const ssize_t n = plait::Blocking([&] { return read(fd, buffer, size); });
//
// A call that blocks outside it stops the goroutines that are queued behind it on the same processor for some 10 ms, and
// takes a processor away as long as it lasts. Costs some 10 us. Plain threads and explored bodies just call f.
template <class F>
decltype(auto) Blocking(F&& f) {
  const internal::BlockingScope scope;
  return std::forward<F>(f)();
}

// Lets others run first; the caller stays runnable (SCHED-08). From a plain thread: yields the CPU.
void Gosched(SourceLocation where = SourceLocation::current());

}  // namespace plait

#endif  // PLAIT_RUNTIME_SCHED_RUNTIME_H_
