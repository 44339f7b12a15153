// The built-in map in all schedules: every two accesses that can overlap are found, and none that cannot.

#include <set>
#include <string>
#include <vector>

#include "plait/explore.h"

namespace plait {
namespace {

using namespace plait::explore;

using Use = void (*)(const Map<int, int>& map);

const std::vector<Use> kWrites = {[](const auto& map) { map.set(1, 1); }, [](const auto& map) { map.erase(1); },
                                  [](const auto& map) { clear(map); }};
const std::vector<Use> kReads = {[](const auto& map) { map.get(1); }, [](const auto& map) { len(map); }};
void Iterate(const Map<int, int>& map) {
  for ([[maybe_unused]] const auto entry : map) continue;
}
void Clone(const Map<int, int>& map) { clone(map); }

// Two goroutines, each of which does something else before.
Result BesideEachOther(Use a, Use b, Granularity granularity = Granularity::kUser) {
  return Explore("Beside", {.granularity = granularity}, [a, b] {
    auto map = make_map<int, int>().name("m");
    auto room = make_chan<int>(2);
    map.set(0, 0);
    for (const Use use : {a, b}) {
      go([map, room, use] {
        room.send(1);
        use(map);
        room.recv();
      });
    }
    join_all();
  });
}

// MAP-14: whatever can overlap is found, with Go's text for the two, in either granularity.
TEST(MapExplored, FindsWhateverOverlapsWithAWrite) {
  for (const Use write : kWrites) {
    const auto expect = [write](Use other, const std::string& text) {
      for (const auto& [a, b] : {std::pair(write, other), std::pair(other, write)}) {
        for (const Granularity granularity : {Granularity::kUser, Granularity::kRuntime}) {
          const Result r = BesideEachOther(a, b, granularity);
          EXPECT_EQ(r.verdict, Verdict::kFatal);
          EXPECT_NE(r.text.find("fatal error: " + text), std::string::npos) << r.text;
        }
      }
    };
    for (const Use other : kWrites) expect(other, "concurrent map writes");
    for (const Use other : kReads) expect(other, "concurrent map read and map write");
    expect(Iterate, "concurrent map iteration and map write");
    expect(Clone, "concurrent map clone and map write");
  }
}

// MAP-13: readers beside each other are fine.
TEST(MapExplored, ReadersMayOverlap) {
  for (const Use a : {kReads[0], kReads[1], Use{Iterate}, Use{Clone}}) {
    for (const Use b : {kReads[0], kReads[1], Use{Iterate}, Use{Clone}}) {
      const Result r = BesideEachOther(a, b);
      EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
      EXPECT_TRUE(r.complete);
    }
  }
}

// MAP-13, MAP-14: what a mutex, a channel or a WaitGroup keeps apart is no mistake.
PLAIT_EXPLORE(MapExplored, KeptApart) {
  auto map = make_map<int, int>();
  sync::Mutex mu;
  auto baton = make_chan<bool>();
  sync::WaitGroup wg;
  wg.Go([&] {
    const std::scoped_lock guard(mu);
    map.set(1, 1);
  });
  wg.Go([&] {
    {
      const std::scoped_lock guard(mu);
      map.set(2, map.get(1));
    }
    baton.send(true);
  });
  baton.recv();
  {
    const std::scoped_lock guard(mu);
    map.set(3, map.get(2));
  }
  wg.Wait();
  EXPECT_EQ(len(map), 3);
}

// MAP-14: it takes one order of many: only if the lock is free is the writer not kept out.
PLAIT_EXPLORE(MapExplored, FindsARareOverlap, .expect = Verdict::kFatal,
              .expect_text = "fatal error: concurrent map read and map write") {
  auto map = make_map<int, int>();
  sync::Mutex mu;
  go([&] {
    const std::scoped_lock guard(mu);
    map.set(1, 1);
  });
  const bool locked = mu.TryLock();
  map.get(1);
  if (locked) mu.Unlock();
  join_all();
}

// MAP-18: every place to begin at is explored: a loop that relies on the order is found.
TEST(MapExplored, IterationsBeginAnywhere) {
  std::set<std::string> orders;
  const Result r = Explore("Orders", {}, [&orders] {
    auto map = make_map<std::string, int>();
    for (const char* key : {"a", "b", "c"}) map.set(key, 0);
    std::string order;
    for (const auto& [key, value] : map) order += key;
    orders.insert(order);
  });
  EXPECT_EQ(r.executions, 3u);
  EXPECT_EQ(orders.size(), 3u);
}

// MAP-19: the goroutine that iterates may write, and so may others whom it waits for.
PLAIT_EXPLORE(MapExplored, WritesBetweenTheSteps) {
  auto map = make_map<int, int>();
  map.set(1, 0);
  for (const auto [key, value] : map) {
    map.set(key, 1);
    auto done = make_chan<bool>();
    go([map, done] {
      map.set(2, 2);
      done.send(true);
    });
    done.recv();
  }
  EXPECT_EQ(len(map), 2);
}

}  // namespace
}  // namespace plait
