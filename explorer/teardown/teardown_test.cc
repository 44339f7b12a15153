// What is left of an execution that could not end: nothing. docs/architecture.md, "Teardown"; runtime/goroutine/teardown.h.
//
// Every test explores a body whose goroutines can never be woken, and counts what they own.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "plait/explorer/explore.h"
#include "plait/plait.h"
#include "plait/runtime/testing/leaks_on_purpose.h"

namespace plait::explore {
namespace {

// Something with an owner. `live` counts those that exist; atomic, since nothing orders the goroutines that own them.
struct Owned {
  static inline std::atomic<int> live = 0;
  Owned() { ++live; }
  Owned(const Owned&) { ++live; }
  Owned(Owned&&) noexcept { ++live; }
  ~Owned() { --live; }
};

Result ExploreAndCount(Verdict expected, const std::function<void()>& body) {
  Owned::live = 0;
  Result result = Explore("Teardown", {}, body);
  EXPECT_EQ(result.verdict, expected) << result.report;
  return result;
}

TEST(Teardown, ParkedGoroutinesOwnNothingAfterwards) {
  const Result r = ExploreAndCount(Verdict::kLeak, [] {
    go([owned = Owned()] {
      Owned local;
      std::vector<std::unique_ptr<Owned>> heap(3);
      for (auto& p : heap) p = std::make_unique<Owned>();
      make_chan<int>().recv();
    });
  });
  EXPECT_EQ(Owned::live, 0);
  EXPECT_EQ(r.abandoned_stacks, 0u);
}

// A goroutine that never ran has its captures destroyed all the same.
TEST(Teardown, UnstartedGoroutines) {
  ExploreAndCount(Verdict::kPanic, [] {
    go([owned = Owned()] { Select{}; });
    panic("before it ran");
  });
  EXPECT_EQ(Owned::live, 0);
}

// Values in flight: in buffers, in the hands of blocked senders, in selects.
TEST(Teardown, ValuesInFlight) {
  const Result r = ExploreAndCount(Verdict::kLeak, [] {
    auto buffered = make_chan<Owned>(2);
    auto unbuffered = make_chan<Owned>();
    for (int i = 0; i < 3; ++i) go([buffered] { buffered.send(Owned()); });
    go([unbuffered] { unbuffered.send(Owned()); });
    go([unbuffered, buffered] {
      Select{
          send_case(unbuffered, Owned()),
          recv_case(make_chan<Owned>(), [](Owned) {}),
      };
    });
  });
  EXPECT_EQ(Owned::live, 0);
  EXPECT_EQ(r.abandoned_stacks, 0u);
}

// Newest first, main's frame last: references to an older frame's locals stay good until their holder is gone.
TEST(Teardown, ReferencesToMainsLocals) {
  static bool main_gone, late;
  main_gone = late = false;
  struct InMain {
    std::string text = "a string that is too long for the small buffer of a std::string";
    InMain() { main_gone = false; }  // the body runs several times
    ~InMain() { main_gone = true; }
  };
  struct User {
    const InMain& in_main;
    ~User() { late |= main_gone || in_main.text.size() < 10; }
  };
  const Result r = ExploreAndCount(Verdict::kDeadlock, [] {
    InMain in_main;
    for (int i = 0; i < 2; ++i) {
      go([&in_main] {
        User user{in_main};
        make_chan<int>().recv();
      });
    }
    make_chan<int>().recv();
  });
  EXPECT_FALSE(late);
  EXPECT_EQ(r.abandoned_stacks, 0u);
}

TEST(Teardown, ParkedInACatchBlock) {
  const Result r = ExploreAndCount(Verdict::kLeak, [] {
    go([] {
      Owned outer;
      try {
        throw Owned();
      } catch (const Owned&) {
        Owned inner;
        make_chan<int>().recv();
      }
    });
  });
  EXPECT_EQ(Owned::live, 0);
  EXPECT_EQ(r.abandoned_stacks, 0u);
}

// Whoever swallows the unwinding meets it again at the next operation, a number of times; then its stack is given up.
TEST(Teardown, CatchAllInALoop) {
  const test::LeaksOnPurpose leaks;
  const Result forever = ExploreAndCount(Verdict::kLeak, [] {
    go([] {
      auto never = make_chan<int>();
      for (;;) {
        try {
          never.recv();
        } catch (...) {
        }
      }
    });
  });
  EXPECT_EQ(forever.abandoned_stacks, forever.executions + 1 + 2);  // explored; explained; run twice at first

  const Result a_few_times = ExploreAndCount(Verdict::kLeak, [] {
    go([] {
      Owned owned;
      auto never = make_chan<int>();
      for (int i = 0; i < 5; ++i) {
        try {
          never.recv();
        } catch (...) {
        }
      }
    });
  });
  EXPECT_EQ(a_few_times.abandoned_stacks, 0u);
  EXPECT_EQ(Owned::live, 0);
}

// What returns without effect lets the goroutine go on, to whatever comes next: the explorer's own operations too.
TEST(Teardown, CutBeforeJoinAll) {
  Owned::live = 0;
  const Result r = ExploreAndCount(Verdict::kPanic, [] {
    Owned owned;
    auto ch = make_chan<int>();
    go([] { panic("first"); });
    close(ch);
    choose(2);
    invariant("never looked at", [] { return false; });
    join_all();
  });
  EXPECT_EQ(r.abandoned_stacks, 0u);
  EXPECT_EQ(Owned::live, 0);
}

// A loop that polls never blocks: it is thrown out of after a while, and leaves nothing behind.
TEST(Teardown, PollingLoops) {
  Owned::live = 0;
  const Result polls = Explore("Polls", {.max_steps = 100}, [] {
    Owned owned;
    sync::atomic::Bool flag;
    while (!flag.Load()) {
    }
  });
  EXPECT_EQ(polls.verdict, Verdict::kStepLimit);
  EXPECT_EQ(polls.abandoned_stacks, 0u);
  EXPECT_EQ(Owned::live, 0);
}

// In a destructor a throw would end the process. Reached while an exception is in flight, the operation returns a zero
// result instead; parked there, the stack is given up and counted.
TEST(Teardown, OperationsInDestructors) {
  const test::LeaksOnPurpose leaks;
  struct Waits {
    Chan<int> chan;
    Owned owned{};
    ~Waits() { chan.recv(); }
  };
  const Result unwound = ExploreAndCount(Verdict::kLeak, [] {
    go([] {
      Waits waits{make_chan<int>()};
      make_chan<int>().recv();  // parked here: ~Waits runs during the unwinding
    });
  });
  EXPECT_EQ(unwound.abandoned_stacks, 0u);
  EXPECT_EQ(Owned::live, 0);

  const Result parked = ExploreAndCount(Verdict::kLeak, [] {
    go([] { Waits waits{make_chan<int>()}; });  // parked in ~Waits
  });
  EXPECT_GT(parked.abandoned_stacks, 0u);
}

// What destructors call returns silently: nobody is woken, nothing panics, nothing changes.
TEST(Teardown, CleaningUpIsSilent) {
  const Result r = ExploreAndCount(Verdict::kDeadlock, [] {
    auto closed = make_chan<int>(1);
    close(closed);
    sync::Mutex free;
    sync::WaitGroup zero;
    struct Cleans {
      Chan<int> chan;
      sync::Mutex& mu;
      sync::WaitGroup& wg;
      ~Cleans() {
        close(chan);  // of a closed channel: a panic, if anything still ran
        mu.Unlock();  // of an unlocked mutex: a fatal error
        wg.Done();    // below zero: a panic
        go([] {});
        Select{send_case(chan, 1), default_case()};
      }
    };
    go([&] {
      Cleans cleans{closed, free, zero};
      make_chan<int>().recv();
    });
    make_chan<int>().recv();
  });
  EXPECT_EQ(r.abandoned_stacks, 0u);
}

// What destructors do during teardown does not change the verdict.
TEST(Teardown, TheVerdictStands) {
  ExploreAndCount(Verdict::kLeak, [] {
    go([] {
      sync::Mutex mu;
      std::unique_ptr<sync::Mutex, void (*)(sync::Mutex*)> unlocks(&mu, [](sync::Mutex* m) { m->Unlock(); });
      make_chan<int>().recv();
    });
  });
}

// Sleepers and unread timers go too.
TEST(Teardown, Timers) {
  using namespace std::chrono_literals;
  const Result r = ExploreAndCount(Verdict::kDeadlock, [] {
    go([owned = Owned()] { time::Sleep(time::Duration::max()); });
    static_cast<void>(time::After(time::Duration::max()));
    make_chan<int>().recv();
  });
  EXPECT_EQ(Owned::live, 0);
  EXPECT_EQ(r.abandoned_stacks, 0u);
}

// Many failing executions with owning locals leave nothing behind. Under --config=asan LeakSanitizer looks as well; the
// one million of the project's promise is //explorer/teardown:million.
TEST(Teardown, ManyFailingExecutions) {
  Owned::live = 0;
#ifdef NDEBUG
  constexpr uint64_t kExecutions = 1'000'000;
#else
  constexpr uint64_t kExecutions = 20'000;
#endif
  const Result r = Explore("Many", {.mode = Mode::kRandom, .executions = kExecutions, .stop_at_failure = false}, [] {
    auto ch = make_chan<std::unique_ptr<Owned>>(1);
    for (int i = 0; i < 3; ++i) {
      go([ch, owned = std::make_unique<Owned>()] {
        std::string local(100, 'x');
        ch.send(std::make_unique<Owned>());
      });
    }
  });
  EXPECT_EQ(r.failures, kExecutions);
  EXPECT_EQ(r.abandoned_stacks, 0u);
  EXPECT_EQ(Owned::live, 0);
}

}  // namespace
}  // namespace plait::explore
