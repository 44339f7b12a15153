#include "plait/runtime/testing/fixture.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <memory>

#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/seam/race.h"

// Not in the header: it looks into the runtime, which is not instrumented for ThreadSanitizer.

namespace plait::test {

int Parked() {
  int parked = 0;
  for (const G* g : AllGoroutines::Instance().Live()) parked += g->status.load() == GStatus::kWaiting;
  return parked;
}

void AwaitParked(int n) {
  while (Parked() < n) Gosched();
}

void AwaitGoroutines(int n) {
  while (NumGoroutine() > n) Gosched();
  race::Acquire(&race::goroutine_ends);  // what those did that have ended
}

std::vector<std::string> WaitReasons() {
  std::vector<std::string> reasons;
  for (const G* g : AllGoroutines::Instance().Live()) reasons.emplace_back(WaitReasonText(g->wait_reason));
  return reasons;
}

int ThreadId() { return static_cast<int>(syscall(SYS_gettid)); }

int GetErrno() { return *arch::ThreadRegs::OfThisThread().errno_address; }
void SetErrno(int value) { *arch::ThreadRegs::OfThisThread().errno_address = value; }

void MoveToAnotherThread() {
  const int from = ThreadId();
  do {
    // The helper wakes us onto its own processor and goes on computing there: another worker has to take us.
    auto wake = make_chan<int>();
    auto moved = std::make_shared<std::atomic<bool>>(false);
    go([wake, moved] {
      wake.send(0);
      while (!moved->load()) __builtin_ia32_pause();
    });
    wake.recv();
    *moved = true;
  } while (ThreadId() == from);
}

}  // namespace plait::test
