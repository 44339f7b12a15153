// A program is data: channels and other objects, and goroutines that are lists of operations on them.
//
//   Program p;
//   p.channels = {Chan(0), Chan(2), NilChan()};
//   p.goroutines = {
//       {Go(1), Recv(0)},                                      // goroutine 0 is main
//       {SelectOrDefault({CaseSend(0, 7), CaseRecv(1)})},      // goroutine 1
//   };
//   std::puts(ToString(p).c_str());                            // as Go-like text
//
// A goroutine that some Go operation names starts there; one that none names is there from the beginning, as if main
// had started it first. Operations have no expressions and no loops (Range excepted), so every run of a program is
// finite. A panic ends its own goroutine and nothing else: it is recovered at the goroutine's top and recorded.
#ifndef PLAIT_MODEL_PROGRAM_H_
#define PLAIT_MODEL_PROGRAM_H_

#include <cstdint>
#include <string>
#include <vector>

namespace plait::model {

// The two ends of a channel.
enum class Dir : uint8_t { kSend, kRecv };

struct Channel {
  int capacity = 0;
  bool nil = false;
  std::string name = {};  // for printing; "" prints as c<index>
  int of = -1;            // the object whose channel it is (a timer's C, a context's Done), or -1

  bool operator==(const Channel&) const = default;
};

// What is not a plain channel. Timers and contexts have a channel as well, which carries their name in the text: t.C,
// ctx.Done().
enum class ObjectKind : uint8_t {
  kMutex,
  kRWMutex,
  kWaitGroup,
  kOnce,
  kCond,     // of: its mutex, an index into Program::objects
  kInt,      // an atomic integer, 0 at first
  kTimer,    // chan: its channel; armed when the program starts, with deadline `after`
  kFunc,     // an AfterFunc, armed when the program starts: starts goroutine `of` after `after`
  kContext,  // chan: its Done; of: its parent, or -1; after: its timeout, or 0 for none
};

struct Object {
  ObjectKind kind = ObjectKind::kMutex;
  std::string name = {};
  int of = -1;
  int chan = -1;
  int after = 0;  // in units of time

  bool operator==(const Object&) const = default;
};

constexpr int kNoVar = -1;

// One communication: a case of a select, or all of a plain send or receive.
struct Case {
  Dir dir = Dir::kRecv;
  int chan = 0;      // index into Program::channels
  int value = 0;     // what a send sends; within kMinValue..kMaxValue
  int var = kNoVar;  // or the value of this variable

  bool operator==(const Case&) const = default;
};

enum class OpKind : uint8_t {
  kGo,      // go g
  kSend,    // c <- v
  kRecv,    // v, ok := <-c
  kRange,   // for v := range c {}
  kSelect,  // select { cases }, and default if has_default
  kClose,   // close(c)
  kLen,     // len(c)
  kCap,     // cap(c)

  // Of an object, which is an index into Program::objects.
  kLock,            // mu.Lock(), of a Mutex or RWMutex
  kUnlock,          // mu.Unlock()
  kTryLock,         // mu.TryLock(): 1 or 0
  kRLock,           // mu.RLock()
  kRUnlock,         // mu.RUnlock()
  kTryRLock,        // mu.TryRLock(): 1 or 0
  kAddWait,         // wg.Add(arg)
  kWait,            // wg.Wait()
  kOnce,            // once.Do(func() { ... kOnceEnd }); goes to `target`, past the end, if it is done
  kOnceEnd,         // }
  kCondWait,        // cond.Wait()
  kSignal,          // cond.Signal()
  kBroadcast,       // cond.Broadcast()
  kLoad,            // x.Load()
  kStore,           // x.Store(arg)
  kAdd,             // x.Add(arg): the new value
  kSwap,            // x.Swap(arg): the old value
  kCompareAndSwap,  // x.CompareAndSwap(old, arg): 1 or 0
  kStop,            // t.Stop(): 1 or 0
  kReset,           // t.Reset(arg): 1 or 0
  kCancel,          // cancel(), of a context
  kErr,             // ctx.Err(): kErrNil, kErrCanceled, kErrDeadline

  // Of no object.
  kSleep,    // time.Sleep(arg)
  kPanic,    // panic(arg), 0 <= arg <= kMaxPanic
  kRecover,  // recover(): 0, or 1 + the number of the panic's text (PanicText)
  kGoexit,   // runtime.Goexit()
  kReturn,   // return
  kGosched,  // runtime.Gosched()

  // No steps of their own.
  kIf,    // goes on if `field` of variable `var` compares so with arg, else to `target`
  kJump,  // to `target`
};

// Which part of a result a variable is.
enum class Field : uint8_t { kValue, kOk, kChosen };
enum class Compare : uint8_t { kEqual, kNotEqual, kLess };
bool Holds(Compare compare, int left, int right);

constexpr int kErrNil = 0;
constexpr int kErrCanceled = 1;
constexpr int kErrDeadline = 2;
constexpr int kMaxPanic = 99;

struct Op {
  OpKind kind = OpKind::kSelect;
  int object = -1;               // kClose, kLen, kCap: the channel; kGo: the goroutine; else an object
  std::vector<Case> cases = {};  // kSend, kRecv, kRange: exactly one; kSelect: any number, none included
  bool has_default = false;      // kSelect only
  int arg = 0;
  int old = 0;                        // kCompareAndSwap
  int var = kNoVar;                   // kIf: the variable; kStore, kAdd, kSwap: a variable instead of arg
  Field field = Field::kValue;        // kIf
  Compare compare = Compare::kEqual;  // kIf
  int target = -1;                    // where a jump leads: an index greater than this operation's own
  bool deferred = false;              // runs when its goroutine ends in whatever way, the last one first (PANIC-01)
  std::string name = {};              // of the variable that it sets, "" for none
  std::string ok_name = {};           // of the one that is its ok

  bool operator==(const Op&) const = default;
};

using Body = std::vector<Op>;

struct Program {
  std::vector<Channel> channels = {};
  std::vector<Object> objects = {};
  std::vector<Body> goroutines = {};  // [0] is main

  // True: when main has done its operations it waits for all others, and the outcome is what is so when nothing can
  // move. False: Go's rule, the process ends when main does (GO-05), whatever the others are at.
  bool main_joins_all = true;

  bool operator==(const Program&) const = default;
};

// A state keeps values in 16 bits, and counts and indices in 8.
constexpr int kMinValue = -32768;
constexpr int kMaxValue = 32767;
constexpr int kMaxCount = 250;  // goroutines; operations of one; send cases on one channel
constexpr int kMaxCases = 120;  // cases of one select

// Makers, one for each thing.
Channel Chan(int capacity, std::string name = "");
Channel NilChan(std::string name = "");
Case CaseSend(int chan, int value);
Case CaseRecv(int chan);
Op Go(int goroutine);
Op Send(int chan, int value);
Op Recv(int chan);
Op Range(int chan);
Op Select(std::vector<Case> cases);
Op SelectOrDefault(std::vector<Case> cases);
Op TrySend(int chan, int value);  // select { case c <- v: default: }
Op TryRecv(int chan);             // select { case v, ok := <-c: default: }
Op Close(int chan);
Op Len(int chan);
Op Cap(int chan);

// "" for a well-formed program, else what is wrong with it and where, for a person.
std::string Validate(const Program& program);

// Readable Go-like text. The first is the whole program; the others are pieces of it.
std::string ToString(const Program& program);
std::string ToString(const Program& program, const Op& op);
std::string ToString(const Program& program, const Case& c);
std::string ChannelName(const Program& program, int chan);
std::string GoroutineName(int goroutine);  // main, g1, g2...

// Whether an operation of this kind finds something out, and so leaves a result.
bool HasResult(OpKind kind);
// Whether it may wait.
bool MayWait(OpKind kind);

// What Go's goroutine dump says a goroutine blocked in op waits for: "chan send", "chan receive (nil chan)",
// "select"... A select of one case without default waits as the plain operation does (SEL-09).
std::string WaitReason(const Program& program, const Op& op);

}  // namespace plait::model

#endif  // PLAIT_MODEL_PROGRAM_H_
