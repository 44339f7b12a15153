// Channels, one or a few goroutines: every operation's result. What happens at close: chan_close_test.cc. Many
// goroutines and threads at once: chan_stress_test.cc. Element types: elem_test.cc.

#include "plait/runtime/chan/chan.h"

#include <atomic>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::AwaitParked;
using test::GoAndPark;
using test::PanicTextOf;

using ChanTest = test::RuntimeTest;
PLAIT_WITH_PROCS(ChanTest);

// CH-01: make_chan(n) has capacity n, make_chan() has 0; a negative or too large one panics.
TEST(MakeChan, Capacity) {
  EXPECT_EQ(cap(make_chan<int>()), 0);
  EXPECT_EQ(cap(make_chan<int>(0)), 0);
  EXPECT_EQ(cap(make_chan<int>(1)), 1);
  EXPECT_EQ(cap(make_chan<char>(1000)), 1000);
  EXPECT_EQ(PanicTextOf([] { make_chan<int>(-1); }), texts::kMakeChanSize);
  EXPECT_EQ(PanicTextOf([] { make_chan<int>(std::numeric_limits<int64_t>::min()); }), "makechan: size out of range");
  EXPECT_EQ(PanicTextOf([] { make_chan<int>(std::numeric_limits<int64_t>::max()); }), texts::kMakeChanSize);
  EXPECT_EQ(PanicTextOf([] { make_chan<int>((int64_t{1} << 45) + 1); }), texts::kMakeChanSize);
}

// CH-02: the zero value is nil; its length and capacity are 0.
TEST(NilChan, HasNoLengthAndNoCapacity) {
  EXPECT_FALSE(Chan<int>());
  EXPECT_EQ(len(Chan<int>()), 0);
  EXPECT_EQ(cap(Chan<int>()), 0);
  EXPECT_EQ(len(SendChan<int>()) + cap(RecvChan<int>()), 0);
}

// CH-03, CH-04: send and receive on nil block for ever, and say so in a dump.
TEST_P(ChanTest, NilBlocksForEver) {
  int passed = 0;
  go([&] {
    Chan<int>().send(1);
    ++passed;
  });
  go([&] {
    static_cast<void>(Chan<int>().recv());
    ++passed;
  });
  go([&] {
    for (int v : Chan<int>()) passed += 1 + v;  // CH-27
  });
  AwaitParked(3);
  EXPECT_EQ(test::WaitReasons(),
            (std::vector<std::string>{"chan send (nil chan)", "chan receive (nil chan)", "chan receive (nil chan)"}));
  EXPECT_EQ(runtime_.Stop(), 3);
  EXPECT_EQ(passed, 0);
}

// CH-11: a sent zero value still has ok = true.
TEST_P(ChanTest, AZeroValueThatWasSentIsOk) {
  Run([] {
    auto ch = make_chan<int>(1);
    ch.send(0);
    const Received<int> r = ch.recv_ok();
    EXPECT_TRUE(r.ok);
    EXPECT_EQ(r.value, 0);
  });
}

// CH-12: capacity 0 is a rendezvous: the intervals of a send and its receive overlap.
TEST_P(ChanTest, UnbufferedSendAndReceiveOverlap) {
  constexpr int kRounds = 300;
  struct Interval {
    int begin, end;
  };
  std::vector<Interval> sends(kRounds), receives(kRounds);
  std::atomic<int> stamp{0};
  auto ch = make_chan<int>();
  go([&] {
    for (int i = 0; i < kRounds; ++i) {
      sends[static_cast<size_t>(i)].begin = stamp++;
      ch.send(i);
      sends[static_cast<size_t>(i)].end = stamp++;
    }
  });
  Run([&] {
    for (int i = 0; i < kRounds; ++i) {
      receives[static_cast<size_t>(i)].begin = stamp++;
      EXPECT_EQ(ch.recv(), i);
      receives[static_cast<size_t>(i)].end = stamp++;
    }
  });
  for (size_t i = 0; i < kRounds; ++i) {
    EXPECT_LT(sends[i].begin, receives[i].end) << i;
    EXPECT_LT(receives[i].begin, sends[i].end) << i;
  }
}

// CH-13, CH-37: a send blocks iff the buffer is full and nobody receives, a receive iff it is empty and nobody sends.
TEST_P(ChanTest, BlocksOnlyWhenFullOrEmpty) {
  Run([] {
    auto ch = make_chan<int>(3);
    for (int i = 0; i < 3; ++i) ch.send(i);  // alone: does not block
    bool sent = false;
    GoAndPark([&] {
      ch.send(3);
      sent = true;
      ch.send(-1);  // wakes the main goroutine
    });
    EXPECT_FALSE(sent);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(ch.recv(), i);
    EXPECT_EQ(ch.recv(), -1);
    EXPECT_TRUE(sent);
    int received = 0;
    auto done = make_chan<int>();
    GoAndPark([&] {
      received = ch.recv();
      close(done);
    });
    ch.send(7);
    done.recv();
    EXPECT_EQ(received, 7);
  });
}

// CH-15: blocked senders are served in the order in which they blocked, and their values enter the buffer in that
// order.
TEST_P(ChanTest, BlockedSendersAreServedInOrder) {
  for (int capacity : {0, 1, 3}) {
    Run([capacity] {
      auto ch = make_chan<int>(capacity);
      for (int i = 0; i < capacity; ++i) ch.send(i);
      for (int i = capacity; i < 10; ++i) {
        GoAndPark([ch, i] { ch.send(i); });
      }
      for (int i = 0; i < 10; ++i) EXPECT_EQ(ch.recv(), i);
    });
  }
}

// CH-16: blocked receivers are served in the order in which they blocked.
TEST_P(ChanTest, BlockedReceiversAreServedInOrder) {
  for (int capacity : {0, 3}) {
    std::vector<int> got(10);
    Run([&, capacity] {
      auto ch = make_chan<int>(capacity);
      for (size_t i = 0; i < got.size(); ++i) {
        GoAndPark([&got, ch, i] { got[i] = ch.recv(); });
      }
      for (int i = 0; i < 10; ++i) ch.send(i);
    });
    for (int i = 0; i < 10; ++i) EXPECT_EQ(got[static_cast<size_t>(i)], i);
  }
}

// CH-18: a receive from a full buffer gives the head, and moves the first blocked sender's value to the tail at once.
TEST_P(ChanTest, AReceiveFromAFullBufferLetsABlockedSenderIn) {
  Run([] {
    auto ch = make_chan<int>(2);
    ch.send(1);
    ch.send(2);
    GoAndPark([&] { ch.send(3); });
    EXPECT_EQ(len(ch), 2);
    EXPECT_EQ(ch.recv(), 1);
    EXPECT_EQ(len(ch), 2);  // never 1: nothing was between the two
    EXPECT_EQ(ch.recv(), 2);
    EXPECT_EQ(len(ch), 1);
    EXPECT_EQ(ch.recv(), 3);
    EXPECT_EQ(len(ch), 0);
  });
}

// CH-20: len counts what is buffered, not who waits; cap is constant.
TEST_P(ChanTest, LenCountsTheBufferOnly) {
  Run([] {
    auto unbuffered = make_chan<int>();
    GoAndPark([&] { unbuffered.send(1); });
    EXPECT_EQ(len(unbuffered), 0);
    unbuffered.recv();
    auto ch = make_chan<int>(4);
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(len(ch), i);
      ch.send(i);
      EXPECT_EQ(cap(ch), 4);
    }
    RecvChan<int> end = ch;
    EXPECT_EQ(len(end), 4);
    EXPECT_EQ(cap(end), 4);
  });
}

// CH-30: what is sent is a copy: later changes of the source are not seen.
TEST_P(ChanTest, AValueIsCopiedAtTheSend) {
  Run([] {
    auto ch = make_chan<std::vector<int>>(1);
    std::vector<int> v{1, 2, 3};
    ch.send(v);
    v[0] = 100;
    EXPECT_EQ(ch.recv(), (std::vector<int>{1, 2, 3}));
    ch.send(std::move(v));
    EXPECT_TRUE(v.empty());
  });
}

// CH-32: channels are equal if one make_chan made them, or both are nil; a narrowed end equals its channel.
TEST(ChanEquality, IsIdentity) {
  auto a = make_chan<int>();
  auto b = make_chan<int>();
  auto c = a;
  EXPECT_TRUE(a == c);
  EXPECT_FALSE(a == b);
  EXPECT_TRUE(a != b);
  SendChan<int> send = a;
  RecvChan<int> recv = a;
  EXPECT_TRUE(a == send);
  EXPECT_TRUE(send == recv);
  EXPECT_FALSE(recv == b);
  EXPECT_TRUE(Chan<int>() == Chan<int>());
  EXPECT_FALSE(Chan<int>() == a);
}

// CH-34: the waker goes on; the one it has woken runs next.
TEST(ChanWake, TheWakerDoesNotYield) {
  Runtime runtime(1);
  std::atomic<int> clock{0};
  int waker_went_on = -1, woken_ran = -1, other_ran = -1;
  go([&] {
    auto ch = make_chan<int>();
    GoAndPark([&, ch] {
      ch.recv();
      woken_ran = clock++;
    });
    go([&] { other_ran = clock++; });
    ch.send(2);
    waker_went_on = clock++;
  });
  runtime.Drain();
  EXPECT_EQ(waker_went_on, 0);
  EXPECT_EQ(woken_ran, 1);
  EXPECT_EQ(other_ran, 2);
}

// CH-36: a receive whose result is thrown away still takes one value.
TEST_P(ChanTest, ADiscardedReceiveConsumes) {
  Run([] {
    auto ch = make_chan<int>(2);
    ch.send(1);
    ch.send(2);
    ch.recv();
    EXPECT_EQ(ch.recv(), 2);
  });
}

// CH-41: a channel needs no close: the last handle frees it, with what is in its buffer. Its waiters keep it alive.
TEST_P(ChanTest, WaitersKeepAChannelAlive) {
  std::string got;
  {
    auto ch = make_chan<std::string>();
    auto out = make_chan<std::string>();
    // Either goroutine may be the last to hold a handle.
    GoAndPark([out, r = RecvChan<std::string>(ch)] { out.send(r.recv()); });
    GoAndPark([&got, out] { got = out.recv(); });
    go([s = SendChan<std::string>(ch)] { s.send("a string that does not fit into itself"); });
  }
  runtime_.Drain();
  EXPECT_EQ(got, "a string that does not fit into itself");
}

}  // namespace
}  // namespace plait
