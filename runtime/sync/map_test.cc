#include "plait/runtime/sync/map.h"

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/sched/random.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using MapTest = test::RuntimeTest;
PLAIT_WITH_PROCS(MapTest);

// MAP-01: not copyable.
static_assert(!std::is_copy_constructible_v<sync::Map<int, int>> && !std::is_copy_assignable_v<sync::Map<int, int>>);

struct Opaque {};  // no ==

template <class M>
concept Compares = requires(M& map) {
  map.CompareAndSwap(1, {}, {});
};

// MAP-06: without == there is no CompareAndSwap; the rest is there. (A key without hash does not compile at all.)
static_assert(!Compares<sync::Map<int, Opaque>> && Compares<sync::Map<int, int>>);

// MAP-01, MAP-22: empty at first; a missing key gives the zero value and no ok.
// MAP-05: nothing to compare with on a missing key, not even the zero value.
TEST(SyncMap, MissingKeys) {
  sync::Map<std::string, int> map;
  EXPECT_FALSE(map.Load("a").loaded);
  EXPECT_EQ(map.Load("a").value, 0);
  EXPECT_FALSE(map.LoadAndDelete("a").loaded);
  map.Delete("a");
  EXPECT_FALSE(map.CompareAndSwap("a", 0, 1));
  EXPECT_FALSE(map.CompareAndDelete("a", 0));
  EXPECT_FALSE(map.Load("a").loaded);
}

// MAP-11: null is a key and a value.
TEST(SyncMap, Null) {
  sync::Map<int*, std::shared_ptr<int>> map;
  map.Store(nullptr, nullptr);
  EXPECT_TRUE(map.Load(nullptr).loaded);
  EXPECT_TRUE(map.CompareAndSwap(nullptr, nullptr, std::make_shared<int>(1)));
  EXPECT_EQ(*map.Load(nullptr).value, 1);
}

// Few different hashes, so that places are shared on every level, and some keys share theirs altogether.
struct Key {
  int number = 0;
  bool operator==(const Key&) const = default;
};

}  // namespace
}  // namespace plait

template <>
struct std::hash<plait::Key> {
  size_t operator()(plait::Key key) const { return static_cast<size_t>(key.number / 3); }
};

namespace plait {
namespace {

// MAP-02, MAP-04, MAP-05: one after the other, all operations do what they would on a std::map, each checked by Range.
TEST(SyncMap, AgreesWithAPlainMap) {
  sync::Map<Key, int> map;
  std::map<int, int> plain;
  sched::Random random(7);
  for (int i = 0; i < 30'000; ++i) {
    const int k = static_cast<int>(random.Below(60));
    const int v = static_cast<int>(random.Below(3));
    const int w = static_cast<int>(random.Below(3));
    const auto it = plain.find(k);
    const bool there = it != plain.end();
    const int old = there ? it->second : 0;
    const auto expect = [&](const sync::Map<Key, int>::Loaded& loaded, int value) {
      EXPECT_EQ(loaded.loaded, there);
      EXPECT_EQ(loaded.value, value);
    };
    switch (random.Below(i % 5000 == 4999 ? 9 : 8)) {
      case 0:
        expect(map.Load({k}), old);
        break;
      case 1:
        map.Store({k}, v);
        plain[k] = v;
        break;
      case 2:
        expect(map.LoadOrStore({k}, v), there ? old : v);
        plain.emplace(k, v);
        break;
      case 3:
        expect(map.LoadAndDelete({k}), old);
        plain.erase(k);
        break;
      case 4:
        map.Delete({k});
        plain.erase(k);
        break;
      case 5:
        expect(map.Swap({k}, v), old);
        plain[k] = v;
        break;
      case 6:
        EXPECT_EQ(map.CompareAndSwap({k}, v, w), there && old == v);
        if (there && old == v) plain[k] = w;
        break;
      case 7:
        EXPECT_EQ(map.CompareAndDelete({k}, v), there && old == v);
        if (there && old == v) plain.erase(k);
        break;
      case 8:
        map.Clear();
        plain.clear();
        break;
    }
    if (i % 50 != 0) continue;
    std::map<int, int> ranged;
    map.Range([&](Key key, int value) { return ranged.emplace(key.number, value).second; });
    ASSERT_EQ(ranged, plain);
  }
}

// MAP-08: f may call anything of the map; keys that stay are met once, others at most once.
// MAP-09: Range ends when f says so.
TEST_P(MapTest, RangeAndItsMap) {
  Run([] {
    sync::Map<int, int> map;
    for (int i = 0; i < 500; ++i) map.Store(i, i);
    std::multiset<int> met;
    map.Range([&](int key, int) {
      met.insert(key);
      map.Range([](int, int) { return false; });
      map.Delete(key % 2 == 1 ? key : 1001);
      map.Store(1000 + key, key);
      return true;
    });
    for (int i = 0; i < 500; ++i) EXPECT_EQ(met.count(i), 1u) << i;
    for (const int key : met) EXPECT_EQ(met.count(key), 1u);
    int calls = 0;
    map.Range([&](int, int) { return ++calls < 3; });
    EXPECT_EQ(calls, 3);
  });
}

// MAP-08: beside writers: keys that stay are met exactly once, nobody twice, with values that were there.
// MAP-07: beside Clear, what stays is a part of what was stored.
TEST_P(MapTest, RangeBesideWriters) {
  sync::Map<int, int> map;
  for (int i = 0; i < 64; ++i) map.Store(i, 0);
  std::atomic<bool> stop{false};
  for (int w = 0; w < 3; ++w) {
    go([&map, &stop, w] {
      for (int i = 0; !stop; ++i) {
        map.Store(i % 64, w);                              // stays
        map.LoadOrStore(100 + (i * 7 + w) % 50, 100 + w);  // comes
        map.Delete(100 + (i * 11 + w) % 50);               // and goes
        if (i % 16 == 0) Gosched();
      }
    });
  }
  go([&map, &stop] {
    for (int round = 0; round < 200; ++round) {
      std::set<int> met;
      map.Range([&](int key, int value) {
        EXPECT_TRUE(met.insert(key).second) << key << " twice";
        EXPECT_TRUE(key < 64 ? value >= 0 && value < 3 : value >= 100 && value < 103);
        return true;
      });
      for (int i = 0; i < 64; ++i) EXPECT_EQ(met.count(i), 1u) << i;
      Gosched();
    }
    map.Clear();
    map.Range([](int key, int value) {
      EXPECT_TRUE(key < 64 ? value < 3 : value >= 100);
      return true;
    });
    stop = true;
  });
  runtime_.Drain();
}

// MAP-03: of many at once one stores, and all see its value.
// MAP-10: what was written before is seen by whoever reads it. Under --config=tsan a missing edge is a reported race.
TEST_P(MapTest, LoadOrStoreStoresOnce) {
  sync::Map<int, std::shared_ptr<int>> map;
  sync::atomic::Int64 stored;
  constexpr int kKeys = 300;
  for (int g = 0; g < 6; ++g) {
    go([&map, &stored, g] {
      for (int k = 0; k < kKeys; ++k) {
        auto mine = std::make_shared<int>(g);
        const auto [value, loaded] = map.LoadOrStore(k, mine);
        if (!loaded) stored.Add(1);
        EXPECT_EQ(loaded, value != mine);
        EXPECT_EQ(*value, *map.Load(k).value);
        if (k % 32 == 0) Gosched();
      }
    });
  }
  runtime_.Drain();
  EXPECT_EQ(stored.Load(), kKeys);
}

// MAP-02, MAP-10: counters kept by CompareAndSwap, by goroutines and a plain thread: no increment is lost.
TEST_P(MapTest, CompareAndSwapLosesNothing) {
  sync::Map<int, int> map;
  constexpr int kKeys = 4, kRounds = 800;
  const auto count = [&map] {
    for (int i = 0; i < kRounds; ++i) {
      for (;;) {
        const auto [value, loaded] = map.LoadOrStore(i % kKeys, 1);
        if (!loaded || map.CompareAndSwap(i % kKeys, value, value + 1)) break;
      }
    }
  };
  for (int g = 0; g < 3; ++g) go(count);
  std::thread thread(count);
  thread.join();
  runtime_.Drain();
  int sum = 0;
  map.Range([&sum](int, int n) {
    sum += n;
    return true;
  });
  EXPECT_EQ(sum, 4 * kRounds);
}

struct Counted {
  static inline std::atomic<int> alive{0};
  Counted() { ++alive; }
  Counted(const Counted&) { ++alive; }
  Counted& operator=(const Counted&) = default;
  ~Counted() { --alive; }
};

// MAP-12: what was deleted, replaced or cleared is destroyed: a fixed number of writes later, or with the map.
TEST(SyncMap, DestroysWhatIsGone) {
  {
    sync::Map<int, Counted> map;
    for (int i = 0; i < 10'000; ++i) {
      map.Store(i % 100, {});
      if (i % 3 == 0) map.Delete(i % 100);
      EXPECT_LE(Counted::alive, 100 + 40);
    }
    map.Clear();
    for (int i = 0; i < 40; ++i) map.Store(0, {});
    EXPECT_LE(Counted::alive, 40);
  }
  EXPECT_EQ(Counted::alive, 0);
}

// A comparison that waits: the writer is stuck in the middle, with its branch locked.
struct Slow {
  int number = 0;
  static inline std::atomic<bool> wait{false}, waiting{false};
  friend bool operator==(const Slow& a, const Slow& b) {
    while (wait) waiting = true;
    return a.number == b.number;
  }
};

// MAP-20: a Load of the very key goes past a writer that is stuck.
TEST(SyncMap, LoadWaitsForNoWriter) {
  sync::Map<int, Slow> map;
  map.Store(1, {1});
  Slow::wait = true;
  std::thread writer([&map] { EXPECT_TRUE(map.CompareAndSwap(1, {1}, {2})); });
  while (!Slow::waiting) std::this_thread::yield();
  EXPECT_EQ(map.Load(1).value.number, 1);
  int met = 0;
  map.Range([&met](int, Slow) { return ++met > 0; });  // MAP-09: nor does Range
  EXPECT_EQ(met, 1);
  Slow::wait = false;
  writer.join();
  EXPECT_EQ(map.Load(1).value.number, 2);
}

// A copy that throws changes nothing, and leaves the map usable.
TEST(SyncMap, CopiesThatThrow) {
  struct Throws {
    int number = 0;
    bool when_copied = false;
    Throws() = default;
    Throws(int n, bool throws) : number(n), when_copied(throws) {}
    Throws(const Throws& other) : number(other.number) {
      if (other.when_copied) throw std::runtime_error("no copy");
    }
    Throws(Throws&&) = default;
    Throws& operator=(const Throws&) = default;
  };
  sync::Map<int, Throws> map;
  map.Store(1, {1, true});
  EXPECT_THROW(map.Load(1), std::runtime_error);
  EXPECT_THROW(map.LoadOrStore(1, {}), std::runtime_error);
  EXPECT_THROW(map.LoadAndDelete(1), std::runtime_error);
  map.Store(1, {2, false});
  EXPECT_EQ(map.Load(1).value.number, 2);
}

}  // namespace
}  // namespace plait
