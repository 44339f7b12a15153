#ifndef PLAIT_PROPERTIES_SYNC_SEEN_H_
#define PLAIT_PROPERTIES_SYNC_SEEN_H_

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "plait/explore.h"
#include "plait/explorer/execution.h"

namespace plait::explore {

// Explores `body` at this granularity, and returns all that it has written into its string, once for each execution; an
// execution that ends in a deadlock is written down as "deadlock" instead. Anything else that goes wrong fails the test.
inline std::set<std::string> SeenByExplore(Granularity granularity, const std::function<void(std::string&)>& body,
                                           Options options = {}) {
  std::set<std::string> all;
  std::string seen;
  options.granularity = granularity;
  options.stop_at_failure = false;
  const Result result = Explore(
      "Seen", options,
      [&] {
        seen.clear();
        body(seen);
      },
      [&](const Execution& execution) {
        if (execution.verdict() == Verdict::kDeadlock) seen = "deadlock";
        EXPECT_TRUE(execution.verdict() == Verdict::kNone || execution.verdict() == Verdict::kDeadlock)
            << execution.verdict_text();
        all.insert(seen);
      });
  EXPECT_TRUE(result.complete);
  return all;
}

}  // namespace plait::explore

#endif  // PLAIT_PROPERTIES_SYNC_SEEN_H_
