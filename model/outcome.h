// An outcome is everything that one run of a program lets an observer know: each operation's result, how each goroutine
// ended, and the verdict. It says nothing of the schedule. Whoever runs programs (this model, the runtime under the
// explorer or on threads, real Go) writes down outcomes, and then they can be compared.
//
// Outcomes are canonical: equal runs give equal values, and two that differ differ in something that was observed.
// Comparable (==, <), hashable (std::hash), printable in one line per goroutine.
#ifndef PLAIT_MODEL_OUTCOME_H_
#define PLAIT_MODEL_OUTCOME_H_

#include <compare>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "plait/model/program.h"

namespace plait::model {

constexpr int kNoCase = -1;       // not a select
constexpr int kDefaultCase = -2;  // select took default

// Panic texts, word for word as Go prints them; and all of them.
inline constexpr char kSendOnClosed[] = "send on closed channel";                 // CH-07, CH-08, SEL-11, SEL-12
inline constexpr char kCloseOfNil[] = "close of nil channel";                     // CH-05
inline constexpr char kCloseOfClosed[] = "close of closed channel";               // CH-06
inline constexpr char kNegativeWaitGroup[] = "sync: negative WaitGroup counter";  // WG-03
inline constexpr const char* kPanicTexts[] = {kSendOnClosed, kCloseOfNil, kCloseOfClosed, kNegativeWaitGroup};

// Fatal errors, which end the process.
inline constexpr char kUnlockOfUnlocked[] = "sync: unlock of unlocked mutex";           // MU-04, COND-08
inline constexpr char kRUnlockOfUnlocked[] = "sync: RUnlock of unlocked RWMutex";       // RW-08
inline constexpr char kUnlockOfUnlockedRWMutex[] = "sync: Unlock of unlocked RWMutex";  // RW-09
inline constexpr const char* kFatalTexts[] = {kUnlockOfUnlocked, kRUnlockOfUnlocked, kUnlockOfUnlockedRWMutex};

// Panics by number: first those of kPanicTexts, then panic(0), panic(1)... whose texts are "0", "1"...
constexpr int kPanicTextCount = sizeof(kPanicTexts) / sizeof(kPanicTexts[0]);
std::string PanicText(int number);
int PanicNumber(const std::string& text);  // -1: there is no such panic

// What one completed operation found out. Operations that find out nothing (go, send, close) leave no result: that they
// completed is known from where their goroutine ended. A range leaves one result for each value it received.
struct Result {
  int op = 0;            // index of the operation in its goroutine
  int chosen = kNoCase;  // select: the chosen case in source order, or kDefaultCase
  int value = 0;         // the value received, or the len or cap; 0 where nothing was received
  bool ok = false;       // a receive: the value came from a send (CH-11)

  auto operator<=>(const Result&) const = default;
};

Result Received(int op, int value);               // by a plain receive or a range
Result ReceivedClosed(int op);                    // (0, false)
Result Count(int op, int count);                  // by len or cap
Result Chose(int op, int chosen);                 // select: a send case, or kDefaultCase
Result ChoseRecv(int op, int chosen, int value);  // select: a receive case, and what it got
Result ChoseRecvClosed(int op, int chosen);       // select: a receive case of a closed channel

enum class End {
  kNotStarted,  // nobody reached the `go`
  kReturned,
  kPanicked,  // at operation `op`, with `text`
  kBlocked,   // at operation `op`, for ever
  kGoexit,    // by runtime.Goexit()
  kFatal,     // at operation `op`, with the whole process, with `text`
  kCutOff,    // main ended and the process with it; what this one had done was observed by nobody (GO-05)
};

struct GoroutineOutcome {
  std::vector<Result> results = {};  // in the order of the operations
  End end = End::kReturned;
  int op = -1;            // kPanicked, kBlocked: the operation it ended in; else -1
  std::string text = {};  // kPanicked: the panic's text; else ""

  auto operator<=>(const GoroutineOutcome&) const = default;
};

GoroutineOutcome Returned(std::vector<Result> results = {});
GoroutineOutcome Panicked(int op, std::string text, std::vector<Result> results = {});
GoroutineOutcome Blocked(int op, std::vector<Result> results = {});
GoroutineOutcome NotStarted();
GoroutineOutcome Exited(std::vector<Result> results = {});  // by Goexit
GoroutineOutcome DiedFatally(int op, std::string text);     // what it had found out before is not observed
GoroutineOutcome CutOff();

// A function of how the goroutines ended. main counts by its own operations: its last wait for the others is not one.
enum class Verdict {
  kDone,      // every goroutine that was started returned or panicked
  kDeadlock,  // main is blocked for ever, and nothing can move (DEAD-22)
  kLeak,      // main is through, but some other goroutine is blocked for ever (DEAD-22)
  kExited,    // main ended and took the rest with it (Program::main_joins_all is false)
  kFatal,     // some goroutine ended the process by a fatal error
};

struct Outcome {
  std::vector<GoroutineOutcome> goroutines = {};
  Verdict verdict = Verdict::kDone;

  auto operator<=>(const Outcome&) const = default;
};

// The outcome of goroutines that ended so, with the verdict that follows from that.
Outcome Judge(std::vector<GoroutineOutcome> goroutines);

// One line per goroutine, then the verdict. With the program the operations are shown as text, without it as numbers:
//
//   main: <-c = 1, true; <-c = 0, false; returned          main: #1=1,true #2=0,false returned
//   g1: blocked in chan send: c <- 2                       g1: blocked #1
//   leak                                                   leak
std::string ToString(const Program& program, const Outcome& outcome);
std::string ToString(const Outcome& outcome);
std::string ToString(Verdict verdict);
std::ostream& operator<<(std::ostream& out, const Outcome& outcome);

size_t HashValue(const Outcome& outcome);

}  // namespace plait::model

template <>
struct std::hash<plait::model::Outcome> {
  size_t operator()(const plait::model::Outcome& outcome) const { return HashValue(outcome); }
};

#endif  // PLAIT_MODEL_OUTCOME_H_
