#ifndef PLAIT_EXPLORER_VERDICT_H_
#define PLAIT_EXPLORER_VERDICT_H_

#include <cstdint>

namespace plait::explore {

// What one execution says.
enum class Verdict : uint8_t {
  kNone,            // nothing wrong
  kPanic,           // a panic or C++ exception escaped a goroutine
  kFatal,           // a fatal error: unlock of an unlocked mutex...
  kAssertion,       // a GoogleTest assertion failed in some goroutine
  kInvariant,       // an invariant() did not hold after some step
  kDeadlock,        // main waits, and nothing can ever run again
  kLeak,            // main has ended, a goroutine is left that can never run again
  kPeriodicLeak,    // main has ended, a goroutine is left that only re-arms a timer, for ever
  kStepLimit,       // Options::max_steps: it may never end
  kNondeterminism,  // the same schedule did not lead to the same steps
  kSkipped,         // GTEST_SKIP
};

const char* VerdictName(Verdict verdict);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_VERDICT_H_
