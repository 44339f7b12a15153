// Channels under many goroutines and plain threads: nothing is lost, doubled, invented or reordered.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"
#include "plait/runtime/testing/values.h"

namespace plait {
namespace {

using ChanStressTest = test::RuntimeTest;
PLAIT_WITH_PROCS(ChanStressTest);

struct Tagged {
  int producer = -1;
  int number = -1;
};

// Each producer's values in the order in which one consumer got them.
bool InOrderPerProducer(const std::vector<Tagged>& values, int producers) {
  std::vector<int> last(static_cast<size_t>(producers), -1);
  return std::all_of(values.begin(), values.end(), [&](const Tagged& v) {
    int& before = last[static_cast<size_t>(v.producer)];
    return std::exchange(before, v.number) < v.number;
  });
}

// Producers and consumers over one channel of the given capacity, closed after the last producer; each side in
// goroutines or in plain threads. Returns how often each value arrived, in one line per producer.
struct Crowd {
  int producers, consumers, each, capacity;
  bool producer_threads = false, consumer_threads = false;

  void RunAndCheck(Runtime& runtime) const {
    auto ch = make_chan<Tagged>(capacity);
    sync::WaitGroup producing;
    std::vector<std::vector<Tagged>> got(static_cast<size_t>(consumers));
    std::vector<std::thread> threads;
    const auto start = [&](bool as_thread, auto f) {
      if (as_thread) {
        threads.emplace_back(f);
      } else {
        go(f);
      }
    };
    producing.Add(producers);
    for (int p = 0; p < producers; ++p) {
      start(producer_threads, [this, ch, p, &producing] {
        for (int i = 0; i < each; ++i) ch.send({p, i});
        producing.Done();
      });
    }
    for (int c = 0; c < consumers; ++c) {
      start(consumer_threads, [ch, &mine = got[static_cast<size_t>(c)]] {
        for (const Tagged& v : ch) mine.push_back(v);
      });
    }
    go([&producing, ch] {
      producing.Wait();
      close(ch);
    });
    for (std::thread& t : threads) t.join();
    runtime.Drain();

    std::vector<int> seen(static_cast<size_t>(producers * each));
    for (const auto& mine : got) {
      EXPECT_TRUE(InOrderPerProducer(mine, producers));
      for (const Tagged& v : mine) ++seen.at(static_cast<size_t>(v.producer * each + v.number));
    }
    EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](int n) { return n == 1; }));
    EXPECT_EQ(len(ch), 0);
  }
};

// CH-14: first in, first out for each pair of sender and receiver.
// CH-19, CH-38: many to many, closed after the last sender: every value exactly once.
TEST_P(ChanStressTest, ManyToMany) {
  for (int capacity : {0, 1, 7, 100}) {
    Crowd{.producers = 4, .consumers = 3, .each = 500, .capacity = capacity}.RunAndCheck(runtime_);
  }
}

// CH-14: with one receiver and one sender the whole order is kept.
TEST_P(ChanStressTest, OneToOneKeepsTheOrder) {
  for (int capacity : {0, 1, 10}) {
    Crowd{.producers = 1, .consumers = 1, .each = 2000, .capacity = capacity}.RunAndCheck(runtime_);
  }
}

// CH-38: plain threads are as good as goroutines, on either side or on both.
TEST_P(ChanStressTest, PlainThreadsTakePart) {
  for (int capacity : {0, 5}) {
    Crowd{.producers = 2, .consumers = 2, .each = 200, .capacity = capacity, .producer_threads = true}.RunAndCheck(
        runtime_);
    Crowd{.producers = 2, .consumers = 2, .each = 200, .capacity = capacity, .consumer_threads = true}.RunAndCheck(
        runtime_);
    Crowd{.producers = 2,
          .consumers = 2,
          .each = 200,
          .capacity = capacity,
          .producer_threads = true,
          .consumer_threads = true}
        .RunAndCheck(runtime_);
  }
}

// GO-08: a chain of ten thousand goroutines, each blocked on its neighbour (t/chan/goroutines.go).
TEST_P(ChanStressTest, AChainOfTenThousand) {
#if defined(PLAIT_TSAN)
  constexpr int kLength = 500;
#else
  constexpr int kLength = 10'000;
#endif
  auto left = make_chan<int>();
  const auto first = left;
  for (int i = 0; i < kLength; ++i) {
    auto right = make_chan<int>();
    go([left, right] { left.send(1 + right.recv()); });
    left = right;
  }
  go([left] { left.send(0); });
  EXPECT_EQ(first.recv(), kLength);
}

// The prime sieve: a pipeline that grows, one goroutine for each prime. Its end is here, on a plain thread.
TEST_P(ChanStressTest, PrimeSieve) {
  int prime = 0;
  {
    auto numbers = make_chan<int>();
    go([numbers] {
      for (int i = 2;; ++i) numbers.send(i);
    });
    RecvChan<int> in = numbers;
    for (int i = 0; i < 30; ++i) {
      prime = in.recv();
      auto out = make_chan<int>();
      go([in, out, prime] {
        for (int n : in) {
          if (n % prime != 0) out.send(n);
        }
      });
      in = out;
    }
  }
  EXPECT_EQ(prime, 113);
  EXPECT_EQ(runtime_.Stop(), 31);  // the generator and the filters never end
}

// CH-19: no value is destroyed twice and none is forgotten, also when senders panic because of a close.
TEST_P(ChanStressTest, CloseAmongSendersLosesNothing) {
  using test::MoveOnly;
  for (int capacity : {0, 3}) {
    for (int round = 0; round < 50; ++round) {
      auto ch = make_chan<MoveOnly>(capacity);
      std::atomic<int> sent{0}, refused{0}, received{0};
      for (int p = 0; p < 4; ++p) {
        go([&] {
          for (int i = 0; i < 10; ++i) {
            MoveOnly value(i);
            try {
              ch.send(std::move(value));
              EXPECT_EQ(value.value, -1);
              ++sent;
            } catch (const Panic&) {
              EXPECT_EQ(value.value, i);  // untouched
              ++refused;
            }
          }
        });
      }
      go([&] {
        for (int i = 0; i < 15; ++i) received += ch.recv_ok().ok;
        close(ch);
        for (const MoveOnly& v : ch) received += v.value >= 0;
      });
      runtime_.Drain();
      EXPECT_EQ(sent + refused, 40);
      EXPECT_EQ(received, sent);
      EXPECT_EQ(MoveOnly::live(), 0);
    }
  }
}

}  // namespace
}  // namespace plait
