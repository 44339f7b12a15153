// The life of a Fiber object: made again, abandoned, many at once, ended wrongly.

#include <sys/mman.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <vector>

#include "gtest/gtest.h"
#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/arch/fiber_test_util.h"

namespace plait::arch {
namespace {

constexpr size_t kStackSize = 256 << 10;
Fiber home, fiber;
std::atomic<int> runs{0};

void CountRuns(void*) {
  runs += 1;
  SwitchAndEnd(fiber, home, ThreadRegs::OfThisThread());
}

TEST(Fiber, InitAgainOnTheSameAndOnAnotherStack) {
  void* stacks[2] = {};
  for (int i = 0; i < 20; ++i) {
    // Mapped anew, so that ThreadSanitizer does not take one flow's use of it and the next one's for a race.
    void*& stack = stacks[i / 2 % 2];
    stack = mmap(stack, kStackSize, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | (stack != nullptr ? MAP_FIXED : 0), -1, 0);
    ASSERT_NE(stack, MAP_FAILED);
    fiber.Init(stack, kStackSize, CountRuns, nullptr);
    if (i % 3 == 0) continue;  // abandoned before it ever ran
    Switch(home, fiber, ThreadRegs::OfThisThread());
  }
  EXPECT_EQ(runs, 13);
  for (void* stack : stacks) munmap(stack, kStackSize);
}

TEST(Fiber, AbandonedHalfWay) {
  for (int i = 0; i < 100; ++i) {
    Flow never_ran([](Flow&) {});
    Flow half_way([](Flow& self) {
      char buffer[100] = {};
      asm volatile("" : : "r"(buffer) : "memory");
      self.Yield();
    });
    half_way.Resume();
  }
  // The state of the abandoning flow is as before: AddressSanitizer would complain here if it had mixed them up.
  char buffer[100] = {};
  asm volatile("" : : "r"(buffer) : "memory");
  EXPECT_THROW(throw std::runtime_error("unwinds"), std::runtime_error);
}

TEST(Fiber, ManyAtOnce) {
  std::vector<std::unique_ptr<Flow>> flows;
  int sum = 0;
  for (int i = 0; i < 1000; ++i) {
    flows.push_back(std::make_unique<Flow>([&sum, i](Flow& self) {
      self.Yield();
      sum += i;
    }));
  }
  for (int round = 0; round < 2; ++round) {
    for (auto& flow : flows) flow->Resume();
  }
  EXPECT_EQ(sum, 999 * 1000 / 2);
}

void Return(void*) {}

void RunAnEntryThatReturns() {
  static char stack[kStackSize];
  fiber.Init(stack, sizeof stack, Return, nullptr);
  Switch(home, fiber, ThreadRegs::OfThisThread());
}

TEST(FiberDeathTest, EntryReturns) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(RunAnEntryThatReturns(), "entry function returned");
}

TEST(FiberDeathTest, ExceptionLeavesTheEntry) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Flow flow([](Flow&) { throw std::runtime_error("nobody catches this"); });
        flow.Resume();
      },
      "nobody catches this");
}

}  // namespace
}  // namespace plait::arch
