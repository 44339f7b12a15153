// The code of docs/tutorial.md. Every C++ block there is found, line for line, in this folder (docs_test.cc).

#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "plait/explore.h"

namespace {

using namespace plait;
using namespace std::chrono_literals;
using explore::Verdict;

// ---- Goroutines ----

TEST(Tutorial, Go) {
  Runtime runtime;
  std::string name = "ada";
  go([name] { std::printf("hello, %s\n", name.c_str()); });
  runtime.Drain();
}

// ---- Channels ----

PLAIT_EXPLORE(Tutorial, Handover) {
  auto baton = make_chan<std::string>();  // unbuffered: send waits for the receiver
  go([baton] { baton.send("your turn"); });
  std::string got = baton.recv();
  EXPECT_EQ(got, "your turn");
}

PLAIT_EXPLORE(Tutorial, Mailbox) {
  auto mailbox = make_chan<int>(2);  // room for two: send waits only while it is full
  mailbox.send(1);
  mailbox.send(2);
  EXPECT_EQ(len(mailbox), 2);
  EXPECT_EQ(cap(mailbox), 2);
}

PLAIT_EXPLORE(Tutorial, Close) {
  auto ch = make_chan<int>(1);
  ch.send(7);
  close(ch);

  EXPECT_EQ(ch.recv(), 7);          // what was sent before is still there
  EXPECT_EQ(ch.recv(), 0);          // then the zero value, for ever
  auto [value, ok] = ch.recv_ok();  // and ok says which it was
  EXPECT_FALSE(ok);
}

PLAIT_EXPLORE(Tutorial, Range) {
  auto numbers = make_chan<int>();
  go([numbers] {
    for (int i = 1; i <= 3; ++i) numbers.send(i);
    close(numbers);  // the sender closes, when there is no more to come
  });
  int sum = 0;
  for (int n : numbers) sum += n;
  EXPECT_EQ(sum, 6);
}

// The ends have types of their own. A Chan converts to either, never back.
RecvChan<int> Squares(RecvChan<int> in) {
  auto out = make_chan<int>();
  go([in, out] {
    for (int n : in) out.send(n * n);
    close(out);
  });
  return out;
}

PLAIT_EXPLORE(Tutorial, Directions) {
  auto in = make_chan<int>(2);
  in.send(3);
  in.send(4);
  close(in);
  auto squares = Squares(in);
  EXPECT_EQ(squares.recv() + squares.recv(), 25);
}

// ---- Select ----

PLAIT_EXPLORE(Tutorial, Select) {
  auto requests = make_chan<int>(1);
  auto results = make_chan<int>(1);
  int total = 0, sent = 0;
  bool timed_out = false;
  Select{
      recv_case(results, [&](int r) { total += r; }),
      send_case(requests, 42, [&] { ++sent; }),
      recv_case(time::After(1s), [&] { timed_out = true; }),
  };
  EXPECT_TRUE(sent == 1 || timed_out);
}

PLAIT_EXPLORE(Tutorial, SelectDefault) {
  auto mailbox = make_chan<int>(1);
  mailbox.send(1);
  bool dropped = false;
  Select{
      send_case(mailbox, 2),                  // if there is room
      default_case([&] { dropped = true; }),  // if no other case can proceed
  };
  EXPECT_TRUE(dropped);
}

PLAIT_EXPLORE(Tutorial, SelectLoop) {
  auto numbers = make_chan<int>();
  auto done = make_chan<bool>();
  go([numbers, done] {
    numbers.send(1);
    numbers.send(2);
    close(done);
  });

  int sum = 0;
  for (;;) {
    const Select s{
        recv_case(numbers, [&](int n) { sum += n; }),
        recv_case(done),
    };
    if (s.index == 1) break;  // `return` in a case's function would leave only that function
  }
  EXPECT_EQ(sum, 3);
}

// ---- sync ----

PLAIT_EXPLORE(Tutorial, WaitGroup) {
  std::vector<int> squares(3);
  sync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) wg.Go([&squares, i] { squares[static_cast<size_t>(i)] = i * i; });
  wg.Wait();  // so `squares` outlives the goroutines, and what they wrote is visible here
  EXPECT_EQ(squares, (std::vector{0, 1, 4}));
}

// State that stays in one place, behind a mutex.
class Ages {
 public:
  void Set(const std::string& name, int age) {
    std::scoped_lock guard(mu_);
    ages_[name] = age;
  }
  int Get(const std::string& name) {
    std::scoped_lock guard(mu_);
    return ages_[name];
  }

 private:
  sync::Mutex mu_;
  std::map<std::string, int> ages_;  // guarded by mu_
};

PLAIT_EXPLORE(Tutorial, Mutex) {
  Ages ages;
  sync::WaitGroup wg;
  wg.Go([&] { ages.Set("ada", 36); });
  wg.Go([&] { ages.Set("alan", 41); });
  wg.Wait();
  EXPECT_EQ(ages.Get("ada") + ages.Get("alan"), 77);
}

class Prices {
 public:
  int Of(const std::string& what) const {
    std::shared_lock guard(mu_);  // others may read at the same time
    const auto it = prices_.find(what);
    return it != prices_.end() ? it->second : 0;
  }
  void Set(const std::string& what, int price) {
    std::unique_lock guard(mu_);  // alone
    prices_[what] = price;
  }

 private:
  mutable sync::RWMutex mu_;
  std::map<std::string, int> prices_;  // guarded by mu_
};

PLAIT_EXPLORE(Tutorial, RWMutex) {
  Prices prices;
  go([&] { prices.Set("tea", 2); });
  for (int i = 0; i < 2; ++i) go([&] { EXPECT_EQ(prices.Of("tea") % 2, 0); });
  explore::join_all();
  EXPECT_EQ(prices.Of("tea"), 2);
}

PLAIT_EXPLORE(Tutorial, Once) {
  int loads = 0;
  const auto config = sync::OnceValue([&] {
    ++loads;
    return std::string("verbose");
  });
  sync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) wg.Go([&] { EXPECT_EQ(config(), "verbose"); });
  wg.Wait();
  EXPECT_EQ(loads, 1);
}

PLAIT_EXPLORE(Tutorial, Cond) {
  sync::Mutex mu;
  sync::Cond changed(mu);
  int seats = 0;  // guarded by mu
  go([&] {
    std::scoped_lock guard(mu);
    seats = 2;
    changed.Broadcast();
  });
  std::unique_lock guard(mu);
  while (seats == 0) changed.Wait();
  --seats;
  EXPECT_EQ(seats, 1);
  guard.unlock();
  explore::join_all();
}

PLAIT_EXPLORE(Tutorial, Atomic) {
  sync::atomic::Int64 hits;
  sync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) wg.Go([&] { hits.Add(1); });
  wg.Wait();
  EXPECT_EQ(hits.Load(), 2);
}

PLAIT_EXPLORE(Tutorial, SyncMap) {
  int sum = 0;
  sync::Map<std::string, int> ages;
  ages.Store("ada", 36);
  auto [age, ok] = ages.Load("ada");
  auto [first, loaded] = ages.LoadOrStore("alan", 41);  // of many at once, one stores, and all get its value
  ages.Range([&](const std::string&, int years) {
    sum += years;
    return true;  // go on
  });
  EXPECT_TRUE(ok && !loaded);
  EXPECT_EQ(age + first, sum);
}

PLAIT_EXPLORE(Tutorial, Map) {
  int sum = 0;
  auto ages = make_map<std::string, int>();  // copies are the same map
  ages.set("ada", 36);
  ages.set("alan", 41);
  for (auto [name, years] : ages) sum += years;  // in an order that nobody should rely on
  EXPECT_EQ(ages.get("grace"), 0);
  EXPECT_EQ(sum, 77);
}

PLAIT_EXPLORE(Tutorial, Pool) {
  sync::Pool<std::string> buffers([] { return std::make_unique<std::string>(); });
  auto buffer = buffers.Get();  // as its last user left it, or new
  buffer->assign("hello");
  buffers.Put(std::move(buffer));
  const std::string again = *buffers.Get();
  EXPECT_TRUE(again.empty() || again == "hello");
}

// ---- time ----

PLAIT_EXPLORE(Tutorial, Time) {
  const time::Time start = time::Now();
  time::Sleep(20ms);
  EXPECT_GE(time::Now() - start, 20ms);
}

PLAIT_EXPLORE(Tutorial, Timer) {
  auto messages = make_chan<int>(2);
  go([messages] {
    for (int i = 0; i < 2; ++i) messages.send(i);
  });
  time::Timer idle = time::NewTimer(5s);  // how long to wait for the next message
  for (bool quiet = false; !quiet;) {
    Select{
        recv_case(messages, [&](int) { idle.Reset(5s); }),
        recv_case(idle.C, [&] { quiet = true; }),
    };
  }
  EXPECT_FALSE(idle.Stop());  // it has fired, and the value has been received
}

PLAIT_EXPLORE(Tutorial, AfterFunc) {
  bool alarm = false;
  time::Timer watchdog = time::AfterFunc(10s, [&alarm] { alarm = true; });
  const bool in_time = watchdog.Stop();
  explore::join_all();
  EXPECT_NE(in_time, alarm);  // one or the other, in every schedule
}

PLAIT_EXPLORE(Tutorial, Ticker) {
  auto stop = make_chan<bool>();
  go([stop] { close(stop); });
  time::Ticker ticker = time::NewTicker(1s);
  int ticks = 0;
  for (bool stopped = false; !stopped;) {
    Select{
        recv_case(ticker.C, [&] { ++ticks; }),
        recv_case(stop, [&] { stopped = true; }),
    };
  }
  ticker.Stop();  // does not close ticker.C
}

// ---- context ----

// A worker that can be told to stop: whatever may wait takes a context.
error Work(const context::Context& ctx, const SendChan<int>& results) {
  const Select s{
      send_case(results, 42),
      recv_case(ctx.Done()),  // nobody waits for the result any more
  };
  return s.index == 1 ? ctx.Err() : nullptr;
}

PLAIT_EXPLORE(Tutorial, Context) {
  auto results = make_chan<int>();
  const auto [ctx, cancel] = context::WithTimeout(context::Background(), 2s);
  go([ctx = ctx, results] { Work(ctx, results); });
  Select{
      recv_case(results, [&](int r) { EXPECT_EQ(r, 42); }),
      recv_case(ctx.Done(), [&, ctx = ctx] { EXPECT_EQ(ctx.Err(), context::DeadlineExceeded); }),
  };
  cancel();  // in any case: it lets go of the timer, and of whoever still waits
}

PLAIT_EXPLORE(Tutorial, ContextCause) {
  const auto [ctx, cancel] = context::WithCancelCause(context::Background());
  const auto [child, cancel_child] = context::WithCancel(ctx);
  cancel(errors::New("maintenance"));
  EXPECT_EQ(child.Err(), context::Canceled);
  EXPECT_EQ(context::Cause(child).Error(), "maintenance");
}

PLAIT_EXPLORE(Tutorial, ContextAfterFunc) {
  const auto [ctx, cancel] = context::WithCancel(context::Background());
  auto in_flight = make_chan<int>(1);
  const auto stop = context::AfterFunc(ctx, [in_flight] { close(in_flight); });
  cancel();
  EXPECT_FALSE(stop());  // too late: the function has been started
  EXPECT_FALSE(in_flight.recv_ok().ok);
}

struct UserKey {
  bool operator==(const UserKey&) const = default;
};

PLAIT_EXPLORE(Tutorial, ContextValue) {
  const context::Context ctx = context::WithValue(context::Background(), UserKey{}, "ada");
  const std::string* user = ctx.Value<std::string>(UserKey{});  // null if there is none
  EXPECT_EQ(*user, "ada");
}

struct NotFound {  // an error of one's own: anything with Error()
  std::string name;
  std::string Error() const { return name + ": not found"; }
};

error Find(const std::string& name) {
  if (name != "ada") return NotFound{name};
  return nullptr;
}

PLAIT_EXPLORE(Tutorial, Errors) {
  if (error err = Find("bob")) {
    EXPECT_EQ(err.Error(), "bob: not found");
    EXPECT_EQ(errors::As<NotFound>(err)->name, "bob");
    const error outer = errors::Wrap("greet", err);
    EXPECT_EQ(outer.Error(), "greet: bob: not found");
    EXPECT_TRUE(errors::Is(outer, err));
  }
}

// ---- errgroup ----

PLAIT_EXPLORE(Tutorial, Errgroup) {
  auto [group, ctx] = errgroup::WithContext(context::Background());
  group->SetLimit(2);  // at most two at a time
  for (const char* name : {"ada", "bob", "ada"}) {
    group->Go([name, ctx = ctx]() -> error {
      if (ctx.Err()) return ctx.Err();  // another one has failed
      return Find(name);
    });
  }
  const error err = group->Wait();  // for all, and the first error
  EXPECT_EQ(err.Error(), "bob: not found");
}

// ---- Panics ----

// Panics if there is no number; its caller below does not.
int MustParse(const std::string& text) {
  if (text.empty()) panic("no number");
  return std::stoi(text);
}

int ParseOr(const std::string& text, int fallback) {
  return frame<int>([&](Frame& f) {
    f.defer([&] {
      if (auto r = recover()) f.result<int>() = fallback;
    });
    return MustParse(text);
  });
}

TEST(Tutorial, Recover) {
  EXPECT_EQ(ParseOr("12", -1), 12);
  EXPECT_EQ(ParseOr("", -1), -1);
  EXPECT_EQ(ParseOr("twelve", -1), -1);  // std::invalid_argument: any C++ exception is a panic
}

TEST(Tutorial, PanicsAreExceptions) {
  std::string text;
  try {
    close(Chan<int>());
  } catch (const Panic& p) {
    text = p.text();
  }
  EXPECT_EQ(text, "close of nil channel");
}

__attribute__((noinline)) void WaitForReply(Chan<int> reply) {
  reply.recv();
  asm volatile("");  // no tail call
}

TEST(Tutorial, Dump) {
  Runtime runtime;
  std::string text;
  go([&text] {
    // One goroutine waits for another one that has forgotten it.
    auto reply = make_chan<int>();
    go([reply] { WaitForReply(reply); });
    while (Goroutines().back().state != "chan receive") Gosched();
    const std::string dump = Stack(true);
    text = dump;
    close(reply);
  });
  runtime.Drain();
  // goroutine N [running], an empty line, then the other one with its function, its line and its creator.
  EXPECT_EQ(text.find("goroutine "), 0u) << text;
  const size_t other = text.find(" [chan receive]:\n");
  ASSERT_NE(other, std::string::npos) << text;
  const size_t function = text.find("WaitForReply(...)\n\t", other);
  ASSERT_NE(function, std::string::npos) << text;
  EXPECT_NE(text.find("tutorial_test.cc:", function), std::string::npos) << text;
  EXPECT_NE(text.find("\ncreated by ", function), std::string::npos) << text;
}

TEST(Tutorial, Blocking) {
  Runtime runtime(1);
  go([] {
    int pipes[2];
    ASSERT_EQ(pipe(pipes), 0);
    go([&pipes] { EXPECT_EQ(write(pipes[1], "x", 1), 1); });  // on the same processor
    char byte = 0;
    const ssize_t n = Blocking([&] { return read(pipes[0], &byte, 1); });
    EXPECT_EQ(n, 1);
    ::close(pipes[0]);
    ::close(pipes[1]);
  });
  runtime.Drain();
}

PLAIT_EXPLORE(Tutorial, Goexit) {
  auto log = make_chan<std::string>(2);
  go([log] {
    frame([&](Frame& f) {
      f.defer([&] { log.send("deferred"); });
      Goexit();  // ends this goroutine, after its deferred calls
    });
    log.send("never");
  });
  EXPECT_EQ(log.recv(), "deferred");
  explore::join_all();
  EXPECT_EQ(len(log), 0);
}

// ---- Lifetimes ----

PLAIT_EXPLORE(Tutorial, Lifetimes) {
  auto config = std::make_shared<const std::string>("verbose");
  auto ready = make_chan<bool>();
  go([config, ready] { ready.send(*config == "verbose"); });  // owns what it needs
  config.reset();
  EXPECT_TRUE(ready.recv());
}

// ---- Explored tests ----

// Returns the first answer of two servers, and does not wait for the other one.
int First(RecvChan<int> a, RecvChan<int> b) {
  auto answer = make_chan<int>().name("answer");
  for (const auto& server : {a, b}) {
    go([answer, server] { answer.send(server.recv()); });
  }
  return answer.recv();
}

PLAIT_EXPLORE(Tutorial, First, .expect = Verdict::kLeak) {
  auto a = make_chan<int>(1).name("a");
  auto b = make_chan<int>(1).name("b");
  a.send(1);
  b.send(2);
  const int first = First(a, b);
  EXPECT_TRUE(first == 1 || first == 2);
}

// A goroutine's share of the environment: every combination is explored.
PLAIT_EXPLORE(Tutorial, Choose) {
  auto ch = make_chan<int>(explore::choose(3));  // with room for 0, 1 and 2
  const int n = 1 + explore::choose(2);
  go([ch, n] {
    for (int i = 0; i < n; ++i) ch.send(i);
    close(ch);
  });
  int expected = 0;
  for (int got : ch) EXPECT_EQ(got, expected++);
  EXPECT_EQ(expected, n);
}

PLAIT_EXPLORE(Tutorial, Invariant) {
  sync::Mutex mu;
  int inside = 0;
  explore::invariant("at most one inside", [&] { return inside <= 1; });
  for (int i = 0; i < 2; ++i) {
    go([&] {
      std::scoped_lock guard(mu);
      ++inside;
      Gosched();
      --inside;
    });
  }
  explore::join_all();  // waits for all other goroutines
}

// Too large to explore: random schedules, the same ones every time. The coverage line says so.
PLAIT_EXPLORE(Tutorial, Sampled, .mode = explore::Mode::kRandom, .executions = 200) {
  auto jobs = make_chan<int>();
  sync::atomic::Int64 sum;
  sync::WaitGroup workers;
  for (int w = 0; w < 4; ++w) {
    workers.Go([&] {
      for (int n : jobs) sum.Add(n);
    });
  }
  for (int n = 1; n <= 20; ++n) jobs.send(n);
  close(jobs);
  workers.Wait();
  EXPECT_EQ(sum.Load(), 210);
}

// One schedule, kept by its token: it runs, and nothing else does.
TEST(Tutorial, KeptSchedule) {
  const auto body = [] {
    auto ch = make_chan<int>();
    go([ch] { ch.send(1); });
    ch.recv();
  };
  const auto result = explore::Explore("Handover", {.replay = "plait1:u:Handover:1r_2"}, body);
  EXPECT_EQ(result.verdict, Verdict::kNone) << result.report;
}

// ---- Under somebody else's main ----

TEST(Tutorial, Runtime) {
  Runtime runtime;  // its workers run from here
  auto squares = make_chan<int>(3);
  for (int i = 1; i <= 3; ++i) go([squares, i] { squares.send(i * i); });
  runtime.Drain();  // waits until every goroutine has ended

  close(squares);
  int sum = 0;
  for (int s : squares) sum += s;  // on this thread, which is no goroutine
  EXPECT_EQ(sum, 14);
}  // what is left is unwound here

TEST(Tutorial, PlainThreads) {
  Runtime runtime;
  auto numbers = make_chan<int>();
  std::thread sensor([numbers] {  // waits in send as a goroutine would, on its own thread
    for (int i = 1; i <= 3; ++i) numbers.send(i);
    close(numbers);
  });
  sync::atomic::Int64 sum;
  go([&sum, numbers] {
    for (int n : numbers) sum.Add(n);
  });
  sensor.join();
  runtime.Drain();
  EXPECT_EQ(sum.Load(), 6);
}

}  // namespace
