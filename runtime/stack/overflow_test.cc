#include "plait/runtime/stack/overflow.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "gtest/gtest.h"
#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/stack/stack_pool.h"

namespace plait::stack {
namespace {

void Say(const char* text) { [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, strlen(text)); }

void DieOfOverflow(void* address) {
  Say(IsGuardAddress(address) ? "overflow in a guard\n" : "overflow elsewhere\n");
  _exit(2);
}

// Not a tail call, and not optimised into a loop. (The end that is never reached satisfies -Winfinite-recursion.)
__attribute__((noinline)) int Endless(volatile int* up) {
  volatile int here[64];
  here[0] = *up + 1;
  if (here[0] < 0) return 0;
  return Endless(here) + here[0];
}

arch::Fiber home, fiber;

void OverflowEntry(void*) {
  volatile int start = 0;
  Endless(&start);
}

void OverflowOnAGoroutineStack() {
  InstallOverflowHandler(&DieOfOverflow);
  AltStack alt;
  Stack stack = StackPool::Global().Get(kDefaultStackSize);
  fiber.Init(stack.lo, stack.size, &OverflowEntry, nullptr);
  arch::Switch(home, fiber, arch::ThreadRegs::OfThisThread());
}

class OverflowDeathTest : public testing::Test {
 protected:
  OverflowDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(OverflowDeathTest, CallsBack) {
  EXPECT_EXIT(OverflowOnAGoroutineStack(), testing::ExitedWithCode(2), "overflow in a guard");
}

TEST_F(OverflowDeathTest, CallsBackOnAnotherThread) {
  EXPECT_EXIT(std::thread(OverflowOnAGoroutineStack).join(), testing::ExitedWithCode(2), "overflow in a guard");
}

TEST_F(OverflowDeathTest, CallsBackAfterTrim) {
  auto overflow = [] {
    Stack stack = StackPool::Global().Get(kDefaultStackSize);
    StackPool::Global().Put(stack);
    StackPool::Global().Trim();
    OverflowOnAGoroutineStack();
  };
  EXPECT_EXIT(overflow(), testing::ExitedWithCode(2), "overflow in a guard");
}

void CallsBackWithAProtectedGuard() {
  InstallOverflowHandler(&DieOfOverflow);
  StackPool pool({.light_guards = false});
  static_cast<volatile char*>(pool.Get(kDefaultStackSize).lo)[-1] = 1;
}

TEST_F(OverflowDeathTest, MprotectGuardToo) {
  EXPECT_EXIT(CallsBackWithAProtectedGuard(), testing::ExitedWithCode(2), "overflow in a guard");
}

void Earlier(int, siginfo_t* info, void*) {
  Say(info->si_addr == reinterpret_cast<void*>(0x1230) ? "earlier handler, right address\n" : "earlier handler\n");
  _exit(3);
}

void EarlierPlain(int) {
  Say("earlier plain handler\n");
  _exit(4);
}

void FaultWithEarlierHandler(bool with_info) {
  struct sigaction action = {};
  if (with_info) {
    action.sa_sigaction = &Earlier;
    action.sa_flags = SA_SIGINFO;
  } else {
    action.sa_handler = &EarlierPlain;
  }
  sigaction(SIGSEGV, &action, nullptr);
  InstallOverflowHandler(&DieOfOverflow);
  *reinterpret_cast<volatile int*>(0x1230) = 1;
}

TEST_F(OverflowDeathTest, OtherFaultsGoToTheEarlierHandler) {
  EXPECT_EXIT(FaultWithEarlierHandler(true), testing::ExitedWithCode(3), "right address");
  EXPECT_EXIT(FaultWithEarlierHandler(false), testing::ExitedWithCode(4), "earlier plain handler");
}

void WithDefaultAction(int signal, void (*fault)()) {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  InstallOverflowHandler(&DieOfOverflow);
  fault();
}

TEST_F(OverflowDeathTest, OtherFaultsHaveTheirDefaultEffect) {
  EXPECT_EXIT(WithDefaultAction(SIGSEGV, [] { *reinterpret_cast<volatile int*>(0x1230) = 1; }),
              testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(WithDefaultAction(SIGSEGV, [] { raise(SIGSEGV); }), testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(WithDefaultAction(SIGBUS, [] { raise(SIGBUS); }), testing::KilledBySignal(SIGBUS), "");
}

TEST(AltStack, RestoresWhatWasThere) {
  std::thread([] {
    stack_t before, inside, after;
    sigaltstack(nullptr, &before);
    {
      AltStack alt;
      sigaltstack(nullptr, &inside);
      EXPECT_EQ(inside.ss_flags & SS_DISABLE, 0);
      EXPECT_NE(inside.ss_sp, before.ss_sp);
    }
    sigaltstack(nullptr, &after);
    EXPECT_EQ(after.ss_flags, before.ss_flags);
    EXPECT_EQ(after.ss_sp, before.ss_sp);
  }).join();
}

}  // namespace
}  // namespace plait::stack
