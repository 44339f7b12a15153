// Two mutexes, taken in opposite order.

#include "plait/explore.h"

namespace {

using namespace plait;
using explore::Verdict;

struct Account {
  Account(int number_, const char* name) : number(number_) { mu.name(name); }

  const int number;
  sync::Mutex mu;
  int balance = 100;  // guarded by mu
};

void Move(Account& from, Account& to, int amount) {
  from.balance -= amount;
  to.balance += amount;
}

void LockFromFirst(Account& from, Account& to, int amount) {
  from.mu.Lock();
  to.mu.Lock();
  Move(from, to, amount);
  to.mu.Unlock();
  from.mu.Unlock();
}

// Found: each transfer holds one account and waits for the other one.
PLAIT_EXPLORE(OppositeLocks, Deadlock, .expect = Verdict::kDeadlock) {
  Account ada(1, "ada"), ben(2, "ben");
  sync::WaitGroup transfers;
  transfers.name("transfers");
  transfers.Go([&] { LockFromFirst(ada, ben, 30); });
  transfers.Go([&] { LockFromFirst(ben, ada, 50); });
  transfers.Wait();
}

// Proven: everybody takes the account with the smaller number first.
void LockInOrder(Account& from, Account& to, int amount) {
  const bool from_first = from.number < to.number;
  std::scoped_lock first(from_first ? from.mu : to.mu);
  std::scoped_lock second(from_first ? to.mu : from.mu);
  Move(from, to, amount);
}

PLAIT_EXPLORE(OppositeLocks, OneOrderForAll) {
  Account ada(1, "ada"), ben(2, "ben");
  sync::WaitGroup transfers;
  transfers.Go([&] { LockInOrder(ada, ben, 30); });
  transfers.Go([&] { LockInOrder(ben, ada, 50); });
  transfers.Wait();
  EXPECT_EQ(ada.balance, 120);
  EXPECT_EQ(ben.balance, 80);
}

}  // namespace
