// The usual causes of a goroutine that never ends, each with its remedy: found, and proven. Two more have a file of their
// own: abandoned_worker_test.cc (nobody receives after the timeout) and pipeline_test.cc (the receiver leaves half-way).

#include <vector>

#include "plait/explore.h"

namespace {

using namespace plait;
using namespace std::chrono_literals;
using explore::Verdict;

// ---- A channel that is never closed ----

void Total(const Chan<int>& numbers, const Chan<int>& total) {
  int sum = 0;
  for (int n : numbers) sum += n;
  total.send(sum);
}

// LEAK-21: found: range waits for a close that never comes. (Here main waits for its result as well.)
PLAIT_EXPLORE(LeakCauses, RangeWithoutClose, .expect = Verdict::kLeak) {
  auto numbers = make_chan<int>();
  auto total = make_chan<int>(1);
  go([=] { Total(numbers, total); });
  numbers.send(1);
  numbers.send(2);
}

// LEAK-22: proven: whoever sends closes.
PLAIT_EXPLORE(LeakCauses, RangeWithClose) {
  auto numbers = make_chan<int>();
  auto total = make_chan<int>(1);
  go([=] { Total(numbers, total); });
  numbers.send(1);
  numbers.send(2);
  close(numbers);
  EXPECT_EQ(total.recv(), 3);
}

// ---- A goroutine that nobody stops ----

class Logger {
 public:
  Logger() {
    go([lines = lines_, quit = quit_] {
      for (;;) {
        const Select s{recv_case(lines), recv_case(quit)};
        if (s.index == 1) return;
      }
    });
  }
  void Log(int line) { lines_.send(line); }
  void Stop() { close(quit_); }

 private:
  Chan<int> lines_ = make_chan<int>().name("lines");
  Chan<bool> quit_ = make_chan<bool>().name("quit");
};

// LEAK-21: found: the owner is gone, its goroutine is not.
PLAIT_EXPLORE(LeakCauses, MissingStop, .expect = Verdict::kLeak) {
  Logger logger;
  logger.Log(1);
}

// LEAK-22: proven.
PLAIT_EXPLORE(LeakCauses, Stop) {
  Logger logger;
  logger.Log(1);
  logger.Stop();
}

// ---- A second send ----

void Fetch(bool fails, const Chan<int>& result) {
  if (fails) result.send(-1);  // and goes on
  result.send(200);
}

void FetchOnce(bool fails, const Chan<int>& result) {
  if (fails) {
    result.send(-1);
    return;
  }
  result.send(200);
}

// LEAK-21: found: the error path falls through to a send that nobody receives.
PLAIT_EXPLORE(LeakCauses, DoubleSend, .expect = Verdict::kLeak) {
  auto result = make_chan<int>();
  go([result, fails = explore::choose(2) == 1] { Fetch(fails, result); });
  result.recv();
}

// LEAK-22: proven.
PLAIT_EXPLORE(LeakCauses, SingleSend) {
  auto result = make_chan<int>();
  go([result, fails = explore::choose(2) == 1] { FetchOnce(fails, result); });
  result.recv();
}

// ---- An early return ----

bool Handle(bool valid, int capacity) {
  auto work = make_chan<int>(capacity);
  go([work] { work.send(1); });
  if (!valid) return false;
  return work.recv() == 1;
}

// LEAK-21: found: whoever returns early does not receive.
PLAIT_EXPLORE(LeakCauses, EarlyReturn, .expect = Verdict::kLeak) { Handle(explore::choose(2) == 1, 0); }

// LEAK-22: proven: with room for the value nobody needs to receive it.
PLAIT_EXPLORE(LeakCauses, EarlyReturnWithBuffer) { Handle(explore::choose(2) == 1, 1); }

// ---- n senders, one receive ----

int Fastest(int n, int capacity) {
  auto answers = make_chan<int>(capacity);
  for (int i = 0; i < n; ++i) go([answers, i] { answers.send(i); });
  return answers.recv();
}

// LEAK-21: found: n - 1 of them wait for ever.
PLAIT_EXPLORE(LeakCauses, NCast, .expect = Verdict::kLeak) { Fastest(3, 0); }

// LEAK-22: proven: with room for all.
PLAIT_EXPLORE(LeakCauses, NCastWithBuffer) { Fastest(3, 3); }

// ---- A timeout ----

bool Ask(int capacity) {
  auto answer = make_chan<int>(capacity);
  go([answer] {
    time::Sleep(1s);
    answer.send(42);
  });
  bool answered = false;
  Select{recv_case(answer, [&] { answered = true; }), recv_case(time::After(1s))};
  return answered;
}

// LEAK-21: found: the answer comes when nobody waits for it any more.
PLAIT_EXPLORE(LeakCauses, Timeout, .expect = Verdict::kLeak) { Ask(0); }

// LEAK-22: proven.
PLAIT_EXPLORE(LeakCauses, TimeoutWithBuffer) { Ask(1); }

}  // namespace
