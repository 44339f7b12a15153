// A Runtime inside somebody else's main: start, drain, stop; and plain threads as equals.

#include "plait/runtime/sched/runtime.h"

#include <dirent.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"
#include "plait/runtime/testing/values.h"

namespace plait {
namespace {

using namespace std::chrono_literals;

int ThreadsOfThisProcess() {
  DIR* tasks = opendir("/proc/self/task");
  int threads = 0;
  while (const dirent* entry = readdir(tasks)) threads += entry->d_name[0] != '.';
  closedir(tasks);
  return threads;
}

TEST(Runtime, StartsAndEndsAgainAndAgain) {
  std::thread([] {}).join();  // ThreadSanitizer's own thread begins with the first
  const int before = ThreadsOfThisProcess();
  EXPECT_EQ(GOMAXPROCS(), 0);
  for (int round = 0; round < 30; ++round) {
    const int procs = 1 + round % 4;
    std::atomic<int> ran{0};
    {
      Runtime runtime(procs);
      EXPECT_EQ(GOMAXPROCS(), procs);
      for (int i = 0; i < 10; ++i) {
        go([&] { ++ran; });
      }
      if (round % 2 == 0) runtime.Drain();
    }
    if (round % 2 == 0) {
      EXPECT_EQ(ran, 10);
    }
    EXPECT_EQ(NumGoroutine(), 0);
    EXPECT_EQ(GOMAXPROCS(), 0);
  }
  EXPECT_EQ(ThreadsOfThisProcess(), before);
}

TEST(Runtime, TakesOneProcessorPerCpuUnlessTold) {
  Runtime runtime;
  EXPECT_GE(GOMAXPROCS(), 1);
}

using RuntimeTest = test::RuntimeTest;
PLAIT_WITH_PROCS(RuntimeTest);

TEST_P(RuntimeTest, DrainWithNothingToDo) {
  runtime_.Drain();
  runtime_.Drain();
  EXPECT_EQ(runtime_.Stop(), 0);
  EXPECT_EQ(runtime_.Stop(), 0);
}

// Drain waits for goroutines that do not exist yet when it begins, and sees all that they have done.
TEST_P(RuntimeTest, DrainWaitsForAllThatFollows) {
  std::vector<int> done(20, 0);
  struct Chain {
    static void Link(std::vector<int>& done, size_t i) {
      done[i] = 1;
      if (i + 1 < done.size()) {
        go([&done, i] { Link(done, i + 1); });
      }
    }
  };
  go([&] { Chain::Link(done, 0); });
  runtime_.Drain();
  EXPECT_EQ(std::accumulate(done.begin(), done.end(), 0), 20);
}

TEST_P(RuntimeTest, DrainFromManyThreads) {
  auto gate = make_chan<int>();
  for (int i = 0; i < 5; ++i) {
    go([gate] { gate.recv(); });
  }
  std::vector<std::thread> drainers;
  for (int i = 0; i < 3; ++i) {
    drainers.emplace_back([this] { runtime_.Drain(); });
  }
  EXPECT_EQ(NumGoroutine(), 5);
  close(gate);
  for (std::thread& t : drainers) t.join();
  EXPECT_EQ(NumGoroutine(), 0);
}

// The thread that stops it need not be the one that started it.
TEST(Runtime, IsStoppedByAnotherThread) {
  auto runtime = std::make_unique<Runtime>(2);
  test::GoAndPark([m = test::MoveOnly(1)] { Chan<int>().recv(); });
  std::thread([&] { runtime.reset(); }).join();
  EXPECT_EQ(test::MoveOnly::live(), 0);
}

// Any primitive, from any plain thread, with and without goroutines at the other end.
TEST_P(RuntimeTest, PlainThreadsUseEverything) {
  constexpr int kThreads = 3;
  sync::Mutex mu;
  sync::WaitGroup all;
  sync::atomic::Int32 hits;
  auto jobs = make_chan<int>();
  auto results = make_chan<int>(2);
  int guarded = 0;
  const auto body = [&](int i) {
    for (int k = 0; k < 20; ++k) {
      jobs.send(k);
      Select{recv_case(results, [&](int r) { hits.Add(r >= 0); }), recv_case(time::After(1h))};
      std::scoped_lock guard(mu);
      ++guarded;
    }
    time::Sleep(10us);
    Gosched();
    const int recovered = frame<int>([&](Frame& f) -> int {
      f.defer([&] {
        if (recover()) f.result<int>() = 1;
      });
      panic(i);
    });
    hits.Add(recovered);
    all.Done();
  };
  std::vector<std::thread> threads;
  all.Add(2 * kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back(body, i);
    go([&, i] { body(i); });
  }
  std::thread worker([&] {
    for (int j : jobs) results.send(j);
  });
  go([&] {
    for (int j : jobs) results.send(j);
  });
  all.Wait();
  close(jobs);
  for (std::thread& t : threads) t.join();
  worker.join();
  runtime_.Drain();
  EXPECT_EQ(guarded, 2 * kThreads * 20);
  EXPECT_EQ(hits.Load(), 2 * kThreads * 21);
}

// Threads that come, block, are woken by goroutines, and end: nothing of theirs is left (AddressSanitizer).
TEST_P(RuntimeTest, PlainThreadsComeAndGo) {
  auto ch = make_chan<int>();
  for (int i = 0; i < 50; ++i) {
    int got = -1;
    std::thread receiver([&] { got = ch.recv(); });
    go([ch, i] { ch.send(i); });
    receiver.join();
    EXPECT_EQ(got, i);
  }
}

// Primitives need no Runtime where no goroutine takes part.
TEST(NoRuntime, PlainThreadsAmongThemselves) {
  auto ch = make_chan<int>();
  int sum = 0;
  std::thread receiver([&] {
    for (int v : ch) sum += v;
  });
  for (int i = 0; i < 100; ++i) ch.send(i);
  close(ch);
  receiver.join();
  EXPECT_EQ(sum, 4950);
}

class RuntimeDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(RuntimeDeathTest, OneAtATime) {
  EXPECT_EXIT(
      {
        Runtime first(1);
        Runtime second(1);
      },
      testing::ExitedWithCode(2), "^fatal error: plait: a Runtime is already running in this process\n");
}

TEST_F(RuntimeDeathTest, DrainFromAGoroutine) {
  EXPECT_EXIT(
      {
        Runtime runtime(1);
        go([&] { runtime.Drain(); });
        runtime.Drain();
      },
      testing::ExitedWithCode(2), "^fatal error: plait: Runtime::Drain called from a goroutine");
}

// After Stop there is nobody to run a goroutine, or to fire a timer.
TEST_F(RuntimeDeathTest, AfterStop) {
  EXPECT_EXIT(
      {
        Runtime runtime(1);
        runtime.Stop();
        go([] {});
      },
      testing::ExitedWithCode(2), "^fatal error: plait: go without a Runtime");
  EXPECT_EXIT(
      {
        Runtime runtime(1);
        runtime.Stop();
        time::After(1h).recv();
      },
      testing::ExitedWithCode(2), "^fatal error: plait: a timer without a Runtime");
}

}  // namespace
}  // namespace plait
