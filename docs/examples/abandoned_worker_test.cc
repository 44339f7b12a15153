#include "plait/docs/examples/abandoned_worker.h"

#include "plait/explore.h"

namespace examples {
namespace {

using plait::explore::Verdict;

// Found: the schedule in which the second passes first leaves the worker behind.
PLAIT_EXPLORE(AbandonedWorker, Leaks, .expect = Verdict::kLeak) { AskAndLeak(); }

// Proven, like everything without an .expect: nothing is left behind in any schedule.
PLAIT_EXPLORE(AbandonedWorker, BufferOfOne) { EXPECT_EQ(AskWithBuffer().value_or(42), 42); }

PLAIT_EXPLORE(AbandonedWorker, DoneChannel) { EXPECT_EQ(AskWithDone().value_or(42), 42); }

}  // namespace
}  // namespace examples
