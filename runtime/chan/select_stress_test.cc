// select against everything else, on several processors at once.

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using SelectStressTest = test::RuntimeTest;
PLAIT_WITH_PROCS(SelectStressTest);

#if defined(PLAIT_TSAN)
constexpr int kRounds = 500;
#else
constexpr int kRounds = 3000;
#endif

// CH-22: a channel that holds a value, and then is closed, never shows a moment at which neither is true
// (TestNonblockRecvRace).
TEST_P(SelectStressTest, NoDefaultBetweenAValueAndTheClose) {
  std::atomic<int> defaults{0};
  for (int i = 0; i < kRounds; ++i) {
    auto ch = make_chan<int>(1);
    ch.send(1);
    go([&defaults, ch] { Select{recv_case(ch), default_case([&] { ++defaults; })}; });
    close(ch);
    ch.recv();
  }
  runtime_.Drain();
  EXPECT_EQ(defaults, 0);
}

// SEL-05: one of two channels is ready at every moment: default is never taken (TestNonblockSelectRace, ...Race2).
TEST_P(SelectStressTest, NoDefaultWhileOneIsAlwaysReady) {
  for (bool by_close : {false, true}) {
    std::atomic<int> defaults{0};
    for (int i = 0; i < kRounds; ++i) {
      auto c1 = make_chan<int>(1);
      auto c2 = make_chan<int>(by_close ? 0 : 1);
      c1.send(1);
      go([&defaults, c1, c2] { Select{recv_case(c1), recv_case(c2), default_case([&] { ++defaults; })}; });
      if (by_close) {
        close(c2);
      } else {
        c2.send(1);
      }
      Select{recv_case(c1), default_case()};
    }
    runtime_.Drain();
    EXPECT_EQ(defaults, 0);
  }
}

// SEL-06: of a case that looks ready because another select waits on it, and is not any more because a third goroutine
// has just woken that select through another channel, nothing is lost: neither a value that was "sent" to nobody, nor
// an open channel that looked closed.
constexpr int kManyRounds = 20 * kRounds;  // the moment comes once in 15,000

TEST_P(SelectStressTest, APartnerThatIsTakenMeanwhile) {
  for (bool sends : {true, false}) {
    auto through_select = make_chan<int>();
    auto plain = make_chan<int>();
    auto quit = make_chan<int>();
    sync::WaitGroup two;
    std::atomic<int> wrong{0};
    int transfers = 0;
    two.Go([&] {
      for (int i = 0; i < kManyRounds; ++i) {
        if (sends) {
          Select{send_case(through_select, 1), recv_case(Chan<int>())};
        } else {
          Select{recv_case(through_select, [&](int v, bool ok) { wrong += v != 1 || !ok; }), recv_case(Chan<int>())};
        }
      }
    });
    two.Go([&] {
      for (int i = 0; i < kManyRounds; ++i) {
        if (sends) {
          plain.send(1);
        } else {
          wrong += plain.recv() != 1;
        }
      }
    });
    go([&] {
      for (;;) {
        int index = -1;
        if (sends) {
          index = Select{recv_case(through_select), recv_case(plain), recv_case(quit)}.index;
        } else {
          index = Select{send_case(through_select, 1), send_case(plain, 1), recv_case(quit)}.index;
        }
        if (index == 2) return;
        ++transfers;
      }
    });
    two.Wait();
    close(quit);
    runtime_.Drain();
    EXPECT_EQ(transfers, 2 * kManyRounds);
    EXPECT_EQ(wrong, 0);
  }
}

// SEL-16: two selects meet on one of two channels, both in complementary cases.
// SEL-20: their cases are in opposite order: no deadlock.
TEST_P(SelectStressTest, SelectsMeetEachOther) {
  auto a = make_chan<int>();
  auto b = make_chan<int>();
  std::vector<int> first, second;
  go([&] {
    for (int i = 0; i < kRounds; ++i) {
      first.push_back(Select{send_case(a, i), recv_case(b, [&](int v) { EXPECT_EQ(v, i); })}.index);
    }
  });
  go([&] {
    for (int i = 0; i < kRounds; ++i) {
      second.push_back(1 - Select{send_case(b, i), recv_case(a, [&](int v) { EXPECT_EQ(v, i); })}.index);
    }
  });
  runtime_.Drain();
  EXPECT_EQ(first, second);
}

// SEL-14, SEL-15: two goroutines that select on both ends of one channel: on an unbuffered one nobody gets his own
// (TestSelfSelect).
TEST_P(SelectStressTest, BothEndsOfOneChannel) {
  for (int capacity : {0, 10}) {
    auto ch = make_chan<int>(capacity);
    std::atomic<int> own{0};
    for (int p = 0; p < 2; ++p) {
      go([&, ch, p] {
        for (int i = 0; i < kRounds; ++i) {
          const auto check = [&](int v) { own += capacity == 0 && v == p; };
          if (p == 0 || i % 2 == 0) {
            Select{send_case(ch, p), recv_case(ch, check)};
          } else {
            Select{recv_case(ch, check), send_case(ch, p)};
          }
        }
      });
    }
    runtime_.Drain();
    EXPECT_EQ(own, 0);
  }
}

// SEL-06, SEL-20: senders and receivers of four channels, one by one and by selects that close a case when it is done
// (TestSelectStress). A lost wake-up or value hangs this test.
TEST_P(SelectStressTest, PlainOperationsAndSelectsMixed) {
  Chan<int> c[4] = {make_chan<int>(), make_chan<int>(), make_chan<int>(2), make_chan<int>(3)};
  for (auto& ch : c) {
    go([ch] {
      for (int i = 0; i < kRounds; ++i) ch.send(0);
    });
    go([ch] {
      for (int i = 0; i < kRounds; ++i) ch.recv();
    });
  }
  for (bool sends : {true, false}) {
    go([&c, sends] {
      Chan<int> left[4] = {c[0], c[1], c[2], c[3]};
      int counts[4] = {};
      for (int i = 0; i < 4 * kRounds; ++i) {
        const int k =
            sends ? Select{send_case(left[3], 0), send_case(left[2], 0), send_case(left[0], 0), send_case(left[1], 0)}
                        .index
                  : Select{recv_case(left[0]), recv_case(left[1]), recv_case(left[2]), recv_case(left[3])}.index;
        constexpr int kSendOrder[] = {3, 2, 0, 1};
        const int chan = sends ? kSendOrder[k] : k;
        if (++counts[chan] == kRounds) left[chan] = {};
      }
    });
  }
  runtime_.Drain();
  for (auto& ch : c) EXPECT_EQ(len(ch), 0);
}

// A plain thread selects as a goroutine does: ready, blocked, and with goroutines at the other end.
TEST_P(SelectStressTest, PlainThreadsSelect) {
  auto a = make_chan<int>();
  auto b = make_chan<int>(1);
  auto quit = make_chan<int>();
  int64_t sum = 0;
  std::thread receiver([&] {
    while (
        Select{recv_case(a, [&](int v) { sum += v; }), recv_case(b, [&](int v) { sum += v; }), recv_case(quit)}.index !=
        2) {
    }
  });
  sync::WaitGroup senders;
  senders.Go([&] {
    for (int i = 0; i < kRounds; ++i) a.send(1);
  });
  senders.Add(1);
  std::thread sender([&] {
    for (int i = 0; i < kRounds; ++i) Select{send_case(a, 2), send_case(b, 2)};
    senders.Done();
  });
  senders.Wait();
  while (len(b) > 0) std::this_thread::yield();
  close(quit);
  sender.join();
  receiver.join();
  EXPECT_EQ(sum, 3 * kRounds);
}

}  // namespace
}  // namespace plait
