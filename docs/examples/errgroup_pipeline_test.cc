// A pipeline in an errgroup: a few at a time, and the first error stops the rest.

#include <vector>

#include "plait/explore.h"

namespace {

using namespace plait;
using explore::Verdict;

struct Squares {
  int sum = 0;
  error err;
};

// Squares each input, two at a time, and adds up what comes out. An input below zero is an error.
Squares SquareAll(const std::vector<int>& inputs) {
  auto [group, ctx] = errgroup::WithContext(context::Background());
  group->SetLimit(2);
  auto squares = make_chan<int>().name("squares");
  Squares result;
  sync::WaitGroup adder;
  adder.Go([&] {
    for (int s : squares) result.sum += s;
  });
  for (int n : inputs) {
    group->Go([=, ctx = ctx]() -> error {
      if (n < 0) return errors::New("negative");
      const Select s{
          send_case(squares, n * n),
          recv_case(ctx.Done()),  // somebody has failed: the sum is not wanted any more
      };
      return s.index == 0 ? nullptr : ctx.Err();
    });
  }
  result.err = group->Wait();
  close(squares);  // after Wait: nobody sends any more
  adder.Wait();
  return result;
}

// Proven: all are squared, and nothing is left behind.
PLAIT_EXPLORE(ErrgroupPipeline, AllWell) {
  const Squares result = SquareAll({1, 2, 3});
  EXPECT_EQ(result.err, nullptr);
  EXPECT_EQ(result.sum, 1 + 4 + 9);
}

// Proven: the error that is returned is what went wrong, never the "context canceled" of those that were stopped by it.
PLAIT_EXPLORE(ErrgroupPipeline, TheFirstErrorStopsTheRest) {
  const Squares result = SquareAll({1, -1, 3});
  EXPECT_EQ(result.err.Error(), "negative");
  EXPECT_TRUE(result.sum == 0 || result.sum == 1 || result.sum == 9 || result.sum == 10);
}

// Found: closed by whoever has started the last one, not by whoever has waited for it. Somebody still sends.
PLAIT_EXPLORE(ErrgroupPipeline, ClosedTooEarly, .expect = Verdict::kPanic, .expect_text = "send on closed channel") {
  errgroup::Group group;
  group.SetLimit(2);
  auto squares = make_chan<int>(3).name("squares");
  for (int n : {1, 2, 3}) {
    group.Go([squares, n] { squares.send(n * n); });
  }
  close(squares);
  group.Wait();
}

// Found: a group inside its own limit: the outer function keeps the only place while it waits for one.
PLAIT_EXPLORE(ErrgroupPipeline, NestedInItsOwnLimit, .expect = Verdict::kDeadlock) {
  errgroup::Group group;
  group.SetLimit(1);
  group.Go([&group] { group.Go([] {}); });
  group.Wait();
}

}  // namespace
