// Stages joined by channels: each stage owns the channel that it returns, and closes it when it has no more to send.

#include "plait/explore.h"

namespace {

using namespace plait;
using explore::Verdict;

RecvChan<int> Count(int to) {
  auto out = make_chan<int>().name("numbers");
  go([out, to] {
    for (int n = 1; n <= to; ++n) out.send(n);
    close(out);
  });
  return out;
}

RecvChan<int> Square(RecvChan<int> in) {
  auto out = make_chan<int>().name("squares");
  go([in, out] {
    for (int n : in) out.send(n * n);
    close(out);
  });
  return out;
}

// Proven: closed from the sender's side, every stage ends, and nothing is lost on the way.
PLAIT_EXPLORE(Pipeline, ClosedFromTheSender) {
  int sum = 0;
  for (int s : Square(Count(3))) sum += s;
  EXPECT_EQ(sum, 1 + 4 + 9);
}

// Found: the receiver leaves half-way. Nobody tells the stages, and they wait in their sends for ever.
PLAIT_EXPLORE(Pipeline, CancelledHalfWay, .expect = Verdict::kLeak) {
  for (int s : Square(Count(3))) {
    if (s == 4) break;
  }
}

// Proven: the same with a done channel. A stage that sends also listens to it.
bool SendUnlessDone(const SendChan<int>& out, int value, const RecvChan<bool>& done) {
  const Select s{
      send_case(out, value),
      recv_case(done),
  };
  return s.index == 0;
}

RecvChan<int> Count(int to, RecvChan<bool> done) {
  auto out = make_chan<int>().name("numbers");
  go([out, to, done] {
    for (int n = 1; n <= to && SendUnlessDone(out, n, done); ++n) {
    }
    close(out);
  });
  return out;
}

RecvChan<int> Square(RecvChan<int> in, RecvChan<bool> done) {
  auto out = make_chan<int>().name("squares");
  go([in, out, done] {
    for (int n : in) {
      if (!SendUnlessDone(out, n * n, done)) break;
    }
    close(out);
  });
  return out;
}

PLAIT_EXPLORE(Pipeline, CancelledByDone) {
  auto done = make_chan<bool>().name("done");
  for (int s : Square(Count(3, done), done)) {
    if (s == 4) break;
  }
  close(done);
}

}  // namespace
