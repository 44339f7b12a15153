// Clauses of GO, PANIC, DEAD, SCHED and DUMP that are about all schedules, explored.

#include <set>
#include <string>
#include <vector>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace std::chrono_literals;
using namespace plait::explore;

// The values of `seen` at the ends of all executions.
std::set<std::string> OutcomesOfExplore(const Options& options, const std::function<void(std::string&)>& body) {
  std::set<std::string> outcomes;
  std::string seen;
  const Result r = Explore(
      "Outcomes", options,
      [&] {
        seen.clear();
        body(seen);
      },
      [&](const Execution&) { outcomes.insert(seen); });
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
  EXPECT_TRUE(r.complete);
  return outcomes;
}

// GO-02, SCHED-01: a new goroutine and whoever started it go on in either order.
TEST(GoExplored, EitherOrder) {
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    EXPECT_EQ(OutcomesOfExplore({.granularity = granularity},
                                [](std::string& seen) {
                                  sync::Mutex mu;
                                  auto add = [&](char c) {
                                    mu.Lock();
                                    seen += c;
                                    mu.Unlock();
                                  };
                                  go([&] { add('g'); });
                                  add('m');
                                  join_all();
                                }),
              (std::set<std::string>{"gm", "mg"}))
        << GranularityName(granularity);
  }
}

// SCHED-08: Gosched lets others run and stays runnable: what follows it comes before or after anything else, and always
// comes.
TEST(GoschedExplored, BeforeOrAfter) {
  EXPECT_EQ(OutcomesOfExplore({.granularity = Granularity::kRuntime},
                              [](std::string& seen) {
                                sync::Mutex mu;
                                auto add = [&](char c) {
                                  mu.Lock();
                                  seen += c;
                                  mu.Unlock();
                                };
                                go([&] { add('g'); });
                                Gosched();
                                add('m');
                                join_all();
                              }),
            (std::set<std::string>{"gm", "mg"}));
}

// PANIC-25: a panic unlocks nothing: who comes next waits for ever, in every schedule in which it comes later.
TEST(PanicExplored, LeavesTheMutexLocked) {
  const auto body = [] {
    sync::Mutex mu;
    go([&mu] {
      frame([&mu](Frame& f) {
        f.defer([] { EXPECT_EQ(recover().text(), "with the lock"); });
        mu.Lock();
        panic("with the lock");
      });
    });
    join_all();
    EXPECT_FALSE(mu.TryLock());
    mu.Lock();
  };
  const Result r = Explore("Locked", {}, body);
  EXPECT_EQ(r.verdict, Verdict::kDeadlock) << r.report;
}

// PANIC-26: deferred calls of a panicking goroutine may wait for others, which go on meanwhile.
PLAIT_EXPLORE(PanicExplored, DeferredCallsMayWait) {
  auto ch = make_chan<int>();
  sync::Mutex mu;
  std::string text;
  go([&, ch] {
    frame([&](Frame& f) {
      f.defer([&, ch] {
        mu.Lock();
        ch.send(1);
        EXPECT_EQ(ch.recv(), 2);
        mu.Unlock();
        text = recover().text();
      });
      panic("waits");
    });
  });
  EXPECT_EQ(ch.recv(), 1);
  ch.send(2);
  mu.Lock();
  mu.Unlock();
  join_all();
  EXPECT_EQ(text, "waits");
}

// DEAD-02: only a global deadlock is one: whoever can run, or sleeps, goes on however many are stuck; here until main has
// ended, and then the stuck ones are a leak.
// DEAD-22: that is another verdict.
TEST(DeadlockExplored, OneThatCanRunSuppressesIt) {
  const Result leak = Explore("Partial", {}, [] {
    for (int i = 0; i < 2; ++i) {
      go([] { Chan<int>().recv(); });
    }
    for (int i = 0; i < 3; ++i) time::Sleep(1s);
  });
  EXPECT_EQ(leak.verdict, Verdict::kLeak) << leak.report;
  EXPECT_NE(leak.text.find("2 goroutines are left"), std::string::npos) << leak.text;
  const Result deadlock = Explore("Global", {}, [] {
    for (int i = 0; i < 2; ++i) {
      go([] { Chan<int>().recv(); });
    }
    time::Sleep(1s);
    make_chan<int>().recv();
  });
  EXPECT_EQ(deadlock.verdict, Verdict::kDeadlock) << deadlock.report;
}

// DEAD-13, DEAD-22: every kind of wait is asleep: nothing is enabled, no timer is armed, main has not ended.
TEST(DeadlockExplored, EveryKindOfWait) {
  const std::vector<std::function<void()>> waits = {
      [] { Chan<int>().recv(); },
      [] { Chan<int>().send(1); },
      [] { make_chan<int>().recv(); },
      [] { make_chan<int>().send(1); },
      [] { Select{}; },
      [] { Select{recv_case(make_chan<int>())}; },
      [] {
        sync::Mutex mu;
        mu.Lock();
        mu.Lock();
      },
      [] {
        sync::WaitGroup wg;
        wg.Add(1);
        wg.Wait();
      },
      [] {
        sync::RWMutex mu;
        mu.Lock();
        mu.RLock();
      },
      [] {
        sync::RWMutex mu;
        mu.RLock();
        mu.Lock();
      },
      [] {
        sync::Mutex mu;
        sync::Cond cond(mu);
        mu.Lock();
        cond.Wait();
      },
      [] {
        sync::Once once;
        once.Do([&] { once.Do([] {}); });
      },
  };
  for (size_t i = 0; i < waits.size(); ++i) {
    for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
      const Result r = Explore("Wait", {.granularity = granularity}, waits[i]);
      EXPECT_EQ(r.verdict, Verdict::kDeadlock) << i << "\n" << r.report;
    }
  }
}

// DEAD-19: who spins is not asleep: that is the step limit's business.
TEST(DeadlockExplored, SpinningIsNone) {
  const Result r = Explore("Spin", {.max_steps = 100}, [] {
    sync::atomic::Bool never;
    go([] { Chan<int>().recv(); });
    while (!never.Load()) {
    }
  });
  EXPECT_EQ(r.verdict, Verdict::kStepLimit) << r.report;
}

// DUMP-22: a dump is no step, wakes nobody and loses nothing: the outcomes are those without it.
// SCHED-12: and
// NumGoroutine counts this execution's goroutines that have not ended.
TEST(DumpExplored, ChangesNothing) {
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    std::set<std::string> outcomes[2];
    for (const bool dumps : {false, true}) {
      outcomes[dumps] = OutcomesOfExplore({.granularity = granularity}, [dumps](std::string& seen) {
        auto ch = make_chan<int>();
        auto dump = [dumps] {
          if (!dumps) return;
          const std::vector<GoroutineTrace> all = Goroutines();
          EXPECT_EQ(static_cast<int>(all.size()), NumGoroutine());
          EXPECT_EQ(all[0].state, "running");
        };
        for (const char c : {'a', 'b'}) {
          go([=] {
            dump();
            ch.send(c);
            dump();
          });
        }
        for (int i = 0; i < 2; ++i) {
          dump();
          seen += static_cast<char>(ch.recv());
        }
        join_all();
        EXPECT_EQ(NumGoroutine(), 1);
      });
    }
    EXPECT_EQ(outcomes[0], (std::set<std::string>{"ab", "ba"}));
    EXPECT_EQ(outcomes[1], outcomes[0]) << GranularityName(granularity);
  }
}

}  // namespace
}  // namespace plait
