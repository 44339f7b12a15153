#include "plait/runtime/context/context.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/context/tree.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"
#include "plait/runtime/testing/values.h"

namespace plait {
namespace {

using namespace std::chrono_literals;
using context::Context;
using test::PanicTextOf;

using ContextTest = test::RuntimeTest;
PLAIT_WITH_PROCS(ContextTest);

bool IsDone(const Context& ctx) {
  bool done = false;
  Select{recv_case(ctx.Done(), [&] { done = true; }), default_case()};
  return done;
}

// The contexts and functions that a context would cancel.
int Below(const Context& ctx) {
  int n = 0;
  for (const internal::TreeNode* node = ctx.node()->canceller()->first; node != nullptr; node = node->next) ++n;
  return n;
}

// CTX-01: the two roots: never cancelled, no deadline, no values.
// CTX-36: and how they print.
TEST(Context, Roots) {
  for (const Context& root : {context::Background(), context::TODO()}) {
    EXPECT_EQ(root.Done(), RecvChan<context::Signal>());
    EXPECT_EQ(root.Err(), nullptr);
    EXPECT_EQ(context::Cause(root), nullptr);
    EXPECT_FALSE(root.Deadline().has_value());
    EXPECT_EQ(root.Value<int>("key"), nullptr);
  }
  EXPECT_EQ(context::Background().String(), "context.Background");
  EXPECT_EQ(context::TODO().String(), "context.TODO");
  EXPECT_EQ(context::Background(), context::Background());
  EXPECT_FALSE(context::Background() == context::TODO());
}

// CTX-02, CTX-03, CTX-04: cancelled once, by the first call; the text is Go's.
TEST(Context, CancelIsIdempotent) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  EXPECT_FALSE(IsDone(ctx));
  EXPECT_EQ(ctx.Err(), nullptr);
  cancel();
  cancel();
  EXPECT_TRUE(IsDone(ctx));
  EXPECT_EQ(ctx.Err(), context::Canceled);
  EXPECT_EQ(ctx.Err().Error(), "context canceled");
  EXPECT_FALSE(ctx.Deadline().has_value());
  context::CancelFunc()();  // a default one does nothing
}

// CTX-06: Done is one channel, whether it is first asked for before or after the cancellation.
TEST(Context, DoneIsOneChannel) {
  const auto [early, cancel_early] = context::WithCancel(context::Background());
  const auto done = early.Done();
  EXPECT_EQ(done, early.Done());
  cancel_early();
  EXPECT_EQ(done, early.Done());
  const auto [late, cancel_late] = context::WithCancel(context::Background());
  cancel_late();
  EXPECT_EQ(late.Done(), late.Done());
  EXPECT_TRUE(IsDone(late));
  const Context value = context::WithValue(late, "key", 1);
  EXPECT_EQ(value.Done(), late.Done());
}

// CTX-07: when cancel returns everything below is cancelled, through values too, and nothing above.
// CTX-09: a context that is cancelled leaves its parent's list; siblings stay.
TEST_P(ContextTest, CancelsWhatIsBelow) {
  const auto [root, cancel_root] = context::WithCancel(context::Background());
  const auto [left, cancel_left] = context::WithCancel(context::WithValue(root, "side", "left"));
  const auto [right, cancel_right] = context::WithTimeoutCause(root, 1h, errors::New("late"));
  const auto [leaf, cancel_leaf] = context::WithCancel(left);
  EXPECT_EQ(Below(root), 2);
  cancel_left();
  EXPECT_EQ(Below(root), 1);
  EXPECT_TRUE(IsDone(left) && IsDone(leaf));
  EXPECT_FALSE(IsDone(root) || IsDone(right));
  EXPECT_EQ(leaf.Err(), context::Canceled);
  cancel_right();
  EXPECT_EQ(Below(root), 0);
  cancel_root();
  EXPECT_EQ(root.Err(), context::Canceled);
}

// CTX-10: made from a context that is cancelled, it is cancelled in the same way.
TEST(Context, FromACancelledParent) {
  const error why = errors::New("why");
  const auto [parent, cancel_parent] = context::WithCancelCause(context::Background());
  cancel_parent(why);
  const auto [child, cancel_child] = context::WithCancel(parent);
  const auto [timed, cancel_timed] = context::WithTimeout(child, 1h);
  for (const Context& ctx : {child, timed}) {
    EXPECT_EQ(ctx.Err(), context::Canceled);
    EXPECT_EQ(context::Cause(ctx), why);
    EXPECT_TRUE(IsDone(ctx));
  }
  EXPECT_EQ(Below(parent), 0);
}

// CTX-12: the earlier deadline counts; where that is the parent's there is no timer.
// CTX-17: a timeout is a deadline, counted from now.
TEST_P(ContextTest, TheEarlierDeadlineCounts) {
  const time::Time now = time::Now();
  const auto [parent, cancel_parent] = context::WithDeadline(context::Background(), now + 1h);
  EXPECT_EQ(parent.Deadline(), now + 1h);
  const auto [later, cancel_later] = context::WithDeadline(parent, now + 2h);
  EXPECT_EQ(later.Deadline(), now + 1h);
  EXPECT_EQ(later.node()->node_kind, internal::ContextNode::Kind::kCancel);
  const auto [longer, cancel_longer] = context::WithTimeout(parent, 3h);
  EXPECT_EQ(longer.Deadline(), now + 1h);
  EXPECT_FALSE(longer.node()->canceller()->timer_armed);
  const auto [sooner, cancel_sooner] = context::WithTimeout(later, 1min);
  EXPECT_GE(*sooner.Deadline(), now + 1min);
  EXPECT_LT(*sooner.Deadline(), now + 1h);
  cancel_parent();
  for (const Context& ctx : {later, longer, sooner}) {
    EXPECT_EQ(ctx.Err(), context::Canceled);
    EXPECT_FALSE(ctx.node()->canceller()->timer_armed);
  }
}

// CTX-13: a deadline that has passed; its cancel does nothing more.
TEST_P(ContextTest, ADeadlineInThePast) {
  const error why = errors::New("too late");
  const auto [ctx, cancel] = context::WithDeadlineCause(context::Background(), time::Now() - 1s, why);
  EXPECT_EQ(ctx.Err(), context::DeadlineExceeded);
  EXPECT_TRUE(IsDone(ctx));
  cancel();
  EXPECT_EQ(ctx.Err(), context::DeadlineExceeded);
  EXPECT_EQ(context::Cause(ctx), why);
  EXPECT_EQ(context::WithTimeout(context::Background(), 0s).ctx.Err(), context::DeadlineExceeded);
}

// CTX-14, CTX-04: what DeadlineExceeded says.
TEST_P(ContextTest, DeadlineExceeded) {
  const auto [ctx, cancel] = context::WithTimeout(context::Background(), 1ns);
  ctx.Done().recv();
  const error err = ctx.Err();
  EXPECT_EQ(err, context::DeadlineExceeded);
  EXPECT_EQ(err.Error(), "context deadline exceeded");
  EXPECT_EQ(context::Cause(ctx), context::DeadlineExceeded);
  const auto* exceeded = errors::As<context::DeadlineExceededError>(err);
  ASSERT_NE(exceeded, nullptr);
  EXPECT_TRUE(exceeded->Timeout());
  EXPECT_TRUE(exceeded->Temporary());
}

// CTX-15: cancelled before its deadline it has no timer left: Drain does not wait for it.
TEST_P(ContextTest, CancelReleasesTheTimer) {
  const auto [ctx, cancel] = context::WithTimeout(context::Background(), 1h);
  const auto [child, cancel_child] = context::WithTimeout(ctx, 1min);
  EXPECT_TRUE(child.node()->canceller()->timer_armed);
  cancel();
  EXPECT_EQ(child.Err(), context::Canceled);
  runtime_.Drain();
}

// CTX-18, CTX-19: what Cause is.
TEST(Context, CauseOfACancellation) {
  const error why = errors::New("why");
  const auto [ctx, cancel] = context::WithCancelCause(context::Background());
  EXPECT_EQ(context::Cause(ctx), nullptr);
  cancel(why);
  cancel(errors::New("too late"));
  EXPECT_EQ(ctx.Err(), context::Canceled);
  EXPECT_EQ(context::Cause(ctx), why);
  const auto [plain, cancel_plain] = context::WithCancelCause(context::Background());
  cancel_plain(nullptr);
  EXPECT_EQ(context::Cause(plain), context::Canceled);
}

// CTX-20: the first cancellation sets the cause, of the child as of the parent.
TEST(Context, TheFirstCauseWins) {
  const error one = errors::New("1"), two = errors::New("2");
  for (const bool parent_first : {true, false}) {
    const auto [parent, cancel_parent] = context::WithCancelCause(context::Background());
    const auto [child, cancel_child] = context::WithCancelCause(parent);
    if (parent_first) cancel_parent(one);
    cancel_child(two);
    if (!parent_first) cancel_parent(one);
    EXPECT_EQ(context::Cause(parent), one);
    EXPECT_EQ(context::Cause(child), parent_first ? one : two);
  }
}

// CTX-21: the cause of a deadline is for the deadline.
TEST_P(ContextTest, TheCauseOfADeadline) {
  const error late = errors::New("late");
  const auto [ctx, cancel] = context::WithTimeoutCause(context::Background(), 1ns, late);
  ctx.Done().recv();
  EXPECT_EQ(ctx.Err(), context::DeadlineExceeded);
  EXPECT_EQ(context::Cause(ctx), late);
  const auto [other, cancel_other] = context::WithTimeoutCause(context::Background(), 1h, late);
  cancel_other();
  EXPECT_EQ(context::Cause(other), context::Canceled);
}

// CTX-22: the values, and nothing else.
TEST(Context, WithoutCancel) {
  const auto [parent, cancel] = context::WithCancelCause(context::WithValue(context::Background(), "key", 7));
  const Context ctx = context::WithoutCancel(parent);
  const auto [child, cancel_child] = context::WithCancel(ctx);
  cancel(errors::New("why"));
  for (const Context& c : {ctx, child}) {
    EXPECT_EQ(c.Err(), nullptr);
    EXPECT_EQ(context::Cause(c), nullptr);
    EXPECT_FALSE(c.Deadline().has_value());
    EXPECT_EQ(*c.Value<int>("key"), 7);
  }
  EXPECT_FALSE(ctx.Done());
  cancel_child();
  EXPECT_EQ(child.Err(), context::Canceled);
}

struct UserKey {
  int n = 0;
  bool operator==(const UserKey&) const = default;
};
struct OtherKey {
  int n = 0;
  bool operator==(const OtherKey&) const = default;
};
struct NotComparable {};
template <class K>
concept CanBeKey = requires(const Context& ctx, const K& key) {
  context::WithValue(ctx, key, 1);
};
// CTX-23: a key that cannot be compared does not compile (in Go it panics "key is not comparable").
static_assert(CanBeKey<UserKey> && CanBeKey<const char*> && !CanBeKey<NotComparable>);

// CTX-23: values are found by key, type and all, the nearest first.
TEST(Context, Values) {
  const Context a = context::WithValue(context::Background(), UserKey{1}, std::string("ada"));
  const auto [b, cancel] = context::WithCancel(a);
  const Context c = context::WithValue(b, UserKey{2}, 2);
  const Context d = context::WithValue(c, UserKey{1}, "bob");
  EXPECT_EQ(*c.Value<std::string>(UserKey{1}), "ada");
  EXPECT_EQ(*d.Value<std::string>(UserKey{1}), "bob");
  EXPECT_EQ(*d.Value<int>(UserKey{2}), 2);
  EXPECT_EQ(d.Value<int>(UserKey{1}), nullptr);  // another type
  EXPECT_EQ(d.Value<int>(UserKey{3}), nullptr);
  EXPECT_EQ(d.Value<int>(OtherKey{2}), nullptr);
  const Context e = context::WithValue(d, std::string("text"), 5);
  EXPECT_EQ(*e.Value<int>("text"), 5);
  EXPECT_EQ(PanicTextOf([&] { static_cast<void>(context::WithValue(a, nullptr, 1)); }), "nil key");
}

// CTX-24: from nothing nothing is made.
TEST(Context, NilParent) {
  const Context nil;
  const auto expect = [](auto make) { EXPECT_EQ(PanicTextOf(make), "cannot create context from nil parent"); };
  expect([&] { static_cast<void>(context::WithCancel(nil)); });
  expect([&] { static_cast<void>(context::WithCancelCause(nullptr)); });
  expect([&] { static_cast<void>(context::WithDeadline(nil, {})); });
  expect([&] { static_cast<void>(context::WithTimeout(nil, 1s)); });
  expect([&] { static_cast<void>(context::WithoutCancel(nil)); });
  expect([&] { static_cast<void>(context::WithValue(nil, "key", 1)); });
  EXPECT_EQ(PanicTextOf([&] { static_cast<void>(nil.Err()); }), texts::kNilDereference);
}

// CTX-25, CTX-26, CTX-28: AfterFunc's function runs once, after the cancellation, or not at all.
TEST_P(ContextTest, AfterFunc) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  std::atomic<int> ran{0};
  const auto stop = context::AfterFunc(ctx, [&] { ++ran; });
  const auto stop_other = context::AfterFunc(context::WithValue(ctx, "key", 1), [&] { ran += 100; });
  EXPECT_EQ(Below(ctx), 2);
  EXPECT_TRUE(stop_other());
  EXPECT_FALSE(stop_other());
  EXPECT_EQ(Below(ctx), 1);
  EXPECT_EQ(ran, 0);
  cancel();
  runtime_.Drain();
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(stop());
  const auto late = context::AfterFunc(ctx, [&] { ++ran; });
  runtime_.Drain();
  EXPECT_EQ(ran, 2);
  EXPECT_FALSE(late());
  // Of a context that is never cancelled.
  const auto never = context::AfterFunc(context::Background(), [&] { ran += 100; });
  EXPECT_TRUE(never());
  EXPECT_FALSE(never());
  EXPECT_FALSE(context::StopFunc()());
}

// CTX-29: cancel does not wait for the functions.
TEST_P(ContextTest, AfterFuncIsAsynchronous) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  auto gate = make_chan<bool>();
  context::AfterFunc(ctx, [gate] { gate.recv(); });
  cancel();
  gate.send(true);
  runtime_.Drain();
}

// CTX-36: how contexts print.
TEST_P(ContextTest, String) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  EXPECT_EQ(ctx.String(), "context.Background.WithCancel");
  EXPECT_EQ(context::WithoutCancel(context::WithValue(ctx, "key", 1)).String(),
            "context.Background.WithCancel.WithValue(key, int).WithoutCancel");
  const auto [timed, cancel_timed] = context::WithDeadline(context::TODO(), time::Time(1h));
  const std::string text = timed.String();
  EXPECT_EQ(text.rfind("context.TODO.WithDeadline(3600s [", 0), 0u) << text;
}

// What nobody can reach any more is freed, cancelled or not; and what still matters to somebody is not.
TEST_P(ContextTest, Ownership) {
  const auto live = [] { return test::Copyable::live(); };
  {
    auto [root, cancel_root] = context::WithCancel(context::Background());
    const auto counted = [] { return context::WithValue(context::Background(), "counted", test::Copyable(1)); };
    // A tree that is never cancelled, and functions that will never run.
    {
      const auto [top, cancel_top] = context::WithCancel(counted());
      const auto [leaf, cancel_leaf] = context::WithCancel(top);
      context::AfterFunc(leaf, [copy = test::Copyable(1)] {});
      context::AfterFunc(top, [copy = test::Copyable(1)] {});
      EXPECT_EQ(live(), 3);
    }
    EXPECT_EQ(live(), 0);
    // Nobody holds the context, but somebody its channel.
    const auto done = context::WithCancel(context::WithCancel(root).ctx).ctx.Done();
    std::atomic<bool> ran{false};
    context::AfterFunc(context::WithCancel(root).ctx, [&] { ran = true; });
    bool is_done = false;
    Select{recv_case(done, [&] { is_done = true; }), default_case()};
    EXPECT_FALSE(is_done);
    cancel_root();
    done.recv();
    runtime_.Drain();
    EXPECT_TRUE(ran);
    // Only a timer knows of it.
    const auto timed = context::WithTimeout(counted(), 1ns).ctx.Done();
    timed.recv();
    while (live() != 0) Gosched();  // whoever has fired it lets go of it a moment later
  }
  while (live() != 0) std::this_thread::yield();  // the timer lets go after it has closed the channel
}

// CTX-34, CTX-08: from everywhere at once; and nobody sees a tree half cancelled.
TEST_P(ContextTest, NobodySeesHalfACancellation) {
  for (int round = 0; round < 60; ++round) {
    const auto [root, cancel] = context::WithCancel(context::Background());
    std::vector<Context> all = {root};
    for (size_t i = 0; i < 6; ++i) all.push_back(context::WithCancel(all[i / 2]).ctx);
    for (size_t i = 0; i < all.size(); i += 2) static_cast<void>(all[i].Done());
    std::atomic<bool> half{false};
    const auto watch = [&all, &half](size_t from) {
      while (!all[from].Err()) Gosched();
      for (const Context& ctx : all) half = half || !ctx.Err() || !IsDone(ctx);
    };
    const auto watch_channel = [&all, &half](size_t from) {
      while (!IsDone(all[from])) Gosched();
      for (const Context& ctx : all) half = half || !ctx.Err() || !IsDone(ctx);
    };
    go([&] { watch(6); });
    go([&] { watch_channel(0); });
    std::thread thread([&, cancel = cancel] {
      const auto late = context::WithCancel(all[4]);
      cancel();
      if (!late.ctx.Err()) half = true;
    });
    watch_channel(4);
    thread.join();
    runtime_.Drain();
    EXPECT_FALSE(half);
  }
}

}  // namespace
}  // namespace plait
