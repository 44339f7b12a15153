// The built-in map in all schedules: every two accesses that can overlap are found, and none that cannot.

#include <set>
#include <string>
#include <vector>

#include "plait/explore.h"
#include "plait/runtime/sched/random.h"

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

// ---- Random programs ----

struct Instruction {
  enum What { kRead, kWrite, kIterate, kLocked, kTryLocked, kRaise, kIfRaised, kSend, kTryRecv, kKinds } what;
  int object;
};

std::vector<std::vector<Instruction>> Generate(uint64_t n) {
  sched::Random random(n + 1);
  for (int i = 0; i < 8; ++i) random.Next();  // neighbouring seeds begin alike
  std::vector<std::vector<Instruction>> program(2 + random.Below(2));
  for (int left = 5; left > 0; --left) {
    auto what = static_cast<Instruction::What>(random.Below(Instruction::kKinds));
    if (what < Instruction::kLocked && random.Below(2) == 0) what = Instruction::kLocked;
    program[random.Below(static_cast<uint32_t>(program.size()))].push_back({what, static_cast<int>(random.Below(2))});
  }
  return program;
}

void Do(const Instruction& in, const std::vector<Map<int, int>>& maps, sync::Mutex& mu, sync::atomic::Int64& flag,
        const Chan<int>& ch) {
  const auto& map = maps[static_cast<size_t>(in.object)];
  switch (in.what) {
    case Instruction::kRead:
      map.get(1);
      return;
    case Instruction::kWrite:
      map.set(1, 1);
      return;
    case Instruction::kIterate:
      Iterate(map);
      return;
    case Instruction::kLocked: {
      const std::scoped_lock guard(mu);
      map.set(2, 2);
      return;
    }
    case Instruction::kTryLocked:
      if (!mu.TryLock()) return;
      map.get(2);
      mu.Unlock();
      return;
    case Instruction::kRaise:
      flag.Store(1);
      return;
    case Instruction::kIfRaised:
      if (flag.Load() == 1) map.set(3, 3);
      return;
    case Instruction::kSend:
      map.get(4);
      Select{send_case(ch, 1), default_case()};
      return;
    default:
      Select{recv_case(ch, [&] { map.set(4, 4); }), default_case()};
      return;
  }
}

// MAP-14: on random programs the reduced exploration finds a clash exactly where plain enumeration does.
TEST(MapExplored, ReductionMissesNoClash) {
  int clashes = 0;
  constexpr uint64_t kPrograms = 150;
  for (uint64_t n = 0; n < kPrograms; ++n) {
    const auto program = Generate(n);
    const auto verdict = [&program](Mode mode, Granularity granularity) {
      const Result r = Explore("Clash", {.mode = mode, .granularity = granularity, .check_determinism = false}, [&] {
        const std::vector<Map<int, int>> maps = {make_map<int, int>(), make_map<int, int>()};
        sync::Mutex mu;
        sync::atomic::Int64 flag;
        auto ch = make_chan<int>(1);
        for (const auto& body : program) {
          go([&] {
            for (const Instruction& in : body) Do(in, maps, mu, flag, ch);
          });
        }
        join_all();
      });
      EXPECT_TRUE(r.complete || r.verdict == Verdict::kFatal) << r.text;
      return r.verdict;
    };
    const Verdict all = verdict(Mode::kEnumerate, Granularity::kUser);
    clashes += all == Verdict::kFatal;
    EXPECT_EQ(verdict(Mode::kExhaustive, Granularity::kUser), all) << n;
    EXPECT_EQ(verdict(Mode::kExhaustive, Granularity::kRuntime), all) << n;
  }
  EXPECT_GT(clashes, 20);
  EXPECT_LT(clashes, static_cast<int>(kPrograms) - 20);
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
