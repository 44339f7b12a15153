// Known numbers of classes for programs over channels, where the two ends of a buffer are independent while it is
// neither empty nor full: the k-th send is ordered before the k-th receive, the k-th receive before the (k+C)-th send,
// sends among themselves and receives among themselves; nothing else. On an unbuffered channel a class is a sequence of
// meetings.

#include "plait/explorer/counts/count.h"

namespace plait::explore {
namespace {

// No execution is run in vain: one object and its buffer are known to the optimal algorithm; meetings have nothing to
// wait for, since one that cannot take place is not enabled.
Counted SendersReceivers(int senders, int sends, int receivers, int receives, int capacity) {
  const Counted counted = Count([=] {
    auto ch = make_chan<int>(capacity);
    for (int s = 0; s < senders; ++s) {
      go([ch, sends] {
        for (int i = 0; i < sends; ++i) ch.send(i);
      });
    }
    for (int r = 0; r < receivers; ++r) {
      go([ch, receives] {
        for (int i = 0; i < receives; ++i) ch.recv();
      });
    }
    join_all();
  });
  EXPECT_EQ(counted.optimal, capacity > 0);
  EXPECT_EQ(counted.redundant, 0u);
  return counted;
}

TEST(Count, SendersToOneReceiver) {
  EXPECT_EQ(SendersReceivers(2, 1, 1, 2, 2).executions, 2u);
  EXPECT_EQ(SendersReceivers(3, 1, 1, 3, 3).executions, 6u);
  EXPECT_EQ(SendersReceivers(4, 1, 1, 4, 4).executions, 24u);
  // N!, in whichever order they come to it.
  EXPECT_EQ(SendersReceivers(2, 1, 1, 2, 0).executions, 2u);
  EXPECT_EQ(SendersReceivers(3, 1, 1, 3, 0).executions, 6u);
  EXPECT_EQ(SendersReceivers(4, 1, 1, 4, 0).executions, 24u);
  EXPECT_EQ(SendersReceivers(5, 1, 1, 5, 0).executions, 120u);
}

TEST(Count, OneSenderOneReceiverIsOneClass) {
  for (int capacity = 0; capacity <= 4; ++capacity) {
    EXPECT_EQ(SendersReceivers(1, 3, 1, 3, capacity).executions, 1u) << capacity;
  }
}

TEST(Count, SendersAndReceivers) {
  for (const int capacity : {0, 1, 2, 4}) EXPECT_EQ(SendersReceivers(2, 2, 2, 2, capacity).executions, 36u) << capacity;
  for (const int capacity : {0, 1, 3}) EXPECT_EQ(SendersReceivers(3, 1, 3, 1, capacity).executions, 36u) << capacity;
}

TEST(Count, SomebodyIsLeftWaiting) {
  // Two senders, one receiver, room for one: both sends happen, one value stays behind.
  EXPECT_EQ(SendersReceivers(2, 1, 1, 1, 1).executions, 2u);
  EXPECT_EQ(SendersReceivers(2, 1, 1, 1, 1).blocked, 0u);
  const Counted nobody_receives = SendersReceivers(2, 1, 0, 0, 1);
  EXPECT_EQ(nobody_receives.executions, 2u);
  EXPECT_EQ(nobody_receives.blocked, 2u);
}

TEST(Count, SendThenReceiveOnOneChannel) {
  const Counted counted = Count([] {
    auto ch = make_chan<int>(1);
    InParallel(2, [ch](int i) {
      ch.send(i);
      ch.recv();
    });
  });
  EXPECT_EQ(counted.executions, 2u);
}

// Either of two closes; the other one panics.
TEST(Count, TwoClosers) {
  const Counted counted = Count([] {
    auto ch = make_chan<int>();
    InParallel(2, [ch](int) {
      try {
        close(ch);
      } catch (const Panic&) {
      }
    });
  });
  EXPECT_EQ(counted.executions, 2u);
  EXPECT_EQ(counted.redundant, 0u);
}

// A look before the send, or after it.
TEST(Count, SenderBesideAPollingDefault) {
  const Counted counted = Count([] {
    auto ch = make_chan<int>(1);
    go([ch] { ch.send(1); });
    Select{recv_case(ch), default_case()};
    join_all();
  });
  EXPECT_EQ(counted.executions, 2u);
  EXPECT_EQ(counted.redundant, 0u);
}

// What is in the buffer is received, closed or not: close is ordered only against the sends and the receive that sees
// it.
TEST(Count, CloseBehindWhatIsBuffered) {
  const Counted counted = Count([] {
    auto ch = make_chan<int>(3);
    go([ch] {
      for (int i = 0; i < 3; ++i) ch.send(i);
      close(ch);
    });
    int sum = 0;
    for (const int i : ch) sum += i;
    EXPECT_EQ(sum, 3);
  });
  EXPECT_EQ(counted.executions, 1u);
}

// Add and Done commute, and nobody looks before the count is zero.
TEST(Count, FanOutIsOneClass) {
  const Counted counted = Count([] {
    auto wg = std::make_shared<sync::WaitGroup>();
    for (int i = 0; i < 5; ++i) {
      wg->Add(1);
      go([wg] { wg->Done(); });
    }
    wg->Wait();
  });
  EXPECT_EQ(counted.executions, 1u);
}

}  // namespace
}  // namespace plait::explore
