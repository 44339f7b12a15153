#include "plait/runtime/maps/map.h"

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

std::map<int, int> Ranged(const Map<int, int>& map) {
  std::map<int, int> all;
  for (const auto [key, value] : map) EXPECT_TRUE(all.emplace(key, value).second);
  return all;
}

TEST(Map, IsAMap) {
  auto map = make_map<int, int>();
  EXPECT_FALSE(map.get_ok(1).ok);
  map.set(1, 10);
  map.set(2, 20);
  map.set(1, 11);
  EXPECT_EQ(map.get(1), 11);
  EXPECT_TRUE(map.get_ok(2).ok);
  EXPECT_EQ(map.get(3), 0);
  const Map<int, int> same = map;
  const Map<int, int> copy = clone(map);
  same.erase(2);
  EXPECT_EQ(Ranged(map), (std::map<int, int>{{1, 11}}));
  EXPECT_EQ(Ranged(copy), (std::map<int, int>{{1, 11}, {2, 20}}));
  EXPECT_EQ(len(copy), 2);
  clear(map);
  EXPECT_EQ(len(same), 0);
}

// MAP-17: nil reads as empty; erase and clear do nothing; a write panics.
TEST(Map, Nil) {
  const Map<std::string, int> nil;
  EXPECT_FALSE(nil);
  EXPECT_FALSE(nil.get_ok("a").ok);
  EXPECT_EQ(len(nil), 0);
  for ([[maybe_unused]] const auto entry : nil) ADD_FAILURE();
  nil.erase("a");
  clear(nil);
  EXPECT_FALSE(clone(nil));
  EXPECT_EQ(test::PanicTextOf([&] { nil.set("a", 1); }), "assignment to entry in nil map");
}

// MAP-18: the order differs from loop to loop; what is deleted ahead is not met; what comes may be met or not.
// MAP-19: the loop's body may change the map.
TEST(Map, Iteration) {
  auto map = make_map<int, int>();
  for (int i = 0; i < 100; ++i) map.set(i, i);
  std::set<int> first;
  for (int loop = 0; loop < 20; ++loop) {
    for (const auto [key, value] : map) {
      first.insert(key);
      break;
    }
  }
  EXPECT_GT(first.size(), 1u);

  std::set<int> met;
  for (const auto [key, value] : map) {
    EXPECT_TRUE(met.insert(key).second);
    EXPECT_TRUE(key >= 100 || met.count(key ^ 1) == 0) << key << " was deleted";
    map.erase(key ^ 1);
    map.set(1000 + key, 0);
    map.set(key, -1);
  }
  int old = 0;
  for (const int key : met) old += key < 100;
  EXPECT_EQ(old, 50);
}

// MAP-13: any number may read at once. Under --config=tsan a race would be reported.
TEST(Map, ManyReaders) {
  Runtime runtime(4);
  auto map = make_map<int, int>();
  for (int i = 0; i < 50; ++i) map.set(i, i);
  for (int g = 0; g < 8; ++g) {
    go([map] {
      for (int round = 0; round < 100; ++round) {
        EXPECT_EQ(map.get(7), 7);
        EXPECT_EQ(Ranged(map).size(), 50u);
        EXPECT_EQ(len(clone(map)), 50);
        if (round % 10 == 0) Gosched();
      }
    });
  }
  runtime.Drain();
}

// A value whose assignment waits: the writer stays in the middle until it is told.
struct Slow {
  static inline std::atomic<bool> wait{false}, waiting{false};
  Slow() = default;
  Slow(const Slow&) = default;
  Slow& operator=(const Slow&) {
    while (wait) waiting = true;
    return *this;
  }
};

class MapDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  // f(map) while a thread writes to it.
  template <class F>
  static void BesideAWriter(F f) {
    auto map = make_map<int, Slow>();
    map.set(1, {});
    Slow::wait = true;
    std::thread([map] { map.set(1, {}); }).detach();
    while (!Slow::waiting) std::this_thread::yield();
    f(map);
  }
};

// MAP-14: in production: what overlaps with a write ends the process, status 2, with Go's texts.
// MAP-16: the output begins with the one report.
TEST_F(MapDeathTest, WhateverOverlapsWithAWrite) {
  using M = Map<int, Slow>;
  const testing::ExitedWithCode fatal(2);
  EXPECT_EXIT(BesideAWriter([](const M& map) { map.set(2, {}); }), fatal, "^fatal error: concurrent map writes\n");
  EXPECT_EXIT(BesideAWriter([](const M& map) { map.erase(2); }), fatal, "^fatal error: concurrent map writes\n");
  EXPECT_EXIT(BesideAWriter([](const M& map) { clear(map); }), fatal, "^fatal error: concurrent map writes\n");
  EXPECT_EXIT(BesideAWriter([](const M& map) { map.get(2); }), fatal,
              "^fatal error: concurrent map read and map write\n");
  EXPECT_EXIT(BesideAWriter([](const M& map) { map.begin(); }), fatal,
              "^fatal error: concurrent map iteration and map write\n");
  EXPECT_EXIT(BesideAWriter([](const M& map) { clone(map); }), fatal,
              "^fatal error: concurrent map clone and map write\n");
}

}  // namespace
}  // namespace plait
