// Clauses of ONCE, explored.

#include <set>
#include <string>
#include <utility>

#include "plait/explore.h"
#include "plait/properties/sync/seen.h"

namespace plait {
namespace {

using namespace plait::explore;
using enum Granularity;

void DoesItOnce() {
  sync::Once once;
  int value = 0;
  for (int i = 0; i < 3; ++i) {
    go([&] {
      once.Do([&] {
        ++value;
        Gosched();
        value += 10;
      });
      EXPECT_EQ(value, 11);
    });
  }
  join_all();
}
// ONCE-01, ONCE-02: one function runs, and no Do returns before it has ended.
// ONCE-03: and what it did is seen. Under --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(OnceExplored, DoesItOnce) { DoesItOnce(); }
// ONCE-01, ONCE-02, ONCE-03: through all paths of the runtime.
PLAIT_EXPLORE(OnceExplored, DoesItOnceInTheRuntime, .granularity = kRuntime) { DoesItOnce(); }

// ONCE-02: the same with a flag that is swapped, which is wrong: the second one does not wait.
PLAIT_EXPLORE(OnceExplored, AFlagIsNoOnce, .expect = Verdict::kAssertion) {
  sync::atomic::Bool done;
  sync::atomic::Int64 value;
  for (int i = 0; i < 2; ++i) {
    go([&] {
      if (done.CompareAndSwap(false, true)) value.Store(1);
      EXPECT_EQ(value.Load(), 1);
    });
  }
  join_all();
}

// ONCE-04: a function that calls Do of its own Once waits for ever.
PLAIT_EXPLORE(OnceExplored, IsNotRecursive, .expect = Verdict::kDeadlock) {
  sync::Once once;
  once.Do([&] { once.Do([] {}); });
}

// ONCE-05, ONCE-06, ONCE-07: if it panics, or exits, it is done; whoever waited returns.
void EndsBadly(void (*how)()) {
  sync::Once once;
  int calls = 0, returned = 0;
  sync::Mutex mu;
  for (int i = 0; i < 2; ++i) {
    go([&, how] {
      try {
        once.Do([&, how] {
          ++calls;
          Gosched();
          how();
        });
        std::scoped_lock guard(mu);
        ++returned;
      } catch (const Panic& panic) {
        EXPECT_EQ(panic.text(), "failed");
      }
    });
  }
  join_all();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(returned, 1);
}
// ONCE-05, ONCE-07: as it says above.
PLAIT_EXPLORE(OnceExplored, Panics) {
  EndsBadly([] { panic("failed"); });
}
// ONCE-05, ONCE-07: through all paths of the runtime.
PLAIT_EXPLORE(OnceExplored, PanicsInTheRuntime, .granularity = kRuntime) {
  EndsBadly([] { panic("failed"); });
}
// ONCE-06: and by Goexit.
PLAIT_EXPLORE(OnceExplored, Exits) { EndsBadly(Goexit); }

// ONCE-08, ONCE-10: OnceFunc and its like: one call, all wait for it, all have what it returned.
PLAIT_EXPLORE(OnceExplored, FunctionsThatRunOnce) {
  int calls = 0;
  const auto f = sync::OnceFunc([&] {
    Gosched();
    ++calls;
  });
  const auto value = sync::OnceValue([&] { return std::string("v") + std::to_string(calls); });
  const auto values = sync::OnceValues([&] { return std::pair(calls, std::string("x")); });
  for (int i = 0; i < 2; ++i) {
    go([&] {
      f();
      EXPECT_EQ(calls, 1);
      EXPECT_EQ(value(), "v1");
      const auto [n, x] = values();
      EXPECT_EQ(n, 1);
      EXPECT_EQ(x, "x");
    });
  }
  join_all();
}

// ONCE-09: every caller of an OnceFunc that panics panics with the same value, those who waited too.
void PanicsForAll() {
  int panics = 0, calls = 0;
  sync::Mutex mu;
  const auto f = sync::OnceFunc([&] {
    ++calls;
    Gosched();
    panic(42);
  });
  for (int i = 0; i < 3; ++i) {
    go([&] {
      try {
        f();
      } catch (const Panic& panic) {
        std::scoped_lock guard(mu);
        panics += std::any_cast<int>(panic.value()) == 42;
      }
    });
  }
  join_all();
  EXPECT_EQ(panics, 3);
  EXPECT_EQ(calls, 1);
}
// ONCE-09: as it says above.
PLAIT_EXPLORE(OnceExplored, AFunctionPanicsForAll) { PanicsForAll(); }

}  // namespace
}  // namespace plait
