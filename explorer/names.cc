#include "plait/explorer/options.h"
#include "plait/explorer/verdict.h"

namespace plait::explore {

const char* VerdictName(Verdict verdict) {
  constexpr const char* kNames[] = {"none",     "panic", "fatal error",     "assertion failed", "invariant broken",
                                    "deadlock", "leak",  "leak (periodic)", "step limit",       "nondeterminism",
                                    "skipped"};
  return kNames[static_cast<int>(verdict)];
}

const char* ModeName(Mode mode) {
  constexpr const char* kNames[] = {"exhaustive", "optimal", "enumerate", "random",      "portfolio",
                                    "pct",        "pos",     "surw",      "preemptions", "delays"};
  return kNames[static_cast<int>(mode)];
}

const char* GranularityName(Granularity granularity) { return granularity == Granularity::kUser ? "user" : "runtime"; }

}  // namespace plait::explore
