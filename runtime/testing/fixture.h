#ifndef PLAIT_RUNTIME_TESTING_FIXTURE_H_
#define PLAIT_RUNTIME_TESTING_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"

namespace plait::test {

// A test with a Runtime around it, run with 1, 2 and 4 processors:
//
//   using ChanTest = test::RuntimeTest;
//   PLAIT_WITH_PROCS(ChanTest);
//   TEST_P(ChanTest, ...) { Run([&] { ...a goroutine... }); }
class RuntimeTest : public ::testing::TestWithParam<int> {
 protected:
  // Runs f as a goroutine and waits until it and all others have ended.
  template <class F>
  void Run(F f) {
    go(std::move(f));
    runtime_.Drain();
  }

  Runtime runtime_{GetParam()};
};

#define PLAIT_WITH_PROCS(Suite) \
  INSTANTIATE_TEST_SUITE_P(Procs, Suite, ::testing::Values(1, 2, 4), ::testing::PrintToStringParamName())

// How many goroutines are parked.
int Parked();

// Waits, in a goroutine or on a plain thread, until n goroutines are parked: not for a time, but for the state itself.
void AwaitParked(int n);

// Waits in the same way until only n goroutines are left.
void AwaitGoroutines(int n);

// Why each goroutine waits, oldest first. For when all of them are parked.
std::vector<std::string> WaitReasons();

// Takes the calling goroutine to another worker thread. Needs two processors.
void MoveToAnotherThread();

// The thread that runs the caller, as the system numbers it: nothing that a compiler could keep over a park.
int ThreadId();

// The thread's errno as it is now: for the same reason behind a call, and uninstrumented.
int GetErrno();
void SetErrno(int value);

// Starts a goroutine and waits until it has parked: for tests of who came first. It must stay parked, and nothing else
// may park or wake meanwhile.
template <class F>
void GoAndPark(F f) {
  const int before = Parked();
  go(std::move(f));
  AwaitParked(before + 1);
}

template <class F>
std::string PanicTextOf(F f) {
  try {
    f();
  } catch (const Panic& panic) {
    return panic.text();
  }
  return "(no panic)";
}

}  // namespace plait::test

#endif  // PLAIT_RUNTIME_TESTING_FIXTURE_H_
