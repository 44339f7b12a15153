// Clauses of CH in all schedules of small programs.

#include <algorithm>
#include <string>
#include <vector>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace plait::explore;

// What f panics with, or "".
template <class F>
std::string PanicOf(F f) {
  try {
    f();
  } catch (const Panic& panic) {
    return panic.text();
  }
  return "";
}

// CH-03: nobody ever wakes a send on nil: in every schedule it is left behind.
PLAIT_EXPLORE(ChanClauses, SendOnNil, .expect = Verdict::kLeak, .expect_text = "1 goroutine is left") {
  go([] { Chan<int>().send(1); });
  auto other = make_chan<int>(1);
  other.send(1);
  close(other);
}

// CH-04: nor a receive from nil.
PLAIT_EXPLORE(ChanClauses, RecvFromNil, .expect = Verdict::kLeak, .expect_text = "1 goroutine is left") {
  go([] { Chan<int>().recv(); });
  auto other = make_chan<int>(1);
  other.send(1);
  close(other);
}

// CH-06: of three closes exactly one succeeds.
PLAIT_EXPLORE(ChanClauses, OneCloseSucceeds) {
  auto ch = make_chan<int>();
  auto texts = make_chan<std::string>(3);
  for (int i = 0; i < 3; ++i) go([=] { texts.send(PanicOf([ch] { close(ch); })); });
  int succeeded = 0;
  for (int i = 0; i < 3; ++i) {
    const std::string text = texts.recv();
    succeeded += text.empty();
    EXPECT_TRUE(text.empty() || text == "close of closed channel");
  }
  EXPECT_EQ(succeeded, 1);
}

// CH-07: a send beside a close goes through before it, or panics; with a default as well, room or not.
PLAIT_EXPLORE(ChanClauses, SendBesideClose) {
  auto ch = make_chan<int>(choose(2));
  const bool tries = choose(2) == 1;
  bool sent = false;
  std::string text;
  go([&] {
    text = PanicOf([&] {
      if (tries) {
        Select{send_case(ch, 1, [&] { sent = true; }), default_case()};
      } else if (cap(ch) > 0) {
        ch.send(1);
        sent = true;
      }
    });
  });
  close(ch);
  join_all();
  EXPECT_TRUE(text.empty() || text == "send on closed channel");
  EXPECT_FALSE(sent && !text.empty());
  EXPECT_EQ(PanicOf([&] { ch.send(2); }), "send on closed channel");
  EXPECT_EQ(PanicOf([&] { Select{send_case(ch, 2), default_case()}; }), "send on closed channel");
}

// CH-08: sender, closer and receiver: the value is received, or its sender panics; never both, never neither.
PLAIT_EXPLORE(ChanClauses, SenderReceiverCloser) {
  auto ch = make_chan<int>();
  std::string text;
  bool received = false;
  go([&] { text = PanicOf([&] { ch.send(1); }); });
  go([&] { received = ch.recv_ok().ok; });
  close(ch);  // does not panic
  join_all();
  EXPECT_NE(received, text == "send on closed channel");
}

// CH-10, CH-25: close does not wait, and all who wait go on with zero and no ok.
PLAIT_EXPLORE(ChanClauses, CloseWakesAll) {
  auto ch = make_chan<int>();
  std::vector<int> woken(3);
  for (int& mine : woken) {
    go([&mine, ch] {
      const auto [value, ok] = ch.recv_ok();
      EXPECT_FALSE(ok);
      EXPECT_EQ(value, 0);
      mine = 1;
    });
  }
  close(ch);
  join_all();
  EXPECT_EQ(woken, (std::vector{1, 1, 1}));
}

// CH-12: without a buffer neither end is done before the other has begun.
PLAIT_EXPLORE(ChanClauses, Rendezvous, .granularity = Granularity::kRuntime) {
  auto ch = make_chan<int>();
  bool sends = false, sent = false, receives = false, received = false;
  invariant("a send and its receive overlap", [&] { return (!sent || receives) && (!received || sends); });
  go([&] {
    sends = true;
    ch.send(1);
    sent = true;
    Gosched();
  });
  receives = true;
  ch.recv();
  received = true;
  join_all();
}

// CH-14: two senders, two receivers: each receiver gets each sender's values in the order in which they were sent.
PLAIT_EXPLORE(ChanClauses, Fifo) {
  auto ch = make_chan<int>(choose(3));
  std::vector<std::vector<int>> got(2);
  for (int s = 0; s < 2; ++s) {
    go([ch, s] {
      ch.send(10 * s);
      ch.send(10 * s + 1);
    });
  }
  for (auto& mine : got) {
    go([ch, &mine] {
      for (int i = 0; i < 2; ++i) mine.push_back(ch.recv());
    });
  }
  join_all();
  std::vector<int> all;
  for (const auto& mine : got) {
    EXPECT_TRUE(mine[0] / 10 != mine[1] / 10 || mine[0] < mine[1]);
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (std::vector{0, 1, 10, 11}));
}

// CH-18: a receive from a full buffer with a waiting sender: the head, and in the same step the sender's value is the
// tail: in no state is there room.
PLAIT_EXPLORE(ChanClauses, FullBufferWithAWaitingSender, .granularity = Granularity::kRuntime) {
  auto ch = make_chan<int>(2);
  auto waits = make_chan<bool>(1);
  ch.send(1);
  ch.send(2);
  go([=] {
    waits.send(true);
    ch.send(3);
  });
  waits.recv();
  Select{send_case(ch, 9, [] { ADD_FAILURE() << "there was room"; }), default_case()};
  EXPECT_EQ(ch.recv(), 1);
  EXPECT_EQ(ch.recv(), 2);
  EXPECT_EQ(ch.recv(), 3);
}

// CH-22: a channel that holds a value, and then is closed, shows no moment at which neither is true.
PLAIT_EXPLORE(ChanClauses, NoMomentInBetween) {
  auto ch = make_chan<int>(1);
  ch.send(1);
  go([ch] {
    close(ch);
    ch.recv();
  });
  bool missed = false;
  Select{recv_case(ch), default_case([&] { missed = true; })};
  EXPECT_FALSE(missed);
  join_all();
}

// CH-24: a default that is taken has changed nothing: whatever it has tried before, the value arrives.
PLAIT_EXPLORE(ChanClauses, DefaultChangesNothing) {
  auto ch = make_chan<int>();
  bool tried_to_send = true;
  go([&] {
    Select{send_case(ch, 1), default_case([&] {
             tried_to_send = false;
             ch.send(2);
           })};
  });
  int got = 0;
  Select{recv_case(ch, [&](int v) { got = v; }), default_case([&] { got = ch.recv(); })};
  join_all();
  EXPECT_EQ(got, tried_to_send ? 1 : 2);
}

// CH-27: range ends when the channel is closed and drained, whenever that is.
PLAIT_EXPLORE(ChanClauses, Range) {
  auto ch = make_chan<int>(choose(2));
  go([ch] {
    ch.send(1);
    ch.send(2);
    close(ch);
  });
  std::vector<int> got;
  for (const int v : ch) got.push_back(v);
  EXPECT_EQ(got, (std::vector{1, 2}));
}

// CH-35: what waits ends by its match or by the close, whatever happens on another channel.
PLAIT_EXPLORE(ChanClauses, NoSpuriousWakeUps, .granularity = Granularity::kRuntime) {
  auto ch = make_chan<int>();
  auto other = make_chan<int>(1);
  bool may_end = false;
  go([&] {
    const auto received = ch.recv_ok();
    EXPECT_TRUE(may_end);
    EXPECT_EQ(received.ok, received.value == 7);
  });
  go([=] { other.send(1); });
  other.recv();
  close(other);
  may_end = true;
  if (choose(2) == 1) {
    ch.send(7);
  } else {
    close(ch);
  }
  join_all();
}

// CH-38: two senders, two receivers, closed after the last send: all end, and nothing is lost.
PLAIT_EXPLORE(ChanClauses, ManyToMany) {
  auto ch = make_chan<int>(1);
  sync::WaitGroup senders;
  std::vector<int> sums(2);
  for (int s = 1; s <= 2; ++s) {
    senders.Go([ch, s] {
      ch.send(s);
      ch.send(10 * s);
    });
  }
  for (int& sum : sums) {
    go([ch, &sum] {
      for (const int v : ch) sum += v;
    });
  }
  senders.Wait();
  close(ch);
  join_all();
  EXPECT_EQ(sums[0] + sums[1], 33);
}

}  // namespace
}  // namespace plait
