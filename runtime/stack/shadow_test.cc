// What sanitizers see of fibers on pooled stacks: what is wrong is reported, what is right is not. Each test is for one
// sanitizer, and passes trivially in the other builds.

#include "plait/runtime/stack/shadow.h"

#include <unistd.h>

#include <atomic>
#include <thread>

#include "gtest/gtest.h"
#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/stack/stack_pool.h"

#if defined(__SANITIZE_ADDRESS__)
#define PLAIT_TEST_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLAIT_TEST_ASAN 1
#endif
#endif

namespace plait::stack {
namespace {

// A body on a pooled stack, run to its end by the calling thread. Like a scheduler it orders nothing: neither the
// switch nor the pool is an edge of the memory model. Like one it is not instrumented, or its own fields would be a
// race.
class PooledRun {
 public:
  __attribute__((no_sanitize("thread"))) explicit PooledRun(void (*body)()) : body_(body) {
    Stack stack = StackPool::Global().Get(kDefaultStackSize);
    fiber_.Init(stack.lo, stack.size, &Entry, this);
    arch::Switch(home_, fiber_, arch::ThreadRegs::OfThisThread());
    StackPool::Global().Put(stack);
  }

 private:
  __attribute__((no_sanitize("thread"))) static void Entry(void* self) {
    PooledRun& run = *static_cast<PooledRun*>(self);
    run.body_();
    arch::SwitchAndEnd(run.fiber_, run.home_, arch::ThreadRegs::OfThisThread());
  }

  void (*body_)();
  arch::Fiber home_;
  arch::Fiber fiber_;
};

void WriteToStack() {
  volatile char buffer[4096];
  for (volatile char& byte : buffer) byte = 1;
}

// ThreadSanitizer: one address in the stacks of two goroutines, one after the other on two threads, is no race.
TEST(Shadow, ReuseOfAStackIsNoRace) {
  // relaxed: the second thread comes later, and nothing orders it after the first.
  std::atomic<bool> first_done{false};
  std::thread a([&] {
    for (int i = 0; i < 3; ++i) PooledRun run(&WriteToStack);
    first_done.store(true, std::memory_order_relaxed);
  });
  std::thread b([&] {
    while (!first_done.load(std::memory_order_relaxed)) std::this_thread::yield();
    for (int i = 0; i < 3; ++i) PooledRun run(&WriteToStack);
  });
  a.join();
  b.join();
}

#ifdef PLAIT_TSAN
int shared = 0;
void Increment() { ++shared; }

void TwoUnsynchronisedGoroutines() {
  PooledRun first(&Increment);
  PooledRun second(&Increment);
}

// Two goroutines that share a thread are not ordered by that, although one ran after the other.
TEST(ShadowDeathTest, ARaceOnOneThreadIsFound) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        TwoUnsynchronisedGoroutines();
        _exit(0);  // without halt_on_error the status is set at a regular exit
      },
      "data race");
}
#endif

#ifdef PLAIT_TEST_ASAN
void TouchAPooledStack() {
  Stack stack = StackPool::Global().Get(kDefaultStackSize);
  StackPool::Global().Put(stack);
  static_cast<volatile char*>(stack.lo)[stack.size - 1] = 1;
}

TEST(ShadowDeathTest, TouchingAPooledStackIsReported) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(TouchAPooledStack(), "use-after-poison");
}

arch::Fiber home, parked;

void ParkWithAnObject(void*) {
  int* volatile only_here = new int(42);
  arch::Switch(parked, home, arch::ThreadRegs::OfThisThread());
  delete only_here;
}

// LeakSanitizer, at the end of this program: what only a parked goroutine's stack points to is not leaked.
TEST(Shadow, AParkedGoroutinesObjectsAreNoLeaks) {
  Stack stack = StackPool::Global().Get(kDefaultStackSize);
  parked.Init(stack.lo, stack.size, &ParkWithAnObject, nullptr);
  arch::Switch(home, parked, arch::ThreadRegs::OfThisThread());
}
#endif

}  // namespace
}  // namespace plait::stack
