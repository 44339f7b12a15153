// A select that has to wait: what wakes it, and that it leaves no trace.

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

using SelectBlockTest = test::RuntimeTest;
PLAIT_WITH_PROCS(SelectBlockTest);

// SEL-07, SEL-08: with nil channels only, or with no case at all, it blocks for ever. A single case blocks as the plain
// operation does (SEL-09).
TEST_P(SelectBlockTest, BlocksForEver) {
  int passed = 0;
  auto ch = make_chan<int>();
  GoAndPark([&] {
    Select{};
    ++passed;
  });
  GoAndPark([&] {
    Select{recv_case(Chan<int>()), send_case(Chan<int>(), 1)};
    ++passed;
  });
  GoAndPark([&] {
    Select{recv_case(ch), recv_case(ch)};
    ++passed;
  });
  GoAndPark([&] {
    Select{recv_case(ch)};
    ++passed;
  });
  GoAndPark([&] {
    Select{send_case(Chan<int>(), 1)};
    ++passed;
  });
  EXPECT_EQ(test::WaitReasons(), (std::vector<std::string>{"select (no cases)", "select", "select", "chan receive",
                                                           "chan send (nil chan)"}));
  EXPECT_EQ(runtime_.Stop(), 5);
  EXPECT_EQ(passed, 0);
}

// SEL-06, SEL-17: a blocked select does exactly one communication, and its other cases leave no trace.
TEST_P(SelectBlockTest, ABlockedSelectLeavesNoTrace) {
  Run([] {
    auto a = make_chan<int>();
    auto b = make_chan<int>();
    auto c = make_chan<int>();
    auto done = make_chan<int>();
    GoAndPark([&] {
      const int index = Select{recv_case(a), send_case(b, 5), recv_case(c)}.index;
      done.send(index);
    });
    c.send(1);
    EXPECT_EQ(done.recv(), 2);
    for (const auto& ch : {a, b, c}) {
      EXPECT_TRUE(internal::ChanAccess::Core(ch)->sendq().empty());
      EXPECT_TRUE(internal::ChanAccess::Core(ch)->recvq().empty());
      EXPECT_EQ((Select{send_case(ch, 1), default_case()}.index), 1);
      EXPECT_EQ((Select{recv_case(ch), default_case()}.index), 1);
    }
    GoAndPark([&] { EXPECT_EQ(b.recv(), 6); });
    b.send(6);
  });
}

// SEL-12: a select that is blocked on a send case panics when that channel is closed.
// SEL-25: a blocked receive case gets (zero, false).
TEST_P(SelectBlockTest, CloseWakesABlockedSelect) {
  std::string panic;
  bool ok = true;
  int value = 5;
  Run([&] {
    auto never = make_chan<int>();
    auto s = make_chan<int>();
    GoAndPark([&panic, never, s] { panic = PanicTextOf([&] { Select{recv_case(never), send_case(s, 1)}; }); });
    close(s);
    auto r = make_chan<int>();
    GoAndPark([&, never, r] {
      Select{recv_case(never), recv_case(r, [&](int v, bool o) {
               value = v;
               ok = o;
             })};
    });
    close(r);
  });
  EXPECT_EQ(panic, texts::kSendOnClosed);
  EXPECT_FALSE(ok);
  EXPECT_EQ(value, 0);
}

// SEL-14: a select on both ends of one unbuffered channel never matches itself; it does match others.
TEST_P(SelectBlockTest, NeverMatchesItself) {
  Run([] {
    auto ch = make_chan<int>();
    auto done = make_chan<int>();
    GoAndPark([&] { done.send(Select{send_case(ch, 1), recv_case(ch, [](int v) { EXPECT_EQ(v, 2); })}.index); });
    ch.send(2);
    EXPECT_EQ(done.recv(), 1);
    GoAndPark([&] { done.send(Select{send_case(ch, 1), recv_case(ch)}.index); });
    EXPECT_EQ(ch.recv(), 1);
    EXPECT_EQ(done.recv(), 0);
    EXPECT_EQ((Select{send_case(ch, 1), recv_case(ch), default_case()}.index), 2);
  });
}

// SEL-18: one channel in several cases, also while others wait on it (TestSelectDuplicateChannel).
TEST_P(SelectBlockTest, DuplicateChannels) {
  bool woken = false;
  Run([&] {
    auto c = make_chan<int>();
    auto d = make_chan<int>();
    auto e = make_chan<int>();
    GoAndPark([c, d, e] {
      Select{recv_case(c), recv_case(c), recv_case(d)};
      e.send(9);
    });
    GoAndPark([&woken, c] {
      c.recv();
      woken = true;
    });
    d.send(7);  // the select takes itself out of c's queue, twice
    e.recv();
    c.send(8);
  });
  EXPECT_TRUE(woken);
}

// SEL-28: a send skips the leftover of a select that another channel has just woken, and finds the receiver behind it.
TEST_P(SelectBlockTest, AStaleWaiterIsSkipped) {
  for (int round = 0; round < 200; ++round) {
    auto a = make_chan<int>();
    auto b = make_chan<int>();
    std::atomic<int> from_a{0}, from_b{0};
    int sent_a = -1, sent_b = -1;
    GoAndPark([&] { Select{recv_case(a, [&] { ++from_a; }), recv_case(b, [&] { ++from_b; })}; });
    GoAndPark([&] { from_a += a.recv_ok().ok; });
    sync::WaitGroup senders;
    senders.Go([&] { sent_a = Select{send_case(a, 1), default_case()}.index; });
    senders.Go([&] { sent_b = Select{send_case(b, 1), default_case()}.index; });
    senders.Wait();
    close(a);  // if the select took a's value, the other receiver still waits
    runtime_.Drain();
    EXPECT_EQ(sent_a, 0);  // somebody has waited on a all the time
    EXPECT_EQ(from_a, 1);
    EXPECT_EQ(from_b, sent_b == 0 ? 1 : 0);
  }
}

}  // namespace
}  // namespace plait
