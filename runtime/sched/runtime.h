#ifndef PLAIT_RUNTIME_SCHED_RUNTIME_H_
#define PLAIT_RUNTIME_SCHED_RUNTIME_H_

#include <functional>
#include <memory>

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
  // procs: how many goroutines run at the same time; 0 means GOMAXPROCS from the environment, else one per CPU.
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

// How many goroutines run at the same time; 0 while there is no Runtime.
int GOMAXPROCS();

// Goroutines that exist, waiting ones included (SCHED-12). A snapshot.
int NumGoroutine();

// Lets others run first; the caller stays runnable (SCHED-08). From a plain thread: yields the CPU.
void Gosched(SourceLocation where = SourceLocation::current());

}  // namespace plait

#endif  // PLAIT_RUNTIME_SCHED_RUNTIME_H_
