#ifndef PLAIT_EXPLORER_ORACLE_PROGRAM_H_
#define PLAIT_EXPLORER_ORACLE_PROGRAM_H_

#include <cstdint>
#include <string>
#include <vector>

namespace plait::explore::oracle {

// A communication of a select.
struct Case {
  bool send = false;
  int chan = 0;  // index, or one of the constants below
  int value = 0;
};

// The channel of the goroutine's last After; nil before there was one.
inline constexpr int kTimerChan = -1;
// The channels of the program's one timer and one ticker.
inline constexpr int kSharedTimerChan = -2;
inline constexpr int kTickerChan = -3;
// The Done of the program's one context.
inline constexpr int kDoneChan = -4;

struct Instruction {
  enum Kind : uint8_t {
    kSend,
    kRecv,  // chan may be kTimerChan
    kClose,
    kLen,
    kSelect,
    kLock,
    kTryLock,
    kUnlock,        // a fatal error if nobody holds it
    kUnlockIfHeld,  // only if this goroutine's last TryLock of it succeeded
    kLoad,
    kStore,
    kAdd,
    kCas,  // from `other` to `value`
    kWaitGroupAdd,
    kWaitGroupWait,
    kSleep,  // value milliseconds
    kAfter,
    kNow,
    kStop,   // object: which of the Shared below
    kReset,  // the same, to value milliseconds
    kChoose,
    kSpawn,  // starts body `object`
    kRLock,
    kRUnlock,  // a fatal error if nobody holds it
    kWriteLock,
    kWriteUnlock,  // likewise
    kTryRLock,
    kTryWriteLock,
    kRUnlockIfHeld,      // only if this goroutine's last TryRLock of it succeeded
    kWriteUnlockIfHeld,  // likewise
    kOnceDo,             // its function adds `value` to atomic 0; `other` says what else it does
    kCondWait,           // a fatal error if nobody holds the lock
    kCondSignal,
    kCondBroadcast,
    kCancel,      // the context
    kErr,         // its Err: nil or not
    kSkipUnless,  // skips the next instruction unless the last result was `value`
  };
  Kind kind = kSend;
  int object = 0;
  int value = 0;
  int other = 0;
  static constexpr int kPanics = 1, kDoesAgain = 2;  // kOnceDo's `other`
  std::vector<Case> cases = {};
  bool has_default = false;
};

// A small program over a few objects, as data. Bodies run as goroutines; body 0 is main, the others are started by at
// most one kSpawn each. No loops: every execution is short.
struct Program {
  static constexpr int kNil = -1;
  std::vector<int> capacities;  // of the channels; kNil: a nil channel
  int mutexes = 0;
  int atomics = 0;
  int wait_groups = 0;
  int rw_mutexes = 0;
  int onces = 0;
  int conds = 0;                   // over mutex 0; or,
  bool cond_over_readers = false;  // over the readers' side of RWMutex 0
  bool spurious_try_lock = false;  // TryLock may fail for no reason
  // What goroutines may stop and reset: at most one of each, set by main before anything else; 0: there is none.
  enum Shared { kTimer, kTicker, kFunc };  // kFunc: an AfterFunc that adds 100 to the first atomic
  int shared[3] = {0, 0, 0};               // milliseconds
  // A context, to be cancelled; 0: there is none, above: it has a deadline so many milliseconds away as well.
  enum { kNoContext = 0, kNoDeadline = -1 };
  int context = kNoContext;
  std::vector<std::vector<Instruction>> bodies;
  bool join = true;  // main ends with join_all(); otherwise it just ends

  size_t size() const;  // instructions
};

std::string ToString(const Program& program);

// The n-th program of an endless, fixed sequence; with `more`, its programs have so many instructions more.
Program Generate(uint64_t n, int more = 0);

// Removes what it can while `fails` stays true.
template <class F>
Program Shrink(Program program, const F& fails) {
  const auto keep = [&](const Program& smaller) {
    if (!fails(smaller)) return false;
    program = smaller;
    return true;
  };
  for (bool progress = true; progress;) {
    progress = false;
    for (size_t b = 0; b < program.bodies.size(); ++b) {
      for (size_t i = 0; i < program.bodies[b].size();) {
        Program smaller = program;
        smaller.bodies[b].erase(smaller.bodies[b].begin() + static_cast<std::ptrdiff_t>(i));
        if (keep(smaller)) {
          progress = true;
          continue;
        }
        for (size_t c = 0; c < program.bodies[b][i].cases.size();) {
          smaller = program;
          auto& cases = smaller.bodies[b][i].cases;
          cases.erase(cases.begin() + static_cast<std::ptrdiff_t>(c));
          if (keep(smaller)) {
            progress = true;
          } else {
            ++c;
          }
        }
        ++i;
      }
    }
  }
  return program;
}

}  // namespace plait::explore::oracle

#endif  // PLAIT_EXPLORER_ORACLE_PROGRAM_H_
