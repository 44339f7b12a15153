// What orders nothing: ThreadSanitizer reports each of these programs, in the first schedule in which both accesses
// happen. Only under --config=tsan:
//
//   bazel test --config=tsan //properties/sync:races_test

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "plait/explore.h"

namespace plait {
namespace {

#define EXPECT_RACE(body)                   \
  EXPECT_EXIT(                              \
      {                                     \
        explore::Explore("Race", {}, body); \
        std::exit(0);                       \
      },                                    \
      testing::ExitedWithCode(66), "WARNING: ThreadSanitizer: data race")

// MU-08: a TryLock that has failed orders nothing. (tsan)
TEST(Races, FailedTryLock) {
  EXPECT_RACE([] {
    sync::Mutex mu;
    int x = 0;
    go([&] {
      mu.Lock();
      x = 1;
    });
    if (mu.TryLock()) {
      mu.Unlock();
    } else {
      EXPECT_GE(x, 0);
    }
    explore::join_all();
  });
}

// RW-12: nor a TryRLock, nor the TryLock of a RWMutex. (tsan)
TEST(Races, FailedTryRLock) {
  EXPECT_RACE([] {
    sync::RWMutex mu;
    int x = 0;
    go([&] {
      mu.Lock();
      x = 1;
    });
    if (mu.TryRLock()) {
      mu.RUnlock();
    } else {
      EXPECT_GE(x, 0);
    }
    explore::join_all();
  });
  EXPECT_RACE([] {
    sync::RWMutex mu;
    int x = 0;
    go([&] {
      mu.RLock();
      x = 1;
    });
    if (mu.TryLock()) {
      mu.Unlock();
    } else {
      EXPECT_GE(x, 0);
    }
    explore::join_all();
  });
}

// RW-13: readers are not ordered among themselves. (tsan)
TEST(Races, Readers) {
  EXPECT_RACE([] {
    sync::RWMutex mu;
    int x = 0;
    for (int i = 0; i < 2; ++i) {
      go([&] {
        mu.RLock();
        ++x;
        mu.RUnlock();
      });
    }
    explore::join_all();
  });
}

// WG-11: two that call Done are not ordered. (tsan)
TEST(Races, Dones) {
  EXPECT_RACE([] {
    sync::WaitGroup wg;
    int x = 0;
    wg.Add(2);
    for (int i = 0; i < 2; ++i) {
      go([&] {
        ++x;
        wg.Done();
      });
    }
    wg.Wait();
  });
  EXPECT_RACE([] {
    sync::WaitGroup wg;
    int x = 0;
    wg.Add(2);
    for (int i = 0; i < 2; ++i) {
      go([&] {
        wg.Done();
        ++x;
      });
    }
    explore::join_all();
  });
}

// COND-10: a Signal that wakes nobody orders nothing. (tsan)
TEST(Races, SignalForNobody) {
  EXPECT_RACE([] {
    sync::Mutex mu;
    sync::Cond cond(mu);
    int x = 0;
    for (int i = 0; i < 2; ++i) {
      go([&] {
        ++x;
        cond.Signal();
      });
    }
    explore::join_all();
  });
}

}  // namespace
}  // namespace plait
