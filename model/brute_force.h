// A second, deliberately different reading of the same clauses, to judge the search by. For tests only.
//
// It runs a program from its beginning once for every sequence of choices, remembers no states, and keeps to what Go's
// runtime does where rules.h argues it away: a waiting goroutine has an entry in a queue for each of its cases; the
// entries of a select that was served elsewhere stay in their queues, and are skipped, until its goroutine has run
// again, which is a step of its own; cases on one channel are enqueued in any order.
#ifndef PLAIT_MODEL_BRUTE_FORCE_H_
#define PLAIT_MODEL_BRUTE_FORCE_H_

#include <cstddef>
#include <optional>
#include <set>

#include "plait/model/outcome.h"
#include "plait/model/program.h"
#include "plait/model/rules.h"

namespace plait::model {

// All outcomes; nothing if there are more than max_runs runs.
std::optional<std::set<Outcome>> BruteForce(const Program& program, Waiters waiters, size_t max_runs);

}  // namespace plait::model

#endif  // PLAIT_MODEL_BRUTE_FORCE_H_
