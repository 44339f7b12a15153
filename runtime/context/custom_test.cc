// Contexts of a foreign kind.

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using context::Context;

using CustomContextTest = test::RuntimeTest;
PLAIT_WITH_PROCS(CustomContextTest);

// Has a channel of its own.
class Own : public context::Wrapper {
 public:
  explicit Own(Context wrapped = context::Background()) : Wrapper(std::move(wrapped)) {}
  RecvChan<context::Signal> Done() const override { return done_; }
  error Err() const override { return err_; }
  void Finish(error err) {
    err_ = err;
    close(done_);
  }

 private:
  Chan<context::Signal> done_ = make_chan<context::Signal>();
  error err_;
};

// Calls one function by itself.
class Calling final : public Own {
 public:
  std::function<bool()> AfterFunc(std::function<void()> f) const override {
    f_ = std::move(f);
    return [this] { return std::exchange(f_, nullptr) != nullptr; };
  }
  bool registered() const { return f_ != nullptr; }
  void Call() { std::exchange(f_, nullptr)(); }

 private:
  mutable std::function<void()> f_;
};

int Goroutines() { return test::Parked(); }

// CTX-30: a parent with an AfterFunc of its own is asked to call; a child that is cancelled takes that back.
TEST_P(CustomContextTest, ItsAfterFuncIsUsed) {
  const auto custom = std::make_shared<Calling>();
  const Context parent(custom);
  {
    const auto [child, cancel] = context::WithCancel(parent);
    EXPECT_TRUE(custom->registered());
    EXPECT_EQ(Goroutines(), 0);
    cancel();
    EXPECT_FALSE(custom->registered());
  }
  const auto [child, cancel] = context::WithCancel(parent);
  custom->Finish(errors::New("custom"));
  EXPECT_EQ(child.Err(), nullptr);
  custom->Call();
  EXPECT_EQ(child.Err().Error(), "custom");
  EXPECT_EQ(context::Cause(child), child.Err());
  runtime_.Drain();
}

// CTX-31: one without it costs a goroutine for each child, which ends with the child or the parent.
TEST_P(CustomContextTest, AGoroutineWatches) {
  const auto custom = std::make_shared<Own>();
  const Context parent(custom);
  const auto [first, cancel_first] = context::WithCancel(context::WithValue(parent, "key", 1));
  const auto [second, cancel_second] = context::WithCancel(parent);
  const auto [below, cancel_below] = context::WithCancel(second);  // needs none
  test::AwaitParked(2);
  cancel_first();
  test::AwaitGoroutines(1);
  const error why = errors::New("custom");
  custom->Finish(why);
  runtime_.Drain();
  EXPECT_EQ(second.Err(), why);
  EXPECT_EQ(below.Err(), why);
  EXPECT_EQ(context::WithCancel(parent).ctx.Err(), why);  // CTX-10
}

// CTX-32: a parent that is never cancelled costs nothing.
TEST_P(CustomContextTest, NeverCancelled) {
  const Context parent(std::make_shared<context::Wrapper>(context::Background()));
  const auto [child, cancel] = context::WithCancel(parent);
  EXPECT_EQ(Goroutines(), 0);
  EXPECT_EQ(child.node()->node_kind, internal::ContextNode::Kind::kCancel);
  cancel();
  EXPECT_EQ(child.Err(), context::Canceled);
  EXPECT_EQ(parent.String(), "context.Background");
}

// CTX-33: a wrapper without a channel of its own is looked through; one that has its own is not passed by.
TEST_P(CustomContextTest, Wrappers) {
  const auto [root, cancel_root] = context::WithCancelCause(context::WithValue(context::Background(), "key", 7));
  static_cast<void>(root.Done());
  const Context plain(std::make_shared<context::Wrapper>(root));
  const Context own(std::make_shared<Own>(root));
  const auto [below_plain, cancel_plain] = context::WithCancel(plain);
  EXPECT_EQ(Goroutines(), 0);
  const auto [below_own, cancel_own] = context::WithCancel(own);
  EXPECT_EQ(*below_own.Value<int>("key"), 7);
  const error why = errors::New("why");
  cancel_root(why);
  EXPECT_EQ(below_plain.Err(), context::Canceled);
  EXPECT_EQ(context::Cause(below_plain), why);
  EXPECT_EQ(context::Cause(plain), why);
  EXPECT_EQ(below_own.Err(), nullptr);
  cancel_own();
  runtime_.Drain();
}

// AfterFunc of a foreign context, and its stop.
TEST_P(CustomContextTest, AfterFunc) {
  const auto custom = std::make_shared<Own>();
  std::atomic<int> ran{0};
  const auto stop = context::AfterFunc(Context(custom), [&] { ran += 100; });
  context::AfterFunc(Context(custom), [&] { ++ran; });
  EXPECT_TRUE(stop());
  EXPECT_FALSE(stop());
  custom->Finish(errors::New("custom"));
  runtime_.Drain();
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace plait
