// context, and a group of tasks that share one. The same programs in Go: peer/context.go.

#include <vector>

#include "plait/runtime/bench/measure.h"

namespace plait::bench {
namespace {

// WithCancel and cancel under a live parent.
void ctx_cancel(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    const auto [parent, stop] = context::WithCancel(context::Background());
    for (int64_t i = 0; i < n; ++i) {
      const auto [ctx, cancel] = context::WithCancel(parent);
      cancel();
    }
    stop();
  });
}

// A tree of 1,111 contexts, ten branches a node, cancelled at its root; a node.
void Grow(const context::Context& parent, int depth, std::vector<context::Context>& all) {
  for (int i = 0; i < 10; ++i) {
    all.push_back(context::WithCancel(parent).ctx);
    if (depth > 1) Grow(context::Context(all.back()), depth - 1, all);
  }
}

void ctx_tree(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    std::vector<context::Context> all;
    for (int64_t done = 0; done < n; done += 1'111) {
      const auto [root, cancel] = context::WithCancel(context::Background());
      all.clear();
      Grow(root, 3, all);
      cancel();
      benchmark::DoNotOptimize(static_cast<bool>(root.Err()));
    }
  });
}

// A task of a group of 16 that share a context.
void errgroup16(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    for (int64_t done = 0; done < n; done += 16) {
      const auto [group, ctx] = errgroup::WithContext(context::Background());
      for (int task = 0; task < 16; ++task) group->Go([ctx = ctx] { return ctx.Err(); });
      group->Wait();
    }
  });
}

PLAIT_ROW(ctx_cancel);
PLAIT_ROW(ctx_tree);
PLAIT_ROW(errgroup16);

}  // namespace
}  // namespace plait::bench
