// Channels and select. The same programs in Go: peer/chan.go.

#include <array>

#include "plait/runtime/bench/measure.h"

namespace plait::bench {
namespace {

void chan_pingpong(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    auto ping = make_chan<int64_t>();
    auto pong = make_chan<int64_t>();
    go([=] {
      for (int64_t v : ping) pong.send(v);
    });
    for (int64_t i = 0; i < n; ++i) {
      ping.send(i);
      pong.recv();
    }
    close(ping);
  });
}

void Stream(int64_t capacity, int producers, int consumers, int64_t n) {
  auto ch = make_chan<int64_t>(capacity);
  sync::WaitGroup sending, receiving;
  for (int p = 0; p < producers; ++p) {
    sending.Go([=] {
      for (int64_t i = 0; i < n / producers; ++i) ch.send(i);
    });
  }
  for (int c = 0; c < consumers; ++c) {
    receiving.Go([=] {
      for (int64_t v : ch) benchmark::DoNotOptimize(v);
    });
  }
  sending.Wait();
  close(ch);
  receiving.Wait();
}

void chan_unbuffered(benchmark::State& state) {
  PerOperation(state, [](int64_t n) { Stream(0, 1, 1, n); });
}
void chan_buffered128(benchmark::State& state) {
  PerOperation(state, [](int64_t n) { Stream(128, 1, 1, n); });
}
void chan_mpmc8x8(benchmark::State& state) {
  PerOperation(state, [](int64_t n) { Stream(128, 8, 8, n); });
}

void chan_uncontended(benchmark::State& state) {
  PerOperation(state, [ch = make_chan<int64_t>(128)](int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      ch.send(i);
      ch.recv();
    }
  });
}

// A send, and a select of two cases of which one is ready.
void select_ready(benchmark::State& state) {
  PerOperation(state, [a = make_chan<int64_t>(1), b = make_chan<int64_t>(1)](int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      ((i & 1) == 0 ? a : b).send(i);
      Select{recv_case(a), recv_case(b)};
    }
  });
}

void select_default(benchmark::State& state) {
  PerOperation(state, [ch = make_chan<int64_t>()](int64_t n) {
    for (int64_t i = 0; i < n; ++i) Select{recv_case(ch), default_case()};
  });
}

// A round trip in which each side waits in a select of four cases.
void select_blocked4(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    std::array<Chan<int64_t>, 4> to, from;
    for (auto& ch : to) ch = make_chan<int64_t>();
    for (auto& ch : from) ch = make_chan<int64_t>();
    auto quit = make_chan<int64_t>();
    go([=] {
      for (size_t i = 0;; ++i) {
        const int index = Select{recv_case(to[0]), recv_case(to[1]), recv_case(to[2]), recv_case(quit)}.index;
        if (index == 3) return;
        from[i % 4].send(1);
      }
    });
    for (int64_t i = 0; i < n; ++i) {
      to[static_cast<size_t>(i % 3)].send(i);
      Select{recv_case(from[0]), recv_case(from[1]), recv_case(from[2]), recv_case(from[3])};
    }
    close(quit);
  });
}

PLAIT_ROW(chan_pingpong);
PLAIT_ROW(chan_unbuffered);
PLAIT_ROW(chan_buffered128);
PLAIT_ROW(chan_uncontended);
PLAIT_ROW(chan_mpmc8x8);
PLAIT_ROW(select_ready);
PLAIT_ROW(select_default);
PLAIT_ROW(select_blocked4);

}  // namespace
}  // namespace plait::bench
