#include "plait/runtime/errgroup/errgroup.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::PanicTextOf;

using ErrgroupTest = test::RuntimeTest;
PLAIT_WITH_PROCS(ErrgroupTest);

static_assert(!std::is_copy_constructible_v<errgroup::Group> && !std::is_move_constructible_v<errgroup::Group>);

// ERRG-01: a group needs nothing: no limit, no context.
// ERRG-13: it can be used again, but its error stays.
TEST_P(ErrgroupTest, PlainGroup) {
  errgroup::Group group;
  EXPECT_EQ(group.Wait(), nullptr);
  std::atomic<int> ran{0};
  for (int i = 0; i < 100; ++i) {
    group.Go([&] {
      ++ran;
      return error();
    });
  }
  group.Go([&] { ++ran; });  // returns nothing: no error
  EXPECT_EQ(group.Wait(), nullptr);
  EXPECT_EQ(ran, 101);
  const error first = errors::New("first");
  group.Go([&] { return first; });
  EXPECT_EQ(group.Wait(), first);
  group.Go([&] { return errors::New("second"); });
  EXPECT_EQ(group.Wait(), first);
}

// ERRG-02: of many errors one is returned.
TEST_P(ErrgroupTest, OneOfManyErrors) {
  errgroup::Group group;
  std::vector<error> all;
  for (int i = 0; i < 10; ++i) all.push_back(errors::New(std::to_string(i)));
  for (const error& err : all) group.Go([err] { return err; });
  const error got = group.Wait();
  EXPECT_TRUE(got);
  EXPECT_EQ(std::count(all.begin(), all.end(), got), 1);
}

// ERRG-03, ERRG-04: the context ends with the first error, which is its cause, or with Wait.
TEST_P(ErrgroupTest, Context) {
  const error why = errors::New("why");
  {
    auto [group, ctx] = errgroup::WithContext(context::Background());
    group->Go([&] { return why; });
    ctx.Done().recv();
    EXPECT_EQ(context::Cause(ctx), why);
    EXPECT_EQ(ctx.Err(), context::Canceled);
    EXPECT_EQ(group->Wait(), why);
  }
  auto [group, ctx] = errgroup::WithContext(context::Background());
  group->Go([ctx = ctx] { EXPECT_EQ(ctx.Err(), nullptr); });
  EXPECT_EQ(group->Wait(), nullptr);
  EXPECT_EQ(context::Cause(ctx), context::Canceled);
}

// ERRG-06: never more than the limit.
TEST_P(ErrgroupTest, Limit) {
  errgroup::Group group;
  group.SetLimit(3);
  std::atomic<int> active{0}, most{0};
  for (int i = 0; i < 300; ++i) {
    group.Go([&] {
      const int now = ++active;
      for (int m = most; now > m && !most.compare_exchange_weak(m, now);) {
      }
      Gosched();
      --active;
    });
  }
  group.Wait();
  EXPECT_LE(most, 3);
  group.SetLimit(-1);  // none
  auto gate = make_chan<bool>();
  for (int i = 0; i < 10; ++i) group.Go([gate] { gate.recv(); });
  for (int i = 0; i < 10; ++i) gate.send(true);
  group.Wait();
}

// ERRG-06, ERRG-07: TryGo takes a place only if there is one; with the limit 0 there is none.
TEST_P(ErrgroupTest, TryGo) {
  errgroup::Group group;
  group.SetLimit(1);
  auto gate = make_chan<bool>();
  EXPECT_TRUE(group.TryGo([gate] { gate.recv(); }));
  EXPECT_FALSE(group.TryGo([] { FAIL(); }));
  gate.send(true);
  group.Wait();
  group.SetLimit(0);
  EXPECT_FALSE(group.TryGo([] { FAIL(); }));
  group.SetLimit(-1);
  EXPECT_TRUE(group.TryGo([] {}));
  group.Wait();
}

// ERRG-08: a limit is not changed while its places are taken; the text says how many are.
// ERRG-09: goroutines that run without a limit do not disturb one that is set meanwhile.
TEST_P(ErrgroupTest, SetLimitWhileActive) {
  errgroup::Group group;
  auto gate = make_chan<bool>();
  group.SetLimit(5);
  for (int i = 0; i < 2; ++i) group.Go([gate] { gate.recv(); });
  EXPECT_EQ(PanicTextOf([&] { group.SetLimit(1); }),
            "errgroup: modify limit while 2 goroutines in the group are still active");
  for (int i = 0; i < 2; ++i) gate.send(true);
  group.Wait();
  group.SetLimit(-1);
  group.Go([gate] { gate.recv(); });
  group.SetLimit(1);
  group.Go([] {});
  gate.send(true);
  group.Wait();
  EXPECT_TRUE(group.TryGo([] {}));  // its place is free
  group.Wait();
}

// ERRG-11: after Goexit the function counts as done, without an error.
TEST_P(ErrgroupTest, Goexit) {
  errgroup::Group group;
  group.SetLimit(1);
  for (int i = 0; i < 3; ++i) group.Go([] { Goexit(); });
  EXPECT_EQ(group.Wait(), nullptr);
}

// ERRG-15: what the functions did is seen after Wait; a missing edge is a race under --config=tsan.
TEST_P(ErrgroupTest, HappensBeforeWait) {
  errgroup::Group group;
  int sum[2] = {0, 0};
  for (int i = 0; i < 2; ++i) group.Go([&sum, i] { sum[i] = i + 1; });
  group.Wait();
  EXPECT_EQ(sum[0] + sum[1], 3);
}

// ERRG-10: a panic in a function is not handed to Wait: it ends the process.
TEST(ErrgroupDeathTest, APanicEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Runtime runtime(2);
        errgroup::Group group;
        group.Go([] { panic("in a task"); });
        group.Wait();
        _exit(0);
      },
      testing::ExitedWithCode(2), "^panic: in a task");
}

}  // namespace
}  // namespace plait
