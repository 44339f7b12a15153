#include "plait/runtime/chan/dynamic_select.h"

#include <memory>
#include <string>
#include <vector>

#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using test::PanicTextOf;

using DynamicSelectTest = test::RuntimeTest;
PLAIT_WITH_PROCS(DynamicSelectTest);

// SEL-26: any number of cases; exactly one communication.
TEST_P(DynamicSelectTest, TakesOneOfMany) {
  Run([] {
    std::vector<Chan<int>> chans;
    for (int i = 0; i < 1000; ++i) chans.push_back(make_chan<int>(1));
    chans[700].send(7);
    DynamicSelect select;
    int got = 0;
    for (const auto& chan : chans) select.Recv(chan, [&](int v) { got += v; });
    EXPECT_EQ(select.Run(), 700);
    EXPECT_EQ(got, 7);
    EXPECT_EQ(len(chans[700]), 0);
  });
}

TEST_P(DynamicSelectTest, WaitsLikeSelect) {
  Run([] {
    auto values = make_chan<int>();
    auto results = make_chan<std::string>();
    go([=] { EXPECT_EQ(values.recv(), 5); });
    DynamicSelect select;
    select.Recv(results, [](const std::string&, bool) { ADD_FAILURE(); });
    bool sent = false;
    select.Send(values, 5, [&] { sent = true; });
    EXPECT_EQ(select.Run(), 1);
    EXPECT_TRUE(sent);
  });
}

// SEL-07, SEL-26: nil channels are never ready; a default is taken only then. Positions count the default.
TEST_P(DynamicSelectTest, Default) {
  Run([] {
    bool idle = false;
    DynamicSelect select;
    select.Recv(Chan<int>()).Default([&] { idle = true; }).Recv(make_chan<int>());
    EXPECT_EQ(select.Run(), 1);
    EXPECT_TRUE(idle);

    auto closed = make_chan<int>();
    close(closed);
    bool ok = true;
    DynamicSelect ready;
    ready.Default().Recv(closed, [&](int, bool k) { ok = k; });
    EXPECT_EQ(ready.Run(), 1);
    EXPECT_FALSE(ok);
  });
}

// SEL-26: at most one default, at most 65536 cases; SEL-11: a closed channel's send case panics.
TEST_P(DynamicSelectTest, Misuse) {
  Run([] {
    DynamicSelect two;
    two.Default();
    EXPECT_EQ(PanicTextOf([&] { two.Default(); }), "reflect.Select: multiple default cases");

    DynamicSelect many;
    for (int i = 0; i <= DynamicSelect::kMaxCases; ++i) many.Recv(Chan<int>());
    EXPECT_EQ(PanicTextOf([&] { many.Run(); }), "reflect.Select: too many cases (max 65536)");

    auto closed = make_chan<std::unique_ptr<int>>();
    close(closed);
    DynamicSelect sends;
    sends.Send(closed, std::make_unique<int>(1));
    EXPECT_EQ(PanicTextOf([&] { sends.Run(); }), "send on closed channel");
  });
}

// SEL-03: uniform among the ready cases. 4 of 8 are; 4,000 draws; each is expected 1,000 times, 8 sigma are 219.
TEST_P(DynamicSelectTest, IsUniform) {
  Run([] {
    std::vector<Chan<int>> chans;
    for (int i = 0; i < 8; ++i) chans.push_back(make_chan<int>(1));
    for (int i = 0; i < 8; i += 2) chans[static_cast<size_t>(i)].send(1);
    int taken[8] = {};
    for (int draw = 0; draw < 4000; ++draw) {
      DynamicSelect select;
      for (const auto& chan : chans) select.Recv(chan);
      const int index = select.Run();
      ++taken[index];
      chans[static_cast<size_t>(index)].send(1);
    }
    for (int i = 0; i < 8; ++i) EXPECT_NEAR(taken[i], i % 2 == 0 ? 1000 : 0, i % 2 == 0 ? 219 : 0) << i;
  });
}

// SEL-26, SEL-08: no case at all blocks for ever; unwound at Stop like everybody.
TEST(DynamicSelectStop, EmptyBlocksForEver) {
  Runtime runtime(1);
  go([] { DynamicSelect().Run(); });
  test::AwaitParked(1);
  EXPECT_EQ(test::WaitReasons(), std::vector<std::string>{"select (no cases)"});
  EXPECT_EQ(runtime.Stop(), 1);
}

// CH-39: many selects wait on one channel, each is woken through a channel of its own. Taking its waiter out of the
// common queue is a removal from a doubly linked list, whatever stands in it; nothing of it stays behind.
TEST_P(DynamicSelectTest, ManySelectsOnOneChannel) {
  Run([] {
    constexpr int kSelects = 5000;
    auto common = make_chan<int>();
    auto own = make_chan<int>();
    sync::WaitGroup wg;
    for (int i = 0; i < kSelects; ++i) {
      wg.Go([=] { Select{recv_case(common, [](int) { ADD_FAILURE(); }), recv_case(own)}; });
    }
    for (int i = 0; i < kSelects; ++i) own.send(i);
    wg.Wait();
    bool nobody = false;
    Select{send_case(common, 1), default_case([&] { nobody = true; })};
    EXPECT_TRUE(nobody);
  });
}

}  // namespace
}  // namespace plait
