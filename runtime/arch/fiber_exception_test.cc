// Exceptions in flight across a switch, and flows that go from thread to thread.

#include <errno.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "plait/runtime/arch/fiber.h"
#include "plait/runtime/arch/fiber_test_util.h"

namespace plait::arch {
namespace {

// Where the flow is resumed from: its own thread, or a new one each time.
enum class Where { kHere, kElsewhere };

class FiberException : public testing::TestWithParam<Where> {
 protected:
  static void Resume(Flow& flow) {
    if (GetParam() == Where::kHere) {
      flow.Resume();
    } else {
      std::thread([&] { flow.Resume(); }).join();
    }
  }
};

std::string CurrentText() {
  try {
    throw;
  } catch (const std::exception& e) {
    return e.what();
  }
}

TEST_P(FiberException, SuspendedInACatchBlock) {
  std::string rethrown;
  Flow parked([&](Flow& self) {
    try {
      try {
        throw std::runtime_error("mine");
      } catch (const std::exception&) {
        self.Yield();
        throw;
      }
    } catch (const std::exception& e) {
      rethrown = e.what();
    }
  });
  std::string other_text, other_after;
  Flow other([&](Flow& self) {
    EXPECT_EQ(std::current_exception(), nullptr);
    try {
      throw std::logic_error("other's");
    } catch (const std::exception& e) {
      other_text = e.what();
      self.Yield();
      other_after = CurrentText();
    }
  });
  Resume(parked);
  EXPECT_EQ(std::current_exception(), nullptr);
  Resume(other);
  EXPECT_EQ(std::current_exception(), nullptr);
  // Not last in, first out: the handlers are no stack.
  Resume(parked);
  Resume(other);
  EXPECT_EQ(rethrown, "mine");
  EXPECT_EQ(other_text, "other's");
  EXPECT_EQ(other_after, "other's");
}

struct InDestructor {
  Flow& self;
  int& before;
  int& after;
  ~InDestructor() {
    before = std::uncaught_exceptions();
    self.Yield();
    after = std::uncaught_exceptions();
  }
};

TEST_P(FiberException, SuspendedInADestructorThatUnwinds) {
  int before = -1, after = -1, other = -1, at_end = -1;
  std::string caught;
  Flow parked([&](Flow& self) {
    try {
      InDestructor guard{self, before, after};
      throw std::runtime_error("in flight");
    } catch (const std::exception& e) {
      caught = e.what();
    }
    at_end = std::uncaught_exceptions();
  });
  Flow witness([&](Flow&) { other = std::uncaught_exceptions(); });
  Resume(parked);
  EXPECT_EQ(std::uncaught_exceptions(), 0);
  Resume(witness);
  Resume(parked);
  EXPECT_EQ(before, 1);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(after, 1);
  EXPECT_EQ(at_end, 0);
  EXPECT_EQ(caught, "in flight");
}

TEST_P(FiberException, ResumedFromACatchBlock) {
  std::exception_ptr seen;
  Flow flow([&](Flow& self) {
    seen = std::current_exception();
    self.Yield();
    EXPECT_THROW(throw 1, int);
  });
  try {
    throw std::runtime_error("outer");
  } catch (const std::exception&) {
    Resume(flow);
    EXPECT_EQ(seen, nullptr);
    EXPECT_EQ(CurrentText(), "outer");
    Resume(flow);
    EXPECT_EQ(CurrentText(), "outer");
  }
}

TEST_P(FiberException, ErrnoGoesWithTheFlow) {
  int after = -1;
  Flow flow([&](Flow& self) {
    errno = EAGAIN;
    self.Yield();
    after = *ThreadRegs::OfThisThread().errno_address;
  });
  Resume(flow);
  Resume(flow);
  EXPECT_EQ(after, EAGAIN);
}

INSTANTIATE_TEST_SUITE_P(Threads, FiberException, testing::Values(Where::kHere, Where::kElsewhere),
                         [](const auto& where) { return where.param == Where::kHere ? "Same" : "Another"; });

// An exception that is thrown on one thread and dies on another.
TEST(FiberMigration, TwoThreadsPassOneFlow) {
  int steps = 0;
  Flow flow([&](Flow& self) {
    for (; steps < 100; ++steps) {
      try {
        throw steps;
      } catch (int& value) {
        self.Yield();
        EXPECT_EQ(value, steps);
      }
    }
  });
  while (!flow.ended()) {
    std::thread([&] { flow.Resume(); }).join();
    if (!flow.ended()) flow.Resume();
  }
  EXPECT_EQ(steps, 100);
}

}  // namespace
}  // namespace plait::arch
