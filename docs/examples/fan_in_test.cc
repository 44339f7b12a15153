// Two sources into one receiver, which stops when its time is up.

#include <vector>

#include "plait/explore.h"

namespace {

using namespace plait;
using namespace std::chrono_literals;

struct Reading {
  int source = 0;
  int value = 0;
};

// Sends `count` readings, or as many as somebody wants; returns how many went out.
int Produce(int source, int count, SendChan<Reading> out, RecvChan<bool> done) {
  for (int i = 0; i < count; ++i) {
    const Select s{
        send_case(out, Reading{source, i}),
        recv_case(done),
    };
    if (s.index == 1) return i;
  }
  return count;
}

// Proven: whenever the time is up, nobody is left behind, and what was sent before has been received, in order.
PLAIT_EXPLORE(FanIn, LosesNothingBeforeTheTimeout) {
  constexpr int kCount = 2;
  auto readings = make_chan<Reading>().name("readings");
  auto done = make_chan<bool>().name("done");
  int sent[2] = {0, 0};
  sync::WaitGroup sources;
  for (int i = 0; i < 2; ++i) sources.Go([&, i] { sent[i] = Produce(i, kCount, readings, done); });

  std::vector<int> got[2];
  const auto timeout = time::After(1s);
  for (int i = 0; i < 2 * kCount; ++i) {
    const Select s{
        recv_case(readings, [&](Reading r) { got[r.source].push_back(r.value); }),
        recv_case(timeout),
    };
    if (s.index == 1) break;
  }
  close(done);
  sources.Wait();

  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(got[i].size(), static_cast<size_t>(sent[i]));
    for (int k = 0; k < sent[i]; ++k) EXPECT_EQ(got[i][static_cast<size_t>(k)], k);
  }
}

}  // namespace
