// What a flow keeps while it is suspended.

#include "plait/runtime/arch/fiber.h"

#include <errno.h>
#include <fenv.h>
#include <xmmintrin.h>

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "plait/runtime/arch/fiber_test_util.h"

namespace plait::arch {
namespace {

TEST(Fiber, RunsAndEnds) {
  int step = 0;
  Flow flow([&](Flow& self) {
    step = 1;
    self.Yield();
    step = 2;
  });
  EXPECT_EQ(step, 0);
  flow.Resume();
  EXPECT_EQ(step, 1);
  EXPECT_FALSE(flow.ended());
  flow.Resume();
  EXPECT_EQ(step, 2);
  EXPECT_TRUE(flow.ended());
}

// More values than there are caller-saved registers, so that some live in callee-saved ones.
uint64_t Mix(Flow* yield_in, uint64_t seed) {
  uint64_t a = seed * 3, b = seed ^ 5, c = seed + 7, d = seed * 11, e = seed - 13, f = seed * 17, g = ~seed,
           h = seed + 23;
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g), "+r"(h));
  if (yield_in != nullptr) yield_in->Yield();
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g), "+r"(h));
  return a ^ (b << 1) ^ (c << 2) ^ (d << 3) ^ (e << 4) ^ (f << 5) ^ (g << 6) ^ (h << 7);
}

TEST(Fiber, KeepsCalleeSavedRegisters) {
  std::vector<std::unique_ptr<Flow>> flows;
  std::vector<uint64_t> results(8);
  for (uint64_t i = 0; i < results.size(); ++i) {
    flows.push_back(std::make_unique<Flow>([&results, i](Flow& self) { results[i] = Mix(&self, i * 1000); }));
  }
  for (int round = 0; round < 2; ++round) {
    for (auto& flow : flows) flow->Resume();
  }
  for (uint64_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i], Mix(nullptr, i * 1000)) << i;
}

// The six registers themselves, each with a value of its own.
TEST(Fiber, KeepsEachCalleeSavedRegister) {
  Flow other([](Flow& self) {
    for (;;) {
      asm volatile("" : : : "rbx", "r12", "r13", "r14", "r15");
      self.Yield();
    }
  });
  uint64_t rbx = 1, r12 = 2, r13 = 3, r14 = 4, r15 = 5;
  {
    register uint64_t b asm("rbx") = rbx;
    register uint64_t r2 asm("r12") = r12;
    register uint64_t r3 asm("r13") = r13;
    register uint64_t r4 asm("r14") = r14;
    register uint64_t r5 asm("r15") = r15;
    asm volatile("" : "+r"(b), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5));
    other.Resume();
    asm volatile("" : "+r"(b), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5));
    rbx = b, r12 = r2, r13 = r3, r14 = r4, r15 = r5;
  }
  EXPECT_EQ(rbx, 1u);
  EXPECT_EQ(r12, 2u);
  EXPECT_EQ(r13, 3u);
  EXPECT_EQ(r14, 4u);
  EXPECT_EQ(r15, 5u);
}

TEST(Fiber, StackIsAlignedAtEntry) {
  uintptr_t misalignment = 1;
  Flow flow([&](Flow&) {
    alignas(16) char on_stack[16];
    asm volatile("" : : "r"(on_stack) : "memory");
    misalignment = reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) % 16;
  });
  flow.Resume();
  EXPECT_EQ(misalignment, 0u);
}

uint16_t X87Control() {
  uint16_t word;
  asm volatile("fnstcw %0" : "=m"(word));
  return word;
}
void SetX87Control(uint16_t word) { asm volatile("fldcw %0" : : "m"(word)); }

TEST(Fiber, KeepsFloatingPointControlWords) {
  const unsigned mxcsr = _mm_getcsr();
  const uint16_t x87 = X87Control();
  unsigned fiber_mxcsr_at_start = 0, fiber_mxcsr = 0;
  uint16_t fiber_x87_at_start = 0, fiber_x87 = 0;
  Flow flow([&](Flow& self) {
    fiber_mxcsr_at_start = _mm_getcsr();
    fiber_x87_at_start = X87Control();
    fesetround(FE_UPWARD);
    _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
    self.Yield();
    fiber_mxcsr = _mm_getcsr();
    fiber_x87 = X87Control();
  });
  fesetround(FE_DOWNWARD);
  SetX87Control(0x027f | 0x0400);  // double precision, rounding down
  flow.Resume();
  EXPECT_EQ(fegetround(), FE_DOWNWARD);
  EXPECT_EQ(X87Control(), 0x027f | 0x0400);
  EXPECT_EQ(_MM_GET_FLUSH_ZERO_MODE(), 0u);
  flow.Resume();
  _mm_setcsr(mxcsr);
  SetX87Control(x87);
  // A flow begins with the defaults, not with what its creator or its resumer had set.
  EXPECT_EQ(fiber_mxcsr_at_start, 0x1f80u);
  EXPECT_EQ(fiber_x87_at_start, 0x037f);
  EXPECT_EQ(fiber_mxcsr & 0x6000, unsigned{_MM_ROUND_UP});
  EXPECT_EQ(fiber_mxcsr & 0x8000, unsigned{_MM_FLUSH_ZERO_ON});
  EXPECT_EQ(fiber_x87 & 0x0c00, 0x0800);
}

TEST(Fiber, KeepsErrno) {
  int at_start = -1, after = -1;
  Flow flow([&](Flow& self) {
    at_start = errno;
    errno = EAGAIN;
    self.Yield();
    after = *ThreadRegs::OfThisThread().errno_address;
  });
  errno = ENOENT;
  flow.Resume();
  EXPECT_EQ(errno, ENOENT);
  errno = EIO;
  flow.Resume();
  EXPECT_EQ(errno, EIO);
  EXPECT_EQ(at_start, 0);
  EXPECT_EQ(after, EAGAIN);
}

TEST(Fiber, OfThisThreadIsAskedAnewOnEveryThread) {
  ThreadRegs here = ThreadRegs::OfThisThread();
  EXPECT_EQ(here.errno_address, &errno);
  ThreadRegs there{};
  std::thread([&] { there = ThreadRegs::OfThisThread(); }).join();
  EXPECT_NE(here.errno_address, there.errno_address);
  EXPECT_NE(here.eh_globals, there.eh_globals);

  // The same function body on two threads: neither address may come from before the switch.
  ThreadRegs first{}, second{};
  Flow flow([&](Flow& self) {
    first = ThreadRegs::OfThisThread();
    self.Yield();
    second = ThreadRegs::OfThisThread();
  });
  flow.Resume();
  std::thread([&] {
    flow.Resume();
    EXPECT_EQ(second.errno_address, ThreadRegs::OfThisThread().errno_address);
    EXPECT_EQ(second.eh_globals, ThreadRegs::OfThisThread().eh_globals);
  }).join();
  EXPECT_EQ(first.errno_address, here.errno_address);
}

}  // namespace
}  // namespace plait::arch
