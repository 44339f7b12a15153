#include "plait/runtime/testing/fixture.h"

#include "plait/runtime/goroutine/all_goroutines.h"

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
}

std::vector<std::string> WaitReasons() {
  std::vector<std::string> reasons;
  for (const G* g : AllGoroutines::Instance().Live()) reasons.emplace_back(WaitReasonText(g->wait_reason));
  return reasons;
}

}  // namespace plait::test
