// select: which case is taken, and what that does. Chances: select_fairness_test.cc. Many at once:
// select_stress_test.cc.

#include "plait/runtime/chan/select.h"

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::GoAndPark;
using test::PanicTextOf;

using SelectTest = test::RuntimeTest;
PLAIT_WITH_PROCS(SelectTest);

// SEL-01: channels and values of all cases are evaluated once each, in source order, whatever is chosen.
TEST_P(SelectTest, EvaluatesInSourceOrderOnce) {
  Run([] {
    std::string order;
    auto ready = make_chan<int>(1);
    const auto chan = [&](char name, const Chan<int>& ch) {
      order += name;
      return ch;
    };
    const auto value = [&](char name) {
      order += name;
      return 1;
    };
    for (int i = 0; i < 20; ++i) {
      order.clear();
      Select{
          send_case(chan('a', Chan<int>()), value('b')), recv_case(chan('c', Chan<int>())),
          send_case(chan('d', ready), value('e')),       recv_case(chan('f', ready)),
          default_case([&] { order += "default"; }),
      };
      // Within one case's call C++ leaves channel and value unordered; the cases follow one another.
      std::string cases = order;
      if (cases[0] == 'b') std::swap(cases[0], cases[1]);
      if (cases[3] == 'e') std::swap(cases[3], cases[4]);
      EXPECT_EQ(cases, "abcdef");
    }
  });
}

// SEL-02: a case's function is called only if the case is chosen, after the communication.
// SEL-23: each execution has values of its own.
TEST_P(SelectTest, OnlyTheChosenFunctionIsCalled) {
  Run([] {
    auto ch = make_chan<int>(3);
    std::vector<int> got;
    int others = 0;
    const auto round = [&] {
      return Select{
          recv_case(Chan<int>(), [&](int) { ++others; }),
          recv_case(ch,
                    [&](int v) {
                      EXPECT_EQ(len(ch), 2);
                      got.push_back(v);
                    }),
          default_case([&] { ++others; }),
      }
          .index;
    };
    for (int i = 0; i < 3; ++i) {
      while (len(ch) < 3) ch.send(10 * i + static_cast<int>(len(ch)));
      EXPECT_EQ(round(), 1);
    }
    EXPECT_EQ(got, (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(others, 0);
  });
}

// A recv_case's function takes as much as it wants to know.
TEST_P(SelectTest, FormsOfReceiving) {
  Run([] {
    auto ch = make_chan<int>(4);
    for (int i = 1; i <= 4; ++i) ch.send(i);
    int sum = 0;
    Select{recv_case(ch)};
    Select{recv_case(ch, [&] { sum += 100; })};
    Select{recv_case(ch, [&](int v, bool ok) { sum += ok ? v : 1000; })};
    Select{recv_case(ch, [&](Received<int> r) { sum += r.ok ? r.value : 1000; })};
    EXPECT_EQ(sum, 107);
    close(ch);
    bool seen_ok = true;
    Select{recv_case(ch, [&](int v, bool ok) {
      EXPECT_EQ(v, 0);
      seen_ok = ok;
    })};
    EXPECT_FALSE(seen_ok);
  });
}

// SEL-05: default only if nothing else can proceed.
// SEL-10: select with one case and default is the non-blocking send or receive.
// CH-21, CH-24: it succeeds iff there is room or somebody waits; when it does not, nothing has changed.
TEST_P(SelectTest, DefaultIsForWhenNothingElseCan) {
  Run([] {
    auto ch = make_chan<int>(1);
    EXPECT_EQ((Select{recv_case(ch), default_case()}.index), 1);
    EXPECT_EQ((Select{default_case(), send_case(ch, 1)}.index), 1);
    EXPECT_EQ((Select{default_case(), send_case(ch, 2)}.index), 0);
    EXPECT_EQ((Select{default_case(), recv_case(ch, [](int v) { EXPECT_EQ(v, 1); })}.index), 1);
    EXPECT_EQ(len(ch), 0);

    auto unbuffered = make_chan<int>();
    EXPECT_EQ((Select{send_case(unbuffered, 1), default_case()}.index), 1);
    int received = 0;
    auto done = make_chan<int>();
    GoAndPark([&] {
      received = unbuffered.recv();
      close(done);
    });
    EXPECT_EQ((Select{send_case(unbuffered, 9), default_case()}.index), 0);
    done.recv();
    EXPECT_EQ(received, 9);
    GoAndPark([&] { unbuffered.send(5); });
    EXPECT_EQ((Select{recv_case(unbuffered, [](int v) { EXPECT_EQ(v, 5); }), default_case()}.index), 0);
  });
}

// CH-23: closed and drained: a non-blocking receive is chosen with (zero, false), a non-blocking send panics.
// SEL-13: in a receive case a waiting sender or the buffer comes before the close.
TEST_P(SelectTest, ClosedIsReady) {
  Run([] {
    auto ch = make_chan<int>(1);
    ch.send(3);
    close(ch);
    bool ok = false;
    int value = 0;
    const auto receive = [&] {
      return Select{recv_case(ch,
                              [&](int v, bool o) {
                                value = v;
                                ok = o;
                              }),
                    default_case()}
          .index;
    };
    EXPECT_EQ(receive(), 0);
    EXPECT_TRUE(ok);
    EXPECT_EQ(value, 3);
    EXPECT_EQ(receive(), 0);
    EXPECT_FALSE(ok);
    EXPECT_EQ(value, 0);
    EXPECT_EQ(PanicTextOf([&] { Select{send_case(ch, 1), default_case()}; }), "send on closed channel");
    EXPECT_EQ(PanicTextOf([&] { Select{send_case(ch, 1)}; }), "send on closed channel");
  });
}

// SEL-07: cases on nil channels are never ready.
TEST_P(SelectTest, NilCasesAreNeverReady) {
  Run([] {
    auto ch = make_chan<int>(1);
    EXPECT_EQ((Select{recv_case(Chan<int>()), send_case(Chan<int>(), 1), default_case()}.index), 2);
    EXPECT_EQ((Select{recv_case(Chan<int>()), send_case(ch, 1), send_case(Chan<int>(), 1)}.index), 1);
  });
}

// SEL-07, SEL-08: with nil channels only, or with no case at all, it blocks for ever. A single case blocks as the plain
// operation does (SEL-09).
TEST_P(SelectTest, BlocksForEver) {
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
TEST_P(SelectTest, ABlockedSelectLeavesNoTrace) {
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
TEST_P(SelectTest, CloseWakesABlockedSelect) {
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
TEST_P(SelectTest, NeverMatchesItself) {
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

// SEL-15: on a buffered channel it may receive what it sent before.
TEST_P(SelectTest, MayReceiveItsOwnEarlierValue) {
  Run([] {
    auto ch = make_chan<int>(1);
    EXPECT_EQ((Select{send_case(ch, 1), recv_case(ch)}.index), 0);
    EXPECT_EQ((Select{send_case(ch, 2), recv_case(ch, [](int v) { EXPECT_EQ(v, 1); })}.index), 1);
  });
}

// SEL-18: one channel in several cases, also while others wait on it (TestSelectDuplicateChannel).
TEST_P(SelectTest, DuplicateChannels) {
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

// SEL-22: a case's function ends with the select, not with a loop around it: `index` says what to do.
TEST_P(SelectTest, IndexLeavesALoop) {
  Run([] {
    auto work = make_chan<int>(5);
    auto quit = make_chan<int>();
    for (int i = 0; i < 5; ++i) work.send(i);
    go([work, quit] {
      while (len(work) > 0) Gosched();
      close(quit);
    });
    int sum = 0;
    while (Select{recv_case(work, [&](int v) { sum += v; }), recv_case(quit)}.index != 1) {
    }
    EXPECT_EQ(sum, 10);
  });
}

// SEL-28: a send skips the leftover of a select that another channel has just woken, and finds the receiver behind it.
TEST_P(SelectTest, AStaleWaiterIsSkipped) {
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
