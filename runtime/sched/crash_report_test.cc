// What a fatal signal prints: faults, overflows of a stack, SIGQUIT.

#include "plait/runtime/sched/crash_report.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

[[noreturn]] void Program(std::function<void()> f) {
  const int status = Main(std::move(f));
  std::fflush(nullptr);
  std::_Exit(status);
}

class CrashDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

__attribute__((noinline)) int RecurseForEver(int n) {
  volatile char room[64];
  room[n % 64] = static_cast<char>(n);
  return n == 0 ? 0 : RecurseForEver(n + 1) + room[(n + 1) % 64];
}

// PANIC-29, SCHED-24: the limit, the text, and whose stack it is.
TEST_F(CrashDeathTest, StackOverflow) {
  EXPECT_EXIT(
      Program([] {
        go([] { RecurseForEver(1); });
        Select{};
      }),
      testing::ExitedWithCode(2),
      "^runtime: goroutine stack exceeds [0-9]+-byte limit\nfatal error: stack overflow\n\ngoroutine [0-9]+ "
      "\\[running\\]:\n.*RecurseForEver\\(\\.\\.\\.\\)\n\t.*crash_report_test.cc:[0-9]+ .*\n\\.\\.\\.[0-9]+ frames "
      "elided\\.\\.\\.\n.*\ncreated by .* in goroutine 1\n");
}

// SIGQUIT prints every goroutine and ends the process with status 2, as it does in Go; one that computes, too.
TEST_F(CrashDeathTest, Quit) {
  EXPECT_EXIT(Program([] {
                test::GoAndPark([] { Chan<int>().recv(); });
                kill(getpid(), SIGQUIT);
                for (;;) __builtin_ia32_pause();
              }),
              testing::ExitedWithCode(2),
              "^SIGQUIT: quit\nPC=0x[0-9a-f]+ sigcode=[0-9]+\n\ngoroutine 1 \\[running\\]:\n.*\n\ngoroutine [0-9]+ "
              "\\[chan receive \\(nil chan\\)\\]:\n.*crash_report_test.cc:[0-9]+ ");
  EXPECT_EXIT(Program([] {
                signal(SIGQUIT, SIG_IGN);  // the program's own business
                kill(getpid(), SIGQUIT);
              }),
              testing::ExitedWithCode(0), "^$");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(PLAIT_TSAN)  // which have handlers of their own

__attribute__((noinline)) int Read(volatile int* p) { return *p; }

// PANIC-17: a fault has Go's text and its line about the signal. Then the process dies of it.
TEST_F(CrashDeathTest, Faults) {
  const auto fault = [](uintptr_t address) {
    Program([address] { std::_Exit(Read(reinterpret_cast<int*>(address))); });
  };
  EXPECT_EXIT(
      fault(8), testing::KilledBySignal(SIGSEGV),
      "^panic: runtime error: invalid memory address or nil pointer dereference\n\\[signal SIGSEGV: segmentation "
      "violation code=0x1 addr=0x8 pc=0x[0-9a-f]+\\]\n\ngoroutine 1 \\[running\\]:\n.*Read\\(\\.\\.\\.\\)\n\t.*");
  EXPECT_EXIT(fault(0xdead000), testing::KilledBySignal(SIGSEGV),
              "^unexpected fault address 0xdead000\nfatal error: fault\n\\[signal SIGSEGV: ");
  setenv("GOTRACEBACK", "all", 1);
  EXPECT_EXIT(Program([] {
                test::GoAndPark([] { Select{}; });
                Read(nullptr);
              }),
              testing::KilledBySignal(SIGSEGV),
              "goroutine 1 \\[running\\]:.*\n\ngoroutine [0-9]+ \\[select \\(no cases\\)");
  unsetenv("GOTRACEBACK");
}

// A fault on a plain thread is none of ours.
TEST_F(CrashDeathTest, FaultOnAPlainThread) {
  EXPECT_EXIT(
      {
        Runtime runtime(1);
        Read(nullptr);
      },
      testing::KilledBySignal(SIGSEGV), "^$");
}

#endif

}  // namespace
}  // namespace plait
