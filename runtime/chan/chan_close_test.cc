// close, and what it does to everybody else.

#include <atomic>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::GoAndPark;
using test::PanicTextOf;

using ChanCloseTest = test::RuntimeTest;
PLAIT_WITH_PROCS(ChanCloseTest);

// CH-05: close of nil panics.
// CH-40: channel panics are recoverable runtime errors.
TEST_P(ChanCloseTest, NilPanics) {
  Run([] {
    EXPECT_THROW(close(Chan<int>()), RuntimeError);
    EXPECT_EQ(PanicTextOf([] { close(SendChan<int>()); }), "close of nil channel");
  });
}

// CH-06: closing twice panics; of k closes at once exactly one succeeds.
TEST_P(ChanCloseTest, OnlyOneOfManyClosesSucceeds) {
  for (int round = 0; round < 100; ++round) {
    auto ch = make_chan<int>(1);
    std::atomic<int> closed{0}, panicked{0};
    for (int i = 0; i < 3; ++i) {
      go([&] {
        const std::string text = PanicTextOf([&] { close(ch); });
        if (text == texts::kCloseOfClosed) ++panicked;
        if (text == "(no panic)") ++closed;
      });
    }
    runtime_.Drain();
    EXPECT_EQ(closed, 1);
    EXPECT_EQ(panicked, 2);
  }
}

// CH-07: a send on a closed channel panics, whether there is room or not.
// CH-40: afterwards the channel, and its lock, are intact.
TEST_P(ChanCloseTest, SendPanicsAndLeavesTheChannelIntact) {
  Run([] {
    for (int capacity : {0, 1, 2}) {
      auto ch = make_chan<int>(capacity);
      if (capacity > 0) ch.send(5);
      close(ch);
      for (int i = 0; i < 3; ++i) EXPECT_EQ(PanicTextOf([&] { ch.send(6); }), "send on closed channel");
      EXPECT_EQ(PanicTextOf([&] { close(ch); }), "close of closed channel");
      EXPECT_EQ(len(ch), capacity > 0 ? 1 : 0);
      if (capacity > 0) {
        EXPECT_EQ(ch.recv(), 5);
      }
      EXPECT_FALSE(ch.recv_ok().ok);
    }
  });
}

// CH-08: a blocked sender panics in its own goroutine when the channel is closed; its value is never delivered.
TEST_P(ChanCloseTest, WakesBlockedSendersWithAPanic) {
  for (int capacity : {0, 2}) {
    std::vector<std::string> panics(3);
    Run([&, capacity] {
      auto ch = make_chan<int>(capacity);
      for (int i = 0; i < capacity; ++i) ch.send(i);
      for (size_t i = 0; i < panics.size(); ++i) {
        GoAndPark([&panics, ch, i] { panics[i] = PanicTextOf([&] { ch.send(100); }); });
      }
      EXPECT_EQ(PanicTextOf([&] { close(ch); }), "(no panic)");
      for (int i = 0; i < capacity; ++i) EXPECT_EQ(ch.recv(), i);
      EXPECT_FALSE(ch.recv_ok().ok);
    });
    EXPECT_EQ(panics, std::vector<std::string>(3, texts::kSendOnClosed));
  }
}

// CH-08: sender, closer and receiver at once: a value is received or its sender panics, never both, never neither.
TEST_P(ChanCloseTest, AValueIsReceivedOrItsSenderPanics) {
  for (int round = 0; round < 300; ++round) {
    auto ch = make_chan<int>();
    bool received = false;
    std::string panic;
    go([&] { panic = PanicTextOf([&] { ch.send(1); }); });
    go([&] { received = ch.recv_ok().ok; });
    go([&] { close(ch); });
    runtime_.Drain();
    EXPECT_NE(received, panic == texts::kSendOnClosed);
  }
}

// CH-09: after close the buffer is still received in order, then zero values for ever, without blocking.
TEST_P(ChanCloseTest, DrainsThenGivesZeroValues) {
  Run([] {
    for (int capacity = 0; capacity <= 4; ++capacity) {
      for (int fill = 0; fill <= capacity; ++fill) {
        auto ch = make_chan<int>(capacity);
        for (int i = 0; i < fill; ++i) ch.send(i + 1);
        close(ch);
        for (int i = 0; i < fill; ++i) {
          const auto r = ch.recv_ok();
          EXPECT_TRUE(r.ok);
          EXPECT_EQ(r.value, i + 1);
        }
        for (int i = 0; i < 3; ++i) {
          const auto r = ch.recv_ok();
          EXPECT_FALSE(r.ok);
          EXPECT_EQ(r.value, 0);
          EXPECT_EQ(ch.recv(), 0);
        }
      }
    }
  });
}

// CH-10: receivers that are blocked at close all wake with (zero, false).
// CH-25: close itself does not block.
TEST_P(ChanCloseTest, WakesAllReceivers) {
  std::atomic<int> woken{0};
  Run([&] {
    auto ch = make_chan<int>();
    auto narrowed = RecvChan<int>(ch);
    for (int i = 0; i < 10; ++i) {
      GoAndPark([&, narrowed] {
        const auto r = narrowed.recv_ok();
        woken += !r.ok && r.value == 0;
      });
    }
    close(SendChan<int>(ch));
  });
  EXPECT_EQ(woken, 10);
}

// CH-27: range receives until the channel is closed and drained; break leaves it open.
TEST_P(ChanCloseTest, RangeDrains) {
  std::vector<int> got;
  Run([&] {
    auto ch = make_chan<int>(2);
    go([ch] {
      for (int i = 0; i < 10; ++i) ch.send(i);
      close(ch);
    });
    for (int v : ch) {
      got.push_back(v);
      if (v == 4) break;
    }
    ch.recv();
    for (int& v : RecvChan<int>(ch)) got.push_back(v);
    for (int v : ch) got.push_back(100 + v);
  });
  EXPECT_EQ(got, (std::vector<int>{0, 1, 2, 3, 4, 6, 7, 8, 9}));
}

// CH-27: the channel expression of a range is evaluated once.
TEST_P(ChanCloseTest, RangeEvaluatesItsChannelOnce) {
  Run([] {
    auto ch = make_chan<int>(3);
    for (int i = 0; i < 3; ++i) ch.send(i);
    close(ch);
    int evaluations = 0, sum = 0;
    const auto get = [&] {
      ++evaluations;
      return ch;
    };
    for (int v : get()) sum += v;
    EXPECT_EQ(evaluations, 1);
    EXPECT_EQ(sum, 3);
  });
}

// CH-35: a blocked operation ends by a match or by close only: neither by other channels nor by other goroutines.
TEST_P(ChanCloseTest, NothingElseWakesAReceiver) {
  bool woken = false;
  auto ch = make_chan<int>();
  GoAndPark([&] {
    ch.recv();
    woken = true;
  });
  auto other = make_chan<int>();
  for (int i = 0; i < 100; ++i) {
    go([&] { other.send(i); });
    EXPECT_EQ(other.recv(), i);  // a plain thread receives
  }
  test::AwaitGoroutines(1);
  EXPECT_FALSE(woken);
  close(ch);
  runtime_.Drain();
  EXPECT_TRUE(woken);
}

}  // namespace
}  // namespace plait
