// Eight small programs with a planted bug each, to see whether a screen says enough: screens/ has what is shown of them.
// Somebody who has only the screen must be able to name the two lines that collide; they are marked "collides" here.

#include <memory>

#include "plait/explore.h"

namespace {

using namespace plait;
using explore::Verdict;

PLAIT_EXPLORE(Planted, Tickets, .expect = Verdict::kPanic) {
  sync::atomic::Int64 tickets(1);
  sync::WaitGroup buyers;
  for (int i = 0; i < 2; ++i) {
    buyers.Go([&] {
      if (tickets.Load() == 0) return;               // collides
      if (tickets.Add(-1) < 0) panic("sold twice");  // collides
    });
  }
  buyers.Wait();
}

PLAIT_EXPLORE(Planted, Counter, .expect = Verdict::kAssertion) {
  sync::atomic::Int64 visits;
  sync::atomic::Int64 log;
  sync::WaitGroup pages;
  pages.Go([&] {
    log.Add(1);
    visits.Add(1);  // collides
  });
  pages.Go([&] {
    log.Add(1);
    const int64_t seen = visits.Load();
    visits.Store(seen + 1);  // collides
  });
  pages.Wait();
  EXPECT_EQ(visits.Load(), 2);
}

// Looking and taking in one: nothing collides. For the page of an exploration.
PLAIT_EXPLORE(Planted, Mended) {
  sync::atomic::Int64 tickets(2);
  sync::atomic::Int64 sold;
  sync::WaitGroup buyers;
  for (int i = 0; i < 3; ++i) {
    buyers.Go([&] {
      for (int64_t left = tickets.Load(); left > 0; left = tickets.Load()) {
        if (!tickets.CompareAndSwap(left, left - 1)) continue;
        sold.Add(1);
        return;
      }
    });
  }
  buyers.Wait();
  EXPECT_EQ(sold.Load(), 2);
}

struct Account {
  sync::Mutex mu;
  int balance = 10;
};

void Move(Account& from, Account& to, int amount) {
  from.mu.Lock();
  to.mu.Lock();
  from.balance -= amount;
  to.balance += amount;
  to.mu.Unlock();
  from.mu.Unlock();
}

PLAIT_EXPLORE(Planted, Accounts, .expect = Verdict::kDeadlock) {
  Account ada, ben;
  ada.mu.name("ada");
  ben.mu.name("ben");
  sync::WaitGroup moves;
  moves.Go([&] { Move(ada, ben, 3); });  // collides
  moves.Go([&] { Move(ben, ada, 4); });  // collides
  moves.Wait();
}

PLAIT_EXPLORE(Planted, Feed, .expect = Verdict::kPanic) {
  auto feed = make_chan<int>(2);
  auto stop = make_chan<bool>(1);
  go([=] {
    for (int i = 0; i < 2; ++i) {
      const Select s{recv_case(stop), default_case()};
      if (s.index == 0) return;
      feed.send(i);  // collides
    }
  });
  feed.recv();
  stop.send(true);
  close(feed);  // collides
}

PLAIT_EXPLORE(Planted, Mailbox, .expect = Verdict::kDeadlock) {
  sync::Mutex mu;
  sync::Cond filled(mu);
  int letters = 0;
  go([&] {
    mu.Lock();
    ++letters;
    mu.Unlock();
    filled.Signal();  // collides
  });
  mu.Lock();
  const bool none = letters == 0;
  mu.Unlock();
  if (none) {
    mu.Lock();
    filled.Wait();  // collides
    mu.Unlock();
  }
}

PLAIT_EXPLORE(Planted, Crew, .expect = Verdict::kAssertion) {
  sync::WaitGroup crew;
  sync::atomic::Int64 done;
  for (int i = 0; i < 2; ++i) {
    go([&] {
      crew.Add(1);  // collides
      done.Add(1);
      crew.Done();
    });
  }
  crew.Wait();  // collides
  EXPECT_EQ(done.Load(), 2);
  explore::join_all();
}

PLAIT_EXPLORE(Planted, Shutdown, .expect = Verdict::kPanic) {
  auto quit = make_chan<bool>();
  const auto shut_down = [quit] {
    const Select s{recv_case(quit), default_case()};
    if (s.index == 1) close(quit);  // collides with itself
  };
  go(shut_down);
  shut_down();
  explore::join_all();
}

PLAIT_EXPLORE(Planted, Queue, .expect = Verdict::kLeak) {
  auto jobs = make_chan<int>(1);
  jobs.send(7);
  for (int i = 0; i < 2; ++i) {
    go([jobs] {
      if (len(jobs) > 0) {  // collides
        jobs.recv();        // collides
      }
    });
  }
}

}  // namespace
