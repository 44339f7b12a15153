#ifndef PLAIT_RUNTIME_LEAK_LEAK_H_
#define PLAIT_RUNTIME_LEAK_LEAK_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "plait/runtime/goroutine/dump.h"

// Finds goroutines that are still there when they should have ended, after go.uber.org/goleak.
//
//   TEST(Server, Stops) {
//     Runtime runtime;
//     Server server;
//     server.Serve(...);
//     server.Stop();
//     leak::VerifyNone();      // plait/runtime/leak/verify.h: a failure of the test if anybody is left
//   }
//
// For whole test programs there are leak::Listener and leak::VerifyTestMain, in verify.h too. An explored test needs none
// of it: a goroutine that can never end is a verdict there, in every schedule and without a wait.
//
// A Runtime that ends unwinds whoever is left, so look before. Not for tests that run beside each other in one process:
// nobody can tell whose the goroutines are (LEAK-07).
namespace plait::leak {

// Whom to overlook, and what else to do. Function names as in a goroutine dump, without parameters: "app::Serve".
class Option {
 public:
  struct All;
  explicit Option(std::function<void(All&)> apply) : apply_(std::move(apply)) {}
  void Apply(All& all) const { apply_(all); }

 private:
  std::function<void(All&)> apply_;
};

// The innermost function is this one (LEAK-04).
Option IgnoreTopFunction(std::string function);
// It is somewhere in the stack; who started the goroutine does not count.
Option IgnoreAnyFunction(std::string function);
// It contains the `go` statement.
Option IgnoreCreatedBy(std::string function);
// The goroutines that are there now, at the making of the option.
Option IgnoreCurrent();
// Called at the end, with the exit status so far; for VerifyNone (with 0) and VerifyTestMain (LEAK-05).
Option Cleanup(std::function<void(int status)> f);
// Look also if tests have failed; for VerifyTestMain.
Option RunOnFailure();

using Options = std::initializer_list<Option>;

// Empty if nobody is left but the caller and those ignored; else what VerifyNone would say (LEAK-01, LEAK-06):
//
//   found unexpected goroutines:
//   [Goroutine 7 in state chan receive, with app::Worker on top of the stack:
//   goroutine 7 [chan receive]:
//   app::Worker(...)
//   ...
//
// Somebody may be about to end: it looks again up to 20 times, after 1 us, 2 us, 4 us... but 100 ms at most, 0.43 s in all
// (LEAK-02), and stops as soon as nobody is left. From a goroutine or a plain thread; a plain thread is no goroutine, and
// never found (LEAK-03).
std::string Find(Options options = {});

// The same as data, without the waiting.
std::vector<GoroutineTrace> Left(Options options = {});

// What the two verifiers of verify.h have in common. What is wrong with the options, or Find(); and their cleanup.
struct Report {
  std::string error;
  std::function<void(int)> cleanup;
};
Report VerifyNoneReport(Options options);

// Runs `run`, such as [] { return RUN_ALL_TESTS(); }, looks if it returned 0 (or RunOnFailure is given), and prints what is
// found on stderr. Returns run's status, or 1 if that is 0 and somebody is left; after cleanup(status), if there is one.
int VerifyTestMain(const std::function<int()>& run, Options options = {});

}  // namespace plait::leak

#endif  // PLAIT_RUNTIME_LEAK_LEAK_H_
