// sync::Pool and sync::Map in all schedules; and the proof by test that the reduction loses none of their outcomes.

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "plait/explore.h"
#include "plait/runtime/sched/random.h"

namespace plait {
namespace {

using namespace plait::explore;

std::unique_ptr<int> Item(int n) { return std::make_unique<int>(n); }

// POOL-01, POOL-03, POOL-09: Get finds either of the items that were Put, or makes one although there are some.
TEST(PoolExplored, AnyItemOrNone) {
  std::set<int> got;
  const Result r = Explore("AnyItem", {}, [&got] {
    sync::Pool<int> pool([] { return Item(0); });
    pool.Put(Item(1));
    pool.Put(Item(2));
    got.insert(*pool.Get());
  });
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
  EXPECT_EQ(got, (std::set<int>{0, 1, 2}));
  EXPECT_EQ(r.executions, 3u);
}

// POOL-03: who relies on his Put is told so.
PLAIT_EXPLORE(PoolExplored, RelyingOnAPut, .expect = Verdict::kAssertion) {
  sync::Pool<int> pool;
  pool.Put(Item(1));
  EXPECT_NE(pool.Get(), nullptr);
}

// POOL-02: nobody has what somebody else has.
// POOL-05: and what an item holds comes with it. Under --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(PoolExplored, NoItemTwice) {
  struct Box {
    int holder = 0;
  };
  sync::Pool<Box> pool([] { return std::make_unique<Box>(); });
  pool.Put(std::make_unique<Box>());
  for (int g = 1; g <= 2; ++g) {
    go([&pool, g] {
      auto box = pool.Get();
      EXPECT_EQ(box->holder, 0);
      box->holder = g;
      Gosched();
      EXPECT_EQ(box->holder, g);
      box->holder = 0;
      pool.Put(std::move(box));
    });
  }
  join_all();
}

// MAP-03: of three LoadOrStore one stores, and all return its value.
PLAIT_EXPLORE(MapExplored, LoadOrStoreStoresOnce) {
  sync::Map<int, int> map;
  std::vector<int> seen(3);
  int stored = 0;
  sync::Mutex mu;
  for (int g = 0; g < 3; ++g) {
    go([&, g] {
      const auto [value, loaded] = map.LoadOrStore(7, g);
      const std::scoped_lock guard(mu);
      seen[static_cast<size_t>(g)] = value;
      stored += !loaded;
    });
  }
  join_all();
  EXPECT_EQ(stored, 1);
  EXPECT_EQ(std::set<int>(seen.begin(), seen.end()).size(), 1u);
}

// MAP-07: Clear beside two Stores: any part of what was stored may be left, and nothing else.
TEST(MapExplored, ClearLeavesAnyPart) {
  std::set<std::set<int>> left;
  const Result r = Explore("Clear", {}, [&left] {
    sync::Map<int, int> map;
    map.Store(0, 0);
    go([&map] { map.Store(1, 1); });
    go([&map] { map.Store(2, 2); });
    map.Clear();
    join_all();
    std::set<int> keys;
    map.Range([&keys](int key, int) { return keys.insert(key).second; });
    left.insert(keys);
  });
  EXPECT_TRUE(r.complete);
  EXPECT_EQ(left, (std::set<std::set<int>>{{}, {1}, {2}, {1, 2}}));
}

// MAP-08, MAP-09: Range keeps nobody out: what is stored while f waits is there afterwards; a key that stays is met once.
// MAP-10: a write happens before the read of its value. Under --config=tsan a missing edge is a reported race.
PLAIT_EXPLORE(MapExplored, RangeKeepsNobodyOut) {
  sync::Map<int, int*> map;
  auto stored = make_chan<bool>();
  int stays = 1, comes = 0;
  map.Store(1, &stays);
  go([&] {
    comes = 2;
    map.Store(2, &comes);
    stored.send(true);
  });
  std::vector<int> met;
  map.Range([&](int key, int* value) {
    EXPECT_EQ(*value, key);
    met.push_back(key);
    if (key == 1) stored.recv();
    return true;
  });
  EXPECT_EQ(std::count(met.begin(), met.end(), 1), 1);
  EXPECT_LE(met.size(), 2u);
  EXPECT_EQ(*map.Load(2).value, 2);
}

// ---- Random programs ----

struct Instruction {
  int what, key, value, other;
};
using Program = std::vector<std::vector<Instruction>>;

Program Generate(uint64_t n) {
  sched::Random random(n + 1);
  for (int i = 0; i < 8; ++i) random.Next();  // neighbouring seeds begin alike
  const auto below = [&random](uint32_t k) { return static_cast<int>(random.Below(k)); };
  const bool pool = n % 3 == 0, both = n % 3 == 1;
  Program program(2 + random.Below(2));
  for (size_t left = 7 - program.size(); left > 0; --left) {
    const int what = (both ? below(2) == 0 : pool) ? 10 + below(2) : below(10);
    program[random.Below(static_cast<uint32_t>(program.size()))].push_back({what, below(2), below(3), below(3)});
  }
  return program;
}

std::string TextOf(const Program& program) {
  constexpr const char* kNames[] = {"Load",  "Store",          "LoadOrStore",      "LoadAndDelete",
                                    "Swap",  "CompareAndSwap", "CompareAndDelete", "Clear",
                                    "Range", "Delete",         "Pool.Get",         "Pool.Put"};
  std::string text;
  for (const auto& body : program) {
    for (const auto& [what, key, value, other] : body) {
      text += std::string(kNames[what]) + "(" + std::to_string(key) + ", " + std::to_string(value) + ", " +
              std::to_string(other) + ")  ";
    }
    text += "\n";
  }
  return text;
}

struct Objects {
  sync::Map<int, int> map;
  sync::Pool<int> pool;
};

std::string Do(Objects& objects, const Instruction& in) {
  const auto text = [](const sync::Map<int, int>::Loaded& l) {
    return std::to_string(l.value) + (l.loaded ? "! " : " ");
  };
  auto& [map, pool] = objects;
  std::string met;
  switch (in.what) {
    case 0:
      return text(map.Load(in.key));
    case 1:
      map.Store(in.key, in.value);
      return "";
    case 2:
      return text(map.LoadOrStore(in.key, in.value));
    case 3:
      return text(map.LoadAndDelete(in.key));
    case 4:
      return text(map.Swap(in.key, in.value));
    case 5:
      return map.CompareAndSwap(in.key, in.other, in.value) ? "swapped " : "not ";
    case 6:
      return map.CompareAndDelete(in.key, in.other) ? "deleted " : "not ";
    case 7:
      map.Clear();
      return "";
    case 8:
      map.Range([&met](int key, int value) {
        met += std::to_string(key) + "=" + std::to_string(value) + ",";
        return true;
      });
      return met + " ";
    case 9:
      map.Delete(in.key);
      return "";
    case 10: {
      const auto item = pool.Get();
      return item != nullptr ? "got" + std::to_string(*item) + " " : "none ";
    }
    default:
      pool.Put(Item(in.value));
      return "";
  }
}

std::set<std::string> OutcomesOf(const Program& program, Mode mode, Granularity granularity) {
  std::set<std::string> outcomes;
  std::vector<std::string> log;
  const Result r = Explore("PoolMap", {.mode = mode, .granularity = granularity, .check_determinism = false}, [&] {
    log.assign(program.size() + 1, "");
    Objects objects;
    objects.map.Store(0, 0);
    for (size_t b = 0; b < program.size(); ++b) {
      go([&, b] {
        for (const Instruction& in : program[b]) log[b] += Do(objects, in);
      });
    }
    join_all();
    log.back() = Do(objects, {8, 0, 0, 0});
    std::string outcome;
    for (const std::string& line : log) outcome += line + "| ";
    outcomes.insert(outcome);
  });
  EXPECT_TRUE(r.complete) << r.text << "\n" << TextOf(program);
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
  return outcomes;
}

// MAP-02: with and without reduction, at both granularities, the same outcomes: the dependency table's entries for
// sync::Map and sync::Pool hold.
TEST(PoolMapExplored, ReductionLosesNoOutcome) {
  for (uint64_t n = 0; n < 120; ++n) {
    const Program program = Generate(n);
    const auto all = OutcomesOf(program, Mode::kEnumerate, Granularity::kUser);
    EXPECT_EQ(OutcomesOf(program, Mode::kExhaustive, Granularity::kUser), all) << n << ":\n" << TextOf(program);
    EXPECT_EQ(OutcomesOf(program, Mode::kExhaustive, Granularity::kRuntime), all) << n << ":\n" << TextOf(program);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace plait
