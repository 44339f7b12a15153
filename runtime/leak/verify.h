#ifndef PLAIT_RUNTIME_LEAK_VERIFY_H_
#define PLAIT_RUNTIME_LEAK_VERIFY_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "plait/runtime/leak/leak.h"

// leak.h for GoogleTest.
namespace plait::leak {

// At the end of a test, or in TearDown, while the Runtime is still there: fails the test, without leaving it, if a
// goroutine is left (LEAK-05, LEAK-20). Then calls the cleanup with 0.
inline void VerifyNone(Options options = {}) {
  const Report report = VerifyNoneReport(options);
  if (!report.error.empty()) ADD_FAILURE() << report.error;
  if (report.cleanup) report.cleanup(0);
}

// Does so after every test of the program. For a Runtime that outlives the tests:
//
//   int main(int argc, char** argv) {
//     testing::InitGoogleTest(&argc, argv);
//     plait::Runtime runtime;
//     testing::UnitTest::GetInstance()->listeners().Append(new plait::leak::Listener);
//     return RUN_ALL_TESTS();
//   }
//
// A goroutine that one test has left is not held against the next ones.
class Listener : public testing::EmptyTestEventListener {
 public:
  explicit Listener(std::vector<Option> options = {}) : options_(std::move(options)) {}

  void OnTestStart(const testing::TestInfo&) override { before_ = {IgnoreCurrent()}; }
  void OnTestEnd(const testing::TestInfo&) override {
    Option overlook([this](Option::All& all) {
      for (const auto* list : {&options_, &before_}) {
        for (const Option& option : *list) option.Apply(all);
      }
    });
    VerifyNone({overlook});
  }

 private:
  std::vector<Option> options_;
  std::vector<Option> before_;
};

}  // namespace plait::leak

#endif  // PLAIT_RUNTIME_LEAK_VERIFY_H_
