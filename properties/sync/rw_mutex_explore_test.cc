// Clauses of RW, explored.

#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>

#include "plait/explore.h"
#include "plait/properties/sync/seen.h"

namespace plait {
namespace {

using namespace plait::explore;
using enum Granularity;
using Strings = std::set<std::string>;

void Exclusion() {
  sync::RWMutex mu;
  int readers = 0, writers = 0, a = 0, b = 0;
  invariant("a writer is alone", [&] { return writers == 0 || (writers == 1 && readers == 0); });
  for (int i = 0; i < 2; ++i) {
    go([&] {
      mu.RLock();
      EXPECT_EQ(a, b);
      mu.RUnlock();
    });
  }
  go([&] {
    mu.Lock();
    ++writers;
    ++a;
    Gosched();
    ++b;
    --writers;
    mu.Unlock();
  });
  join_all();
}
// RW-01: many readers or one writer.
// RW-13: a writer's doings are seen by readers, and readers leave before a writer comes in. Under --config=tsan a missing
// edge is a reported race.
PLAIT_EXPLORE(RWMutexExplored, Exclusion) { Exclusion(); }
// RW-01, RW-13: through all paths of the runtime.
PLAIT_EXPLORE(RWMutexExplored, ExclusionInTheRuntime, .granularity = kRuntime) { Exclusion(); }

// RW-13: a RUnlock happens before the Lock after it: the writer may take apart what the readers have read.
PLAIT_EXPLORE(RWMutexExplored, ReadersLeaveBeforeTheWriter) {
  sync::RWMutex mu;
  int value = 0;
  for (int i = 0; i < 2; ++i) {
    go([&] {
      std::shared_lock guard(mu);
      EXPECT_GE(value, 0);
    });
  }
  std::unique_lock guard(mu);
  ++value;
  guard.unlock();
  join_all();
}

// RW-02, RW-11: while a writer waits no reader gets in: a TryRLock fails although only readers are inside.
// RW-07: the writer waits for those only that were in.
TEST(RWMutexExplored, AWaitingWriterKeepsReadersOut) {
  for (const Granularity granularity : {kUser, kRuntime}) {
    const Strings seen_all = SeenByExplore(granularity, [](std::string& seen) {
      sync::RWMutex mu;
      mu.RLock();
      go([&] {
        mu.Lock();
        seen += " written";
        mu.Unlock();
      });
      const bool may_read = mu.TryRLock();  // nobody but readers can be inside
      seen += may_read ? "read" : "kept out";
      if (may_read) mu.RUnlock();
      mu.RUnlock();
      join_all();
    });
    EXPECT_EQ(seen_all, (Strings{"read written", "kept out written"})) << GranularityName(granularity);
  }
}

// RW-02: a RLock that comes after a waiting writer comes after its Unlock.
PLAIT_EXPLORE(RWMutexExplored, NewReadersComeAfterTheWaitingWriter, .granularity = kRuntime) {
  sync::RWMutex mu;
  bool written = false;
  mu.RLock();
  go([&] {
    mu.Lock();
    written = true;
    mu.Unlock();
  });
  if (!mu.TryRLock()) {  // the writer waits
    go([&] {
      mu.RLock();
      EXPECT_TRUE(written);
      mu.RUnlock();
    });
  } else {
    mu.RUnlock();
  }
  mu.RUnlock();
  join_all();
}

void ReadAgain() {
  sync::RWMutex mu;
  go([&] {
    mu.Lock();
    mu.Unlock();
  });
  mu.RLock();
  mu.RLock();
  mu.RUnlock();
  mu.RUnlock();
  join_all();
}
// RW-03: to read-lock again what one holds for reading deadlocks if a writer comes in between; and only then.
TEST(RWMutexExplored, RecursiveReadingDeadlocks) {
  for (const Granularity granularity : {kUser, kRuntime}) {
    EXPECT_EQ(SeenByExplore(granularity, [](std::string&) { ReadAgain(); }), (Strings{"", "deadlock"}))
        << GranularityName(granularity);
    EXPECT_EQ(SeenByExplore(granularity,
                            [](std::string&) {
                              sync::RWMutex mu;
                              mu.RLock();
                              mu.RLock();
                              mu.RUnlock();
                              mu.RUnlock();
                            }),
              Strings{""});
  }
}
// RW-03: as a verdict, with a schedule to replay.
PLAIT_EXPLORE(RWMutexExplored, RecursiveReading, .expect = Verdict::kDeadlock) { ReadAgain(); }

// RW-04: from a read lock there is no way to the write lock, nor back.
PLAIT_EXPLORE(RWMutexExplored, NoUpgrade, .expect = Verdict::kDeadlock) {
  sync::RWMutex mu;
  mu.RLock();
  mu.Lock();
}
// RW-04: see above.
PLAIT_EXPLORE(RWMutexExplored, NoDowngrade, .expect = Verdict::kDeadlock) {
  sync::RWMutex mu;
  mu.Lock();
  mu.RLock();
}

// RW-05, RW-18: when a writer unlocks, readers that waited are in before the next writer: neither side starves.
PLAIT_EXPLORE(RWMutexExplored, WaitingReadersGoBeforeTheNextWriter, .granularity = kRuntime) {
  sync::RWMutex mu;
  int reads = 0;
  mu.Lock();
  go([&] {
    mu.RLock();
    ++reads;
    mu.RUnlock();
  });
  Gosched();
  mu.Unlock();
  const bool waited = !mu.TryLock();  // then the reader had been waiting, and is in
  if (!waited) mu.Unlock();
  mu.Lock();
  EXPECT_TRUE(reads == 1 || !waited);
  mu.Unlock();
  join_all();
}

// RW-18: a writer that waits gets in though readers come and go for ever, each before the one in front has left.
PLAIT_EXPLORE(RWMutexExplored, OverlappingReadersDoNotStarveAWriter) {
  sync::RWMutex mu;
  bool written = false;
  go([&] {
    mu.Lock();
    written = true;
    mu.Unlock();
  });
  mu.RLock();
  for (int i = 0; i < 3 && mu.TryRLock(); ++i) mu.RUnlock();  // fails once the writer waits
  mu.RUnlock();
  join_all();
  EXPECT_TRUE(written);
}

// RW-11: TryLock fails if anybody is in, and TryRLock does not fail because of other readers.
PLAIT_EXPLORE(RWMutexExplored, TryLock) {
  sync::RWMutex mu;
  int inside = 0;
  go([&] {
    if (!mu.TryLock()) return;
    EXPECT_EQ(inside, 0);
    mu.Unlock();
  });
  for (int i = 0; i < 2; ++i) {
    go([&] {
      if (!mu.TryRLock()) return;
      Gosched();
      mu.RUnlock();
    });
  }
  join_all();
  for (int i = 0; i < 3; ++i) {
    go([&] { EXPECT_TRUE(mu.TryRLock()); });  // readers only
  }
  join_all();
  EXPECT_FALSE(mu.TryLock());
}

// RW-19: all readers can be inside at once.
PLAIT_EXPLORE(RWMutexExplored, ReadersRunInParallel) {
  sync::RWMutex mu;
  sync::WaitGroup inside;
  inside.Add(3);
  for (int i = 0; i < 3; ++i) {
    go([&] {
      std::shared_lock guard(mu);
      inside.Done();
      inside.Wait();
    });
  }
  join_all();
}

// RW-08, RW-09, RW-10: misuse is a verdict. Under the explorer also where production cannot see it: a RUnlock too many
// while a reader waits, an Unlock while a writer only waits.
PLAIT_EXPLORE(RWMutexExplored, RUnlockOfUnlocked, .expect = Verdict::kFatal,
              .expect_text = "sync: RUnlock of unlocked RWMutex") {
  sync::RWMutex mu;
  mu.Lock();
  go([&] {
    mu.RLock();
    mu.RUnlock();
  });
  Gosched();
  mu.RUnlock();
}
// RW-09: see above.
PLAIT_EXPLORE(RWMutexExplored, UnlockOfUnlocked, .granularity = kRuntime, .expect = Verdict::kFatal,
              .expect_text = "sync: Unlock of unlocked RWMutex") {
  sync::RWMutex mu;
  mu.RLock();
  go([&] { mu.Lock(); });
  Gosched();
  mu.Unlock();
}

// RW-14, RW-15: whoever unlocks need not be who locked; RLocker is the readers' side.
PLAIT_EXPLORE(RWMutexExplored, AnotherUnlocks) {
  sync::RWMutex mu;
  mu.RLocker().Lock();
  go([&] { mu.RLocker().Unlock(); });
  mu.Lock();
  go([&] { mu.Unlock(); });
  mu.RLock();
  join_all();
}

}  // namespace
}  // namespace plait
