// One million failing executions with owning locals: `bazel run --config=asan //explorer/teardown:million` ends with
// status 0 only if LeakSanitizer finds nothing. Too long for every CI run under a sanitizer; teardown_test does a part
// of it.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "plait/explorer/explore.h"
#include "plait/plait.h"

int main(int argc, char** argv) {
  using namespace plait;
  using namespace plait::explore;
  const uint64_t executions = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const Options options{.mode = Mode::kRandom, .executions = executions, .max_seconds = 3600, .stop_at_failure = false};
  const Result r = Explore("Million", options, [] {
    auto ch = make_chan<std::unique_ptr<std::string>>(1);
    for (int i = 0; i < 3; ++i) {
      go([ch, owned = std::make_unique<int>(i)] { ch.send(std::make_unique<std::string>(100, 'x')); });
    }
  });
  std::printf("%lu executions, %lu of them failed (%s), %lu stacks abandoned, %.1f s\n", r.executions, r.failures,
              VerdictName(r.verdict), r.abandoned_stacks, r.seconds);
  return r.failures == executions && r.abandoned_stacks == 0 ? 0 : 1;
}
