// Clauses of CTX that are about all schedules, explored.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace std::chrono_literals;
using namespace plait::explore;
using context::Context;

bool IsDone(const Context& ctx) {
  bool done = false;
  Select{recv_case(ctx.Done(), [&] { done = true; }), default_case()};
  return done;
}

// All that a body writes down, over all schedules, at both granularities.
std::set<std::string> Explore(const std::function<std::string()>& body) {
  std::set<std::string> both;
  for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
    std::set<std::string> outcomes;
    std::string outcome;
    const Result r = explore::Explore(
        "Outcomes", {.granularity = granularity}, [&] { outcome = body(); },
        [&](const Execution&) { outcomes.insert(outcome); });
    EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
    EXPECT_TRUE(r.complete);
    EXPECT_TRUE(both.empty() || both == outcomes) << GranularityName(granularity);
    both = outcomes;
  }
  return both;
}

std::string CauseText(const Context& ctx) {
  const error cause = context::Cause(ctx);
  return cause ? cause.Error() : "nil";
}

// CTX-02: Done closes with the context's own cancel or its parent's, whichever comes first.
PLAIT_EXPLORE(Context, EitherCancels) {
  const auto [parent, cancel_parent] = context::WithCancel(context::Background());
  const auto [child, cancel_child] = context::WithCancel(parent);
  if (choose(2) == 0) {
    go([cancel = cancel_parent] { cancel(); });
  } else {
    go([cancel = cancel_child] { cancel(); });
  }
  child.Done().recv();
  EXPECT_EQ(child.Err(), context::Canceled);
}

// CTX-03: two cancellations and a deadline at once: the first one sets Err and Cause, the others nothing.
// CTX-16: so the two are always of one piece.
TEST(Context, TheFirstCancellationCounts) {
  EXPECT_EQ(Explore([] {
              const auto [ctx, cancel] = context::WithCancelCause(context::Background());
              const auto [timed, cancel_timed] = context::WithTimeoutCause(ctx, 1s, errors::New("late"));
              go([cancel = cancel] { cancel(errors::New("one")); });
              go([cancel = cancel_timed] { cancel(); });
              timed.Done().recv();
              const std::string first = timed.Err().Error() + ": " + CauseText(timed);
              join_all();
              EXPECT_EQ(first, timed.Err().Error() + ": " + CauseText(timed));
              return first;
            }),
            (std::set<std::string>{"context canceled: context canceled", "context canceled: one",
                                   "context deadline exceeded: late"}));
}

// CTX-04: Err is nil until Done is closed, then it stays.
// CTX-05: an Err that is not nil says that Done is closed already.
PLAIT_EXPLORE(Context, ErrAndDoneAgree) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  const auto [child, cancel_child] = context::WithCancel(ctx);
  go([cancel = cancel] { cancel(); });
  if (child.Err()) {
    EXPECT_TRUE(IsDone(child));
    EXPECT_TRUE(IsDone(ctx));
  }
  if (IsDone(ctx)) {
    EXPECT_EQ(child.Err(), context::Canceled);
  }
  join_all();
  EXPECT_EQ(child.Err(), context::Canceled);
}

// CTX-06: whoever asks for Done first, while it is cancelled: it is one channel, and closed.
PLAIT_EXPLORE(Context, DoneRacesWithCancel) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  sync::Mutex mu;
  std::vector<RecvChan<context::Signal>> seen;
  for (int i = 0; i < 2; ++i) {
    go([&, ctx = ctx] {
      std::scoped_lock guard(mu);
      seen.push_back(ctx.Done());
    });
  }
  cancel();
  join_all();
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_TRUE(IsDone(ctx));
  seen[0].recv();
}

// CTX-07: when cancel returns, everything below is cancelled.
// CTX-08: nor does anybody else ever see one of a tree cancelled and another one not (our promise).
PLAIT_EXPLORE(Context, ATreeIsCancelledAtOnce) {
  const auto [root, cancel] = context::WithCancel(context::Background());
  const auto [left, cancel_left] = context::WithCancel(root);
  const auto [leaf, cancel_leaf] = context::WithTimeout(context::WithValue(left, "key", 1), 1h);
  go([=, root = root, leaf = leaf] {
    root.Done().recv();
    EXPECT_TRUE(IsDone(leaf));
    EXPECT_TRUE(leaf.Err());
  });
  go([root = root, left = left] {
    if (IsDone(left)) {
      EXPECT_TRUE(root.Err());
    }
  });
  cancel();
  EXPECT_TRUE(left.Err() && leaf.Err() && IsDone(leaf));
}

// CTX-11: a context that is made while its parent is being cancelled is cancelled too.
PLAIT_EXPLORE(Context, MadeWhileCancelled) {
  const auto [root, cancel] = context::WithCancel(context::Background());
  sync::Mutex mu;
  go([&, root = root] {
    std::scoped_lock guard(mu);  // a place for others to come in between
    const auto child = context::WithCancel(root);
    const auto timed = context::WithTimeout(child.ctx, 1h);
    timed.ctx.Done().recv();
    EXPECT_TRUE(timed.ctx.Err());
    child.ctx.Done().recv();
    EXPECT_EQ(timed.ctx.Err() == context::Canceled, context::Cause(timed.ctx) == context::Canceled);
  });
  cancel();
  join_all();
}

// CTX-14: the deadline passes by itself.
// CTX-17: of a timeout, and of a deadline that lies as far ahead.
PLAIT_EXPLORE(Context, Deadline) {
  const time::Time start = time::Now();
  const auto [ctx, cancel] = choose(2) == 0 ? context::WithTimeout(context::Background(), 2s)
                                            : context::WithDeadline(context::Background(), start + 2s);
  ctx.Done().recv();
  EXPECT_EQ(ctx.Err(), context::DeadlineExceeded);
  EXPECT_EQ(time::Now() - start, 2s);
  cancel();
  EXPECT_EQ(context::Cause(ctx), context::DeadlineExceeded);
}

// CTX-13: a deadline that has come while nobody looked.
PLAIT_EXPLORE(Context, DeadlineInThePast) {
  const time::Time start = time::Now();
  time::Sleep(2s);
  const auto [ctx, cancel] = context::WithDeadline(context::Background(), start + 1s);
  EXPECT_EQ(ctx.Err(), context::DeadlineExceeded);
  EXPECT_TRUE(IsDone(ctx));
}

// CTX-15: cancelled before its deadline: it stays so, and no timer is left that could fire.
PLAIT_EXPLORE(Context, CancelledBeforeItsDeadline) {
  const auto [ctx, cancel] = context::WithTimeoutCause(context::Background(), 1s, errors::New("late"));
  cancel();
  const error err = ctx.Err();
  time::Sleep(5s);
  EXPECT_EQ(ctx.Err(), err);
  // CTX-21: the cause of a deadline is not that of a cancellation.
  EXPECT_EQ(CauseText(ctx), err == context::Canceled ? "context canceled" : "late");
}

// CTX-20: the first cancellation gives the cause, to the parent and to the child.
// CTX-21: the cause of the deadline only if that comes first.
TEST(Context, WhoseCause) {
  EXPECT_EQ(Explore([] {
              const auto [parent, cancel_parent] = context::WithCancelCause(context::Background());
              const auto [child, cancel_child] = context::WithCancelCause(parent);
              go([cancel = cancel_parent] { cancel(errors::New("1")); });
              go([cancel = cancel_child] { cancel(errors::New("2")); });
              join_all();
              return CauseText(parent) + " " + CauseText(child);
            }),
            (std::set<std::string>{"1 1", "1 2"}));
  EXPECT_EQ(Explore([] {
              const auto [ctx, cancel] = context::WithTimeoutCause(context::Background(), 1s, errors::New("late"));
              go([cancel = cancel] { cancel(); });
              join_all();
              return ctx.Err().Error() + ": " + CauseText(ctx);
            }),
            (std::set<std::string>{"context canceled: context canceled", "context deadline exceeded: late"}));
}

// CTX-25, CTX-26, CTX-28: in every schedule either stop returns true or the function runs, once, after the cancellation.
PLAIT_EXPLORE(Context, StopOrRun) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  sync::atomic::Int64 ran;
  const auto stop = context::AfterFunc(ctx, [&, ctx = ctx] {
    EXPECT_TRUE(ctx.Err());
    ran.Add(1);
  });
  go([cancel = cancel] {
    cancel();
    cancel();
  });
  const bool stopped = stop();
  EXPECT_FALSE(stop());
  join_all();
  EXPECT_EQ(ran.Load(), stopped ? 0 : 1);
}

// CTX-25: registered while the context is being cancelled it runs all the same.
// CTX-27: several run, each in a goroutine of its own.
PLAIT_EXPLORE(Context, SeveralFunctions) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  auto ran = make_chan<int>();
  context::AfterFunc(ctx, [ran] { ran.send(1); });
  go([=, ctx = ctx] { context::AfterFunc(ctx, [ran] { ran.send(2); }); });
  cancel();
  EXPECT_EQ(ran.recv() + ran.recv(), 3);
}

// CTX-29: cancel returns although the function waits, for something that comes after it.
PLAIT_EXPLORE(Context, CancelDoesNotWait) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  auto gate = make_chan<bool>();
  context::AfterFunc(ctx, [gate] { gate.recv(); });
  cancel();
  gate.send(true);
}

// CTX-34: everything at once.
PLAIT_EXPLORE(Context, EverythingAtOnce) {
  const auto [root, cancel] = context::WithCancel(context::Background());
  const auto [ctx, cancel_ctx] = context::WithTimeout(root, 1s);
  go([ctx = ctx] {
    const auto stop = context::AfterFunc(ctx, [] {});
    ctx.Done().recv();
    stop();
  });
  go([cancel = cancel_ctx, ctx = ctx] {
    const bool cancelled = bool(ctx.Err());
    cancel();
    EXPECT_TRUE(!cancelled || context::Cause(ctx));
  });
  cancel();
  EXPECT_TRUE(ctx.Err());
}

// CTX-35, MEM-23: what was done before cancel is seen after a receive from Done, here or below; under --config=tsan a
// missing edge is a reported race.
PLAIT_EXPLORE(Context, CancelHappensBeforeDone) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  int plain = 0;
  go([&plain, ctx = ctx] {
    const auto child = context::WithCancel(ctx);
    child.ctx.Done().recv();
    EXPECT_EQ(plain, 1);
  });
  context::AfterFunc(ctx, [&plain] { EXPECT_EQ(plain, 1); });
  plain = 1;
  cancel();
  join_all();
}

// CTX-03: a context that nobody cancels is a leak of whoever waits for it.
PLAIT_EXPLORE(Context, ForgottenCancel, .expect = Verdict::kLeak, .expect_text = "1 goroutine is left") {
  const auto [root, cancel] = context::WithCancel(context::Background());
  const auto [ctx, cancel_ctx] = context::WithCancel(root);
  go([ctx = ctx] { ctx.Done().recv(); });
  context::AfterFunc(ctx, [owned = std::make_shared<int>(1)] {});
}

// Contexts of a foreign kind: see also runtime/context/custom_test.cc.
class Own final : public context::Wrapper {
 public:
  Own() : Wrapper(context::Background()) {}
  RecvChan<context::Signal> Done() const override { return done; }
  error Err() const override { return context::Canceled; }
  const Chan<context::Signal> done = make_chan<context::Signal>();
};

// CTX-31: a watcher ends with the child or the parent, whichever comes first.
PLAIT_EXPLORE(Context, TheWatcherEnds) {
  const auto own = std::make_shared<Own>();
  const auto [child, cancel] = context::WithCancel(Context(own));
  if (choose(2) == 0) go([own] { close(own->done); });
  go([cancel = cancel] { cancel(); });
  child.Done().recv();
}

// What a report says of contexts.
TEST(Context, Words) {
  const Result r = explore::Explore("Words", {}, [] {
    const auto [root, cancel] = context::WithCancel(context::Background());
    const auto [ctx, cancel_ctx] = context::WithTimeout(root, 1s);
    ctx.name("request");
    const auto stop = context::AfterFunc(ctx, [] {});
    stop();
    static_cast<void>(ctx.Err());
    cancel();
    cancel_ctx();
    ctx.Done().recv();
    panic("look");
  });
  for (const char* line : {" = WithTimeout(1s)", "stop(context.AfterFunc)  = true", "request.Err()  = nil",
                           "cancel(context@", "cancel(request)  done before", "<-request.Done()"}) {
    EXPECT_NE(r.report.find(line), std::string::npos) << line << "\n" << r.report;
  }
}

}  // namespace
}  // namespace plait
