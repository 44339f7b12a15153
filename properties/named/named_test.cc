// The named properties hold of plait's channels, in every schedule; and each is false of something that is wrong in one
// way.

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>

#include "plait/explorer/explore.h"
#include "plait/plait.h"
#include "plait/properties/named/channel.h"
#include "plait/properties/named/linearizable.h"

namespace plait::properties {
namespace {

// "" if the property holds in every schedule, else what it says in one where it does not.
std::string InEverySchedule(const std::function<std::string()>& property) {
  std::string wrong;
  const explore::Result result = explore::Explore("property", {}, [&] {
    const std::string fault = property();
    if (!fault.empty()) panic(fault);
  });
  return result.verdict == explore::Verdict::kNone ? "" : result.text;
}

// CH-06, CH-07, CH-09, CH-12, CH-14, CH-19, CH-35, CH-38, CH-40: the properties that have these names.
TEST(NamedProperties, HoldOfPlaitsChannels) {
  const System plait = PlaitSystem();
  for (const int capacity : {0, 1, 2}) {
    EXPECT_EQ(InEverySchedule([&] { return ClosedChannelThrows(plait, capacity); }), "");
    EXPECT_EQ(InEverySchedule([&] { return ReceivesNothingOnceDrained(plait, capacity); }), "");
    EXPECT_EQ(InEverySchedule([&] { return Fifo(plait, capacity, 2, 2); }), "");
    EXPECT_EQ(InEverySchedule([&] { return ExactlyOnce(plait, capacity, 2, 1, 2); }), "");
    EXPECT_EQ(InEverySchedule([&] { return SendHappensBeforeReceive(plait, capacity); }), "");
  }
  EXPECT_EQ(InEverySchedule([&] { return RendezvousOverlaps(plait); }), "");
  EXPECT_EQ(InEverySchedule([&] { return NoSpuriousWakeups(plait); }), "");
}

// The same, on threads.
TEST(NamedProperties, HoldOfPlaitsChannelsInProduction) {
  Runtime runtime(2);
  std::string wrong;
  go([&wrong] {
    const System plait = PlaitSystem();
    wrong += Fifo(plait, 1, 3, 50) + ExactlyOnce(plait, 2, 3, 50, 3) + RendezvousOverlaps(plait) +
             NoSpuriousWakeups(plait) + SendHappensBeforeReceive(plait, 0);
  });
  runtime.Drain();
  EXPECT_EQ(wrong, "");
}

// SEL-03, SEL-19: which of the ready cases is chosen.
TEST(NamedProperties, SelectChoosesUniformly) {
  Runtime runtime(1);
  std::string wrong;
  go([&wrong] {
    for (const int n : {2, 3, 8}) {
      std::vector<Chan<int>> channels;
      for (int i = 0; i < n; ++i) channels.push_back(make_chan<int>(1));
      for (const auto& c : channels) c.send(1);
      wrong += ChoosesUniformly(n, 8000, [&] {
        DynamicSelect select;
        for (const auto& c : channels) select.Recv(c);
        const int chosen = select.Run();
        channels[static_cast<size_t>(chosen)].send(1);
        return chosen;
      });
    }
  });
  runtime.Drain();
  EXPECT_EQ(wrong, "");
}

TEST(NamedProperties, SkewedChoicesAreFound) {
  std::mt19937 random(1);
  EXPECT_EQ(ChoosesUniformly(4, 8000, [&] { return static_cast<int>(random() % 4); }), "");
  EXPECT_EQ(ChoosesUniformly(4, 8000, [&] { return static_cast<int>(random() % 5 % 4); }).substr(0, 11), "not uniform");
  EXPECT_EQ(ChoosesUniformly(4, 8000, [&] { return static_cast<int>(random() % 3); }), "case 3 starves");
}

// A stack in the place of a queue, a buffer in the place of a rendezvous, and a close that loses what is buffered.
class Wrong : public Channel {
 public:
  enum class Way { kStack, kBuffered, kLosesAtClose };
  Wrong(Way way, int capacity) : way_(way), room_(make_chan<int>(std::max(capacity, 1))) {}
  void Send(int value) override {
    room_.send(0);
    std::scoped_lock guard(mu_);
    values_.push_back(value);
    arrived_.Signal();
  }
  std::optional<int> Receive() override {
    std::unique_lock guard(mu_);
    while (values_.empty() && !closed_) arrived_.Wait();
    if (values_.empty()) return std::nullopt;
    const auto at = way_ == Way::kStack ? values_.end() - 1 : values_.begin();
    const int value = *at;
    values_.erase(at);
    room_.recv();
    return value;
  }
  void Close() override {
    std::scoped_lock guard(mu_);
    closed_ = true;
    if (way_ == Way::kLosesAtClose) values_.clear();
    arrived_.Broadcast();
  }

 private:
  const Way way_;
  Chan<int> room_;
  sync::Mutex mu_;
  sync::Cond arrived_{mu_};
  std::vector<int> values_;
  bool closed_ = false;
};

System WrongSystem(Wrong::Way way) {
  System system = PlaitSystem();
  system.make = [way](int capacity) { return std::make_unique<Wrong>(way, capacity); };
  return system;
}

TEST(NamedProperties, WrongChannelsAreFound) {
  EXPECT_NE(InEverySchedule([] { return Fifo(WrongSystem(Wrong::Way::kStack), 2, 1, 2); }).find("another one was due"),
            std::string::npos);
  EXPECT_NE(InEverySchedule([] {
              return RendezvousOverlaps(WrongSystem(Wrong::Way::kBuffered));
            }).find("a send was through before anybody received"),
            std::string::npos);
  EXPECT_NE(InEverySchedule([] {
              return ExactlyOnce(WrongSystem(Wrong::Way::kLosesAtClose), 2, 1, 2, 1);
            }).find("was received 0 times"),
            std::string::npos);
  EXPECT_NE(InEverySchedule([] {
              return ClosedChannelThrows(WrongSystem(Wrong::Way::kBuffered), 2);
            }).find("a send on a closed channel goes through"),
            std::string::npos);
}

struct CounterSpec {
  using Op = int;
  using Result = int;
  int value = 0;
  int Apply(int op) { return value += op; }
  bool operator==(const CounterSpec&) const = default;
};

struct LockedCounter {
  int Add(int n) {
    std::scoped_lock guard(mu);
    return value += n;
  }
  sync::Mutex mu;
  int value = 0;
};

// Looks and acts in two steps.
struct SplitCounter {
  int Add(int n) {
    const int64_t was = value.Load();
    value.Store(was + n);
    return static_cast<int>(was) + n;
  }
  sync::atomic::Int64 value;
};

template <class Counter>
std::string ExploreCounter() {
  return ExploreLinearizable<CounterSpec>(
      [] { return std::make_shared<Counter>(); }, [](Counter& counter, int op) { return counter.Add(op); },
      [](std::mt19937& random) { return 1 + static_cast<int>(random() % 2); }, {.programs = 5});
}

TEST(Linearizable, ALockMakesItSo) { EXPECT_EQ(ExploreCounter<LockedCounter>(), ""); }

TEST(Linearizable, TwoStepsDoNot) {
  EXPECT_NE(ExploreCounter<SplitCounter>().find("not linearizable"), std::string::npos);
}

// CH-14, CH-21: a buffered channel with tries is a bounded queue.
struct QueueSpec {
  using Op = int;      // above 0: try to send it; 0: try to receive
  using Result = int;  // 1 or 0: sent or not; a value, or -1
  std::vector<int> values;
  int Apply(int op) {
    if (op > 0) {
      if (values.size() == 2) return 0;
      values.push_back(op);
      return 1;
    }
    if (values.empty()) return -1;
    const int first = values.front();
    values.erase(values.begin());
    return first;
  }
  bool operator==(const QueueSpec&) const = default;
};

TEST(Linearizable, ABufferedChannelIsAQueue) {
  const auto apply = [](Chan<int>& c, int op) {
    int result = op > 0 ? 0 : -1;
    DynamicSelect select;
    if (op > 0) {
      select.Send(c, op, [&result] { result = 1; });
    } else {
      select.Recv(c, [&result](int value) { result = value; });
    }
    select.Default();
    select.Run();
    return result;
  };
  EXPECT_EQ(ExploreLinearizable<QueueSpec>([] { return std::make_shared<Chan<int>>(make_chan<int>(2)); }, apply,
                                           [](std::mt19937& random) { return static_cast<int>(random() % 4); },
                                           {.programs = 10, .goroutines = 3}),
            "");
}

// Pending calls may count or not; what has returned before must come before.
TEST(Linearizable, Histories) {
  History<CounterSpec> order;
  order.Call(1, [] { return 1; });
  order.Call(1, [] { return 1; });  // after the first had returned 1
  EXPECT_FALSE(order.Linearizable());
  History<CounterSpec> nested;
  nested.Call(1, [&] {
    nested.Call(2, [] { return 3; });  // while the first is under way: it may have been first
    return 1;
  });
  EXPECT_TRUE(nested.Linearizable());
}

}  // namespace
}  // namespace plait::properties
