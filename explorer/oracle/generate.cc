// Random programs, small enough to be enumerated and dense enough to collide: few objects, several goroutines on each.

#include <algorithm>

#include "plait/explorer/oracle/program.h"
#include "plait/runtime/sched/random.h"

namespace plait::explore::oracle {
namespace {

class Generator {
 public:
  explicit Generator(uint64_t n) : random_(n + 1), theme_(static_cast<Theme>(n % kThemes)) {
    for (int i = 0; i < 8; ++i) random_.Next();  // neighbouring seeds begin alike
  }

  Program Make(int more) {
    MakeObjects();
    const bool small = theme_ == kConds || theme_ == kTimers || theme_ == kContexts;
    const int goroutines = theme_ == kMeetings ? 4 : small ? 2 + Below(2) : 2 + Below(3);
    const int budget = (goroutines == 4 ? 5 : small ? 4 : 6) + more;  // a Wait comes with its lock
    program_.bodies.resize(static_cast<size_t>(goroutines));
    std::vector<int> lengths(program_.bodies.size(), 0);
    for (size_t b = 1; b < lengths.size(); ++b) lengths[b] = 1;
    for (int left = budget - (goroutines - 1); left > 0; --left) ++lengths[static_cast<size_t>(Below(goroutines))];
    for (size_t b = 0; b < lengths.size(); ++b) MakeBody(static_cast<int>(b), lengths[b]);
    // The others are mostly started by main before anything else, sometimes in the middle of another one.
    for (int b = goroutines - 1; b > 0; --b) {
      const int parent = Below(5) == 0 ? Below(b) : 0;
      auto& body = program_.bodies[static_cast<size_t>(parent)];
      const int at = parent == 0 && Below(4) != 0 ? 0 : Below(static_cast<int>(body.size()) + 1);
      body.insert(body.begin() + at, Instruction{.kind = Instruction::kSpawn, .object = b});
    }
    if (program_.wait_groups > 0 && Below(2) == 0) {
      auto& main = program_.bodies[0];
      main.insert(main.begin(), Instruction{.kind = Instruction::kWaitGroupAdd, .value = 1 + Below(2)});
    }
    program_.join = Below(4) != 0;
    return std::move(program_);
  }

 private:
  // What most of a program is about.
  enum Theme {
    kChannels,
    kSelects,
    kTime,
    kMutexes,
    kWaitGroups,
    kAtomics,
    kMixed,
    kMeetings,
    kWaitingWithTime,
    kReaders,
    kOnces,
    kConds,
    kTimers,
    kContexts
  };
  static constexpr int kThemes = 14;

  int Below(int n) { return static_cast<int>(random_.Below(static_cast<uint32_t>(n))); }

  void MakeObjects() {
    constexpr int kCapacities[] = {0, 0, 0, 1, 1, 2, 2, 0, 1, Program::kNil};
    const bool channels = theme_ != kMutexes && theme_ != kAtomics && theme_ != kWaitingWithTime && theme_ < kReaders;
    for (int i = channels ? 1 + Below(3) : 0; i > 0; --i) program_.capacities.push_back(kCapacities[Below(10)]);
    if (theme_ == kMeetings) program_.capacities = {0, Below(2), 1};
    if (theme_ == kMixed || theme_ == kWaitingWithTime) program_.mutexes = program_.atomics = program_.wait_groups = 1;
    if (theme_ == kMutexes) program_.mutexes = 1 + Below(2), program_.atomics = Below(2);
    if (theme_ == kAtomics) program_.atomics = 2;
    if (theme_ == kWaitGroups) program_.wait_groups = 1;
    if (theme_ == kReaders) program_.rw_mutexes = 1 + Below(5) / 4;
    if (theme_ == kOnces) program_.onces = 1 + Below(2), program_.atomics = 1;
    if (theme_ == kConds) {
      program_.conds = program_.mutexes = program_.rw_mutexes = 1;
      program_.cond_over_readers = Below(3) == 0;
    }
    program_.spurious_try_lock = (theme_ == kReaders || theme_ == kMutexes) && Below(4) == 0;
    if (theme_ == kTimers) {
      program_.capacities = {Below(2)};
      program_.atomics = 1;
      const int first = Below(3), second = Below(3);  // one, or two different ones
      program_.shared[first] = 1 + Below(2);
      program_.shared[second] = 1 + Below(2);
    }
    if (theme_ == kContexts) {
      program_.capacities = {Below(2)};
      program_.context = Below(3) == 0 ? 1 + Below(2) : Program::kNoDeadline;
    }
  }

  int RandomChan() { return Below(static_cast<int>(program_.capacities.size())); }

  void MakeBody(int b, int length) {
    body_ = b;
    auto& body = program_.bodies[static_cast<size_t>(b)];
    while (static_cast<int>(body.size()) < length) {
      if (length - static_cast<int>(body.size()) > 1 && Below(10) == 0) {
        body.push_back({.kind = Instruction::kSkipUnless, .value = Below(2)});
      }
      AddOne(body);
    }
  }

  void AddOne(std::vector<Instruction>& body) {
    switch (theme_) {
      case kChannels:
        return AddChannel(body, 12, 2);
      case kSelects:
        return AddChannel(body, 4, 10);
      case kTime:
        return Below(2) == 0 ? AddTime(body) : AddChannel(body, 4, 8);
      case kMutexes:
        return Below(4) != 0 || program_.atomics == 0 ? AddMutex(body) : AddAtomic(body);
      case kWaitGroups:
        return Below(3) != 0 ? AddWaitGroup(body) : AddChannel(body, 8, 4);
      case kAtomics:
        return AddAtomic(body);
      case kMeetings:
        return Below(5) == 0 ? AddChannel(body, 4, 0) : AddSelect(body);
      case kTimers:
        return Below(5) != 0 ? AddTimers(body) : AddChannel(body, 4, 2);
      case kWaitingWithTime:
        return Below(3) == 0 ? AddTime(body) : Below(2) == 0 ? AddMutex(body) : AddWaitGroup(body);
      case kReaders:
        return AddReaders(body);
      case kOnces:
        return Below(3) == 0 ? AddAtomic(body) : AddOnce(body);
      case kConds:
        return AddCond(body);
      case kContexts:
        return Below(4) != 0 ? AddContext(body) : AddChannel(body, 4, 2);
      default:
        switch (Below(6)) {
          case 0:
            return AddMutex(body);
          case 1:
            return AddAtomic(body);
          case 2:
            return AddWaitGroup(body);
          case 3:
            return AddTime(body);
          default:
            return AddChannel(body, 5, 5);
        }
    }
  }

  void AddChannel(std::vector<Instruction>& body, int plain, int select) {
    const int value = NewValue();
    const int chan = RandomChan();
    const int pick = Below(plain + select + 4);
    if (pick < plain) {
      body.push_back({.kind = Below(2) == 0 ? Instruction::kSend : Instruction::kRecv, .object = chan, .value = value});
    } else if (pick < plain + select) {
      AddSelect(body);
    } else if (Below(4) == 0) {
      body.push_back({.kind = Instruction::kChoose, .value = 2});
    } else {
      body.push_back({.kind = Below(9) < 4 ? Instruction::kLen : Instruction::kClose, .object = chan});
    }
  }

  void AddSelect(std::vector<Instruction>& body) {
    Instruction in{.kind = Instruction::kSelect};
    const int n = theme_ == kMeetings ? 2 : 1 + Below(5) / 2;
    for (int i = 0; i < n; ++i) in.cases.push_back({Below(2) == 0, RandomChan(), NewValue()});
    if (theme_ == kTime && Below(2) == 0) in.cases.push_back({false, kTimerChan, 0});
    in.has_default = Below(theme_ == kMeetings ? 8 : n == 1 ? 3 : 4) == 0;
    body.push_back(std::move(in));
  }

  void AddTime(std::vector<Instruction>& body) {
    constexpr Instruction::Kind kKinds[] = {Instruction::kSleep, Instruction::kAfter, Instruction::kAfter,
                                            Instruction::kRecv, Instruction::kNow};
    const Instruction::Kind kind = kKinds[Below(5)];
    body.push_back({.kind = kind, .object = kind == Instruction::kRecv ? kTimerChan : 0, .value = 1 + Below(2)});
  }

  // Everything that can be done to the shared timer, ticker or AfterFunc, and what can tell.
  void AddTimers(std::vector<Instruction>& body) {
    int which = Below(3);
    while (program_.shared[which] == 0) which = (which + 1) % 3;
    const int chan = which == Program::kTimer ? kSharedTimerChan : kTickerChan;
    switch (Below(8)) {
      case 0:
      case 1:
        body.push_back({.kind = Instruction::kStop, .object = which});
        return;
      case 2:
        body.push_back({.kind = Instruction::kReset, .object = which, .value = 1 + Below(2)});
        return;
      case 3:
        body.push_back({.kind = which == Program::kTicker ? Instruction::kNow : Instruction::kReset, .object = which});
        return;
      case 4:
        return AddTime(body);
      default:
        break;
    }
    if (which == Program::kFunc) {
      body.push_back({.kind = Below(2) == 0 ? Instruction::kLoad : Instruction::kAdd, .value = 1});
    } else if (Below(2) == 0) {
      body.push_back({.kind = Instruction::kRecv, .object = chan});
    } else {
      Instruction in{.kind = Instruction::kSelect, .cases = {{false, chan, 0}}};
      if (Below(2) == 0) in.cases.push_back({Below(2) == 0, RandomChan(), NewValue()});
      in.has_default = Below(2) == 0;
      body.push_back(std::move(in));
    }
  }

  // Who cancels, who asks, who waits.
  void AddContext(std::vector<Instruction>& body) {
    switch (Below(7)) {
      case 0:
      case 1:
        return body.push_back({.kind = Instruction::kCancel});
      case 2:
      case 3:
        return body.push_back({.kind = Instruction::kErr});
      case 4:
        return body.push_back({.kind = Instruction::kRecv, .object = kDoneChan});
      default: {
        Instruction in{.kind = Instruction::kSelect, .cases = {{false, kDoneChan, 0}}};
        if (Below(3) != 0) in.cases.push_back({Below(2) == 0, RandomChan(), NewValue()});
        in.has_default = Below(3) == 0;
        return body.push_back(std::move(in));
      }
    }
  }

  void AddMutex(std::vector<Instruction>& body) {
    const int mutex = Below(program_.mutexes);
    switch (Below(8)) {
      case 0:
        body.push_back({.kind = Instruction::kUnlock, .object = mutex});
        return;
      case 1:
      case 2:
        body.push_back({.kind = Instruction::kTryLock, .object = mutex});
        if (Below(2) == 0) body.push_back({.kind = Instruction::kUnlockIfHeld, .object = mutex});
        return;
      default:
        body.push_back({.kind = Instruction::kLock, .object = mutex});
        if (Below(4) != 0) body.push_back({.kind = Instruction::kUnlock, .object = mutex});
        return;
    }
  }

  void AddAtomic(std::vector<Instruction>& body) {
    constexpr Instruction::Kind kKinds[] = {Instruction::kLoad, Instruction::kLoad, Instruction::kStore,
                                            Instruction::kAdd, Instruction::kCas};
    const Instruction::Kind kind = kKinds[Below(5)];
    const int value = kind == Instruction::kStore ? NewValue() : 1 + Below(2);
    body.push_back({.kind = kind, .object = Below(program_.atomics), .value = value, .other = Below(3)});
  }

  void AddWaitGroup(std::vector<Instruction>& body) {
    constexpr int kDeltas[] = {1, 1, 1, 2, -1, -1, -1, -2};
    if (Below(3) == 0) {
      body.push_back({.kind = Instruction::kWaitGroupWait});
    } else {
      body.push_back({.kind = Instruction::kWaitGroupAdd, .value = kDeltas[Below(8)]});
    }
  }

  void AddReaders(std::vector<Instruction>& body) {
    const int mutex = Below(program_.rw_mutexes);
    const auto add = [&](Instruction::Kind kind, Instruction::Kind unlock) {
      body.push_back({.kind = kind, .object = mutex});
      if (Below(4) != 0) body.push_back({.kind = unlock, .object = mutex});
    };
    switch (Below(9)) {
      case 0:
        return body.push_back(
            {.kind = Below(2) == 0 ? Instruction::kRUnlock : Instruction::kWriteUnlock, .object = mutex});
      case 1:
      case 2:
        return add(Instruction::kTryRLock, Instruction::kRUnlockIfHeld);
      case 3:
      case 4:
        return add(Instruction::kTryWriteLock, Instruction::kWriteUnlockIfHeld);
      case 5:
      case 6:
        return add(Instruction::kWriteLock, Instruction::kWriteUnlock);
      default:
        return add(Instruction::kRLock, Instruction::kRUnlock);
    }
  }

  void AddOnce(std::vector<Instruction>& body) {
    const int other = Below(6);
    body.push_back({.kind = Instruction::kOnceDo,
                    .object = Below(program_.onces),
                    .value = 1 + Below(2),
                    .other = other <= Instruction::kDoesAgain ? other : 0});
  }

  void AddCond(std::vector<Instruction>& body) {
    using enum Instruction::Kind;
    const bool readers = program_.cond_over_readers;
    switch (Below(8)) {
      case 0:
      case 1:
        return body.push_back({.kind = kCondSignal});
      case 2:
      case 3:
        return body.push_back({.kind = kCondBroadcast});
      case 4:
        return readers ? AddReaders(body) : AddMutex(body);
      default:
        body.push_back({.kind = readers ? kRLock : kLock});
        body.push_back({.kind = kCondWait});
        if (Below(3) != 0) body.push_back({.kind = readers ? kRUnlock : kUnlock});
        return;
    }
  }

  int NewValue() { return body_ * 10 + ++values_; }

  sched::Random random_;
  Theme theme_;
  Program program_;
  int body_ = 0;
  int values_ = 0;
};

}  // namespace

Program Generate(uint64_t n, int more) { return Generator(n).Make(more); }

}  // namespace plait::explore::oracle
