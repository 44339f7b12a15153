// select: which case is taken, and what that does. When it has to wait: select_block_test.cc. Chances:
// select_fairness_test.cc. Many at once: select_stress_test.cc.

#include "plait/runtime/chan/select.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
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

// SEL-15: on a buffered channel it may receive what it sent before.
TEST_P(SelectTest, MayReceiveItsOwnEarlierValue) {
  Run([] {
    auto ch = make_chan<int>(1);
    EXPECT_EQ((Select{send_case(ch, 1), recv_case(ch)}.index), 0);
    EXPECT_EQ((Select{send_case(ch, 2), recv_case(ch, [](int v) { EXPECT_EQ(v, 1); })}.index), 1);
  });
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

}  // namespace
}  // namespace plait
