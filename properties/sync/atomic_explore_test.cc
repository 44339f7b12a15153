// Clauses of ATOM, explored.

#include <set>
#include <string>

#include "plait/explore.h"
#include "plait/properties/sync/seen.h"

namespace plait {
namespace {

using namespace plait::explore;
using enum Granularity;
using sync::atomic::Int64;
using Strings = std::set<std::string>;

// What the bodies' loads have seen, in all schedules, at either granularity; the first test for all is that both agree.
template <class Body>
Strings Seen(Body body) {
  const Strings user = SeenByExplore(kUser, body);
  EXPECT_EQ(SeenByExplore(kRuntime, body), user);
  return user;
}

std::string Text(std::initializer_list<int64_t> values) {
  std::string text;
  for (const int64_t value : values) text += std::to_string(value);
  return text;
}

// ATOM-01: all operations are in one order: the classic outcomes that weaker orders allow do not occur, all others do.
// Store buffering: not 00.
TEST(AtomicExplored, StoreBuffering) {
  const Strings seen = Seen([](std::string& text) {
    Int64 x, y;
    int64_t a = 0, b = 0;
    go([&] {
      x.Store(1);
      a = y.Load();
    });
    go([&] {
      y.Store(1);
      b = x.Load();
    });
    join_all();
    text = Text({a, b});
  });
  EXPECT_EQ(seen, (Strings{"01", "10", "11"}));  // of SeenByExplore( both
}

// ATOM-01: load buffering: not 11.
TEST(AtomicExplored, LoadBuffering) {
  const Strings seen = SeenByExplore(kUser, [](std::string& text) {
    Int64 x, y;
    int64_t a = 0, b = 0;
    go([&] {
      a = y.Load();
      x.Store(1);
    });
    go([&] {
      b = x.Load();
      y.Store(1);
    });
    join_all();
    text = Text({a, b});
  });
  EXPECT_EQ(seen, (Strings{"00", "01", "10"}));
}

// ATOM-01: independent reads of independent writes: the readers agree on the order of the writes: not 1010.
TEST(AtomicExplored, IndependentReads) {
  const Strings seen = SeenByExplore(kUser, [](std::string& text) {
    Int64 x, y;
    int64_t a = 0, b = 0, c = 0, d = 0;
    go([&] { x.Store(1); });
    go([&] { y.Store(1); });
    go([&] {
      a = x.Load();
      b = y.Load();
    });
    go([&] {
      c = y.Load();
      d = x.Load();
    });
    join_all();
    text = Text({a, b, c, d});
  });
  EXPECT_EQ(seen.count("1010"), 0u);
  EXPECT_EQ(seen.size(), 15u);
}

// ATOM-01: 2+2W: two stores each, in opposite order: not both of the first ones last.
TEST(AtomicExplored, TwoPlusTwoWrites) {
  const Strings seen = SeenByExplore(kUser, [](std::string& text) {
    Int64 x, y;
    go([&] {
      x.Store(1);
      y.Store(2);
    });
    go([&] {
      y.Store(1);
      x.Store(2);
    });
    join_all();
    text = Text({x.Load(), y.Load()});
  });
  EXPECT_EQ(seen, (Strings{"12", "21", "22"}));
}

// ATOM-01: message passing. ATOM-02: who sees the flag sees what was written before it; it may be plain. Under
// --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(AtomicExplored, MessagePassing, .granularity = kRuntime) {
  sync::atomic::Bool ready;
  int data = 0;
  go([&] {
    data = 42;
    ready.Store(true);
  });
  if (ready.Load()) {
    EXPECT_EQ(data, 42);
  }
  join_all();
}

// ATOM-02: the edges of the others: CompareAndSwap, Add and Swap see and are seen.
PLAIT_EXPLORE(AtomicExplored, ReadModifyWritesSynchronise) {
  Int64 turn;
  int data = 0;
  go([&] {
    data = 1;
    turn.Add(1);
  });
  go([&] {
    if (!turn.CompareAndSwap(1, 2)) return;
    EXPECT_EQ(data, 1);
    data = 2;
    turn.Swap(3);
  });
  if (turn.Load() == 3) {
    EXPECT_EQ(data, 2);
  }
  join_all();
}

// ATOM-06: CompareAndSwap does not fail for no reason: alone it always succeeds, of two exactly one does.
PLAIT_EXPLORE(AtomicExplored, CompareAndSwapIsStrong) {
  Int64 x, y;
  EXPECT_TRUE(x.CompareAndSwap(0, 1));
  Int64 wins;
  for (int i = 1; i <= 2; ++i) {
    go([&, i] {
      if (y.CompareAndSwap(0, i)) wins.Add(1);
    });
  }
  join_all();
  EXPECT_EQ(wins.Load(), 1);
}

// ATOM-08, ATOM-11: a Value reads as nothing, or as one of the values that were stored, whole; never back to nothing.
// What a value holds comes with it: under --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(AtomicExplored, ValuesAreWhole) {
  struct Config {
    int a, b;
    bool operator==(const Config&) const = default;
  };
  sync::atomic::Value value;
  for (int i = 1; i <= 2; ++i) {
    go([&value, i] { value.Store(Config{i, i}); });
  }
  const sync::atomic::Any first = value.Load(), second = value.Load();
  for (const auto& loaded : {first, second}) {
    if (loaded.is_nil()) continue;
    const auto* config = loaded.as<Config>();
    ASSERT_NE(config, nullptr);
    EXPECT_EQ(config->a, config->b);
  }
  EXPECT_TRUE(first.is_nil() || !second.is_nil());
  join_all();
}

// ATOM-09, ATOM-10, ATOM-11: of several that swap the first value in, one succeeds, and then the type is fixed: a text panics;
// unless the text came first.
PLAIT_EXPLORE(AtomicExplored, FirstValue, .granularity = kRuntime) {
  sync::atomic::Value value;
  Int64 wins, panics;
  for (int i = 1; i <= 2; ++i) {
    go([&, i] {
      try {
        if (value.CompareAndSwap(nullptr, i)) wins.Add(1);
      } catch (const Panic& panic) {
        EXPECT_EQ(panic.text(), "sync/atomic: compare and swap of inconsistently typed value into Value");
      }
    });
  }
  go([&] {
    try {
      value.Store(std::string("text"));
    } catch (const Panic& panic) {
      EXPECT_EQ(panic.text(), "sync/atomic: store of inconsistently typed value into Value");
      panics.Add(1);
    }
  });
  join_all();
  EXPECT_EQ(wins.Load(), panics.Load());
}

}  // namespace
}  // namespace plait
