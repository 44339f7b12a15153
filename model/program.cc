#include "plait/model/program.h"

#include <utility>

namespace plait::model {
namespace {

Op Communication(OpKind kind, Case c) { return Op{.kind = kind, .cases = {c}}; }

Op OnObject(OpKind kind, int object) { return Op{.kind = kind, .object = object}; }

bool InRange(int index, size_t size) { return index >= 0 && static_cast<size_t>(index) < size; }

// Checks one program, stopping at the first fault.
class Validator {
 public:
  explicit Validator(const Program& program) : program_(program), starts_(program.goroutines.size(), 0) {}

  std::string Run() {
    if (program_.goroutines.empty()) return "a program needs a main goroutine";
    if (program_.goroutines.size() > kMaxCount) return TooMany(kMaxCount, "goroutines");
    for (size_t c = 0; c < program_.channels.size(); ++c) {
      // CH-01: in Go this panics where the channel is made; here channels exist before the program starts.
      if (program_.channels[c].capacity < 0) return ChannelName(program_, static_cast<int>(c)) + ": negative capacity";
    }
    if (std::string fault = CheckObjects(); !fault.empty()) return fault;
    for (const Object& object : program_.objects) {
      if (object.kind == ObjectKind::kFunc) ++starts_[static_cast<size_t>(object.of)];
    }
    std::vector<int> sends(program_.channels.size(), 0);
    for (size_t g = 0; g < program_.goroutines.size(); ++g) {
      const Body& body = program_.goroutines[g];
      if (body.size() > kMaxCount) return GoroutineName(static_cast<int>(g)) + ": " + TooMany(kMaxCount, "operations");
      for (size_t i = 0; i < body.size(); ++i) {
        const std::string fault = Check(static_cast<int>(g), static_cast<int>(i), body[i], &sends);
        if (!fault.empty())
          return GoroutineName(static_cast<int>(g)) + ", operation " + std::to_string(i) + ": " + fault;
      }
    }
    return "";
  }

 private:
  static std::string TooMany(int limit, const std::string& what) {
    return "more than " + std::to_string(limit) + " " + what;
  }

  std::string CheckOther(int g, int i, const Op& op) const {
    const Body& body = program_.goroutines[static_cast<size_t>(g)];
    if (op.kind == OpKind::kIf || op.kind == OpKind::kJump || op.kind == OpKind::kOnce) {
      if (op.target <= i || static_cast<size_t>(op.target) > body.size()) return "jumps to where it cannot";
    }
    if (op.kind == OpKind::kOnce && body[static_cast<size_t>(op.target) - 1].kind != OpKind::kOnceEnd) {
      return "a Once whose function does not end";
    }
    if (op.kind == OpKind::kIf && !InRange(op.var, static_cast<size_t>(i))) return "no such variable";
    if (op.kind == OpKind::kPanic && (op.arg < 0 || op.arg > kMaxPanic)) return "panics with what is not in 0..99";
    if (op.kind == OpKind::kAddWait && (op.arg < -10 || op.arg > 10)) return "a WaitGroup counts by at most 10 here";
    if (!UsesObject(op.kind)) return "";
    if (!InRange(op.object, program_.objects.size())) return "no such object";
    const ObjectKind kind = program_.objects[static_cast<size_t>(op.object)].kind;
    return Allows(kind, op.kind) ? "" : "not an operation of " + program_.objects[static_cast<size_t>(op.object)].name;
  }

  static bool UsesObject(OpKind kind) { return kind >= OpKind::kLock && kind <= OpKind::kErr; }

  static bool Allows(ObjectKind object, OpKind op) {
    switch (object) {
      case ObjectKind::kMutex:
        return op == OpKind::kLock || op == OpKind::kUnlock || op == OpKind::kTryLock;
      case ObjectKind::kRWMutex:
        return op >= OpKind::kLock && op <= OpKind::kTryRLock;
      case ObjectKind::kWaitGroup:
        return op == OpKind::kAddWait || op == OpKind::kWait;
      case ObjectKind::kOnce:
        return op == OpKind::kOnce || op == OpKind::kOnceEnd;
      case ObjectKind::kCond:
        return op >= OpKind::kCondWait && op <= OpKind::kBroadcast;
      case ObjectKind::kInt:
        return op >= OpKind::kLoad && op <= OpKind::kCompareAndSwap;
      case ObjectKind::kTimer:
        return op == OpKind::kStop || op == OpKind::kReset;
      case ObjectKind::kFunc:
        return op == OpKind::kStop;
      case ObjectKind::kContext:
        return op == OpKind::kCancel || op == OpKind::kErr;
    }
    return false;
  }

  std::string CheckObjects() const {
    for (size_t i = 0; i < program_.objects.size(); ++i) {
      const Object& object = program_.objects[i];
      const bool has_channel = object.kind == ObjectKind::kTimer || object.kind == ObjectKind::kContext;
      if (has_channel && !InRange(object.chan, program_.channels.size())) return object.name + ": no channel";
      if (object.kind == ObjectKind::kCond && !InRange(object.of, i)) return object.name + ": no mutex before it";
      if (object.kind == ObjectKind::kContext && object.of >= static_cast<int>(i)) return object.name + ": no parent";
      if (object.kind == ObjectKind::kFunc && (object.of < 1 || !InRange(object.of, program_.goroutines.size()))) {
        return object.name + ": no such goroutine";
      }
    }
    return "";
  }

  std::string Check(int g, int i, const Op& op, std::vector<int>* sends) {
    const bool has_cases =
        op.kind == OpKind::kSend || op.kind == OpKind::kRecv || op.kind == OpKind::kRange || op.kind == OpKind::kSelect;
    if (op.has_default && op.kind != OpKind::kSelect) return "only a select has a default";
    if (has_cases) return CheckCases(op, sends);
    if (!op.cases.empty()) return "only a communication has cases";
    if (op.kind == OpKind::kClose || op.kind == OpKind::kLen || op.kind == OpKind::kCap) {
      if (!InRange(op.object, program_.channels.size())) return "no such channel";
      return program_.channels[static_cast<size_t>(op.object)].of < 0 ? "" : "not of a timer's or context's channel";
    }
    if (op.kind != OpKind::kGo) return CheckOther(g, i, op);
    if (!InRange(op.object, program_.goroutines.size())) return "no such goroutine";
    if (op.object == 0) return "main cannot be started";
    if (op.object == g) return "a goroutine cannot start itself";
    if (++starts_[static_cast<size_t>(op.object)] > 1) return GoroutineName(op.object) + " is started twice";
    return "";
  }

  std::string CheckCases(const Op& op, std::vector<int>* sends) const {
    if (op.kind != OpKind::kSelect) {
      if (op.cases.size() != 1) return "a send, a receive and a range have exactly one case";
      if ((op.kind == OpKind::kSend) != (op.cases[0].dir == Dir::kSend)) return "wrong direction";
    }
    if (op.cases.size() > kMaxCases) return TooMany(kMaxCases, "cases");
    for (const Case& c : op.cases) {
      if (!InRange(c.chan, program_.channels.size())) return "no such channel";
      if (c.dir == Dir::kRecv) continue;
      if (program_.channels[static_cast<size_t>(c.chan)].of >= 0) return "nobody sends to a timer or context";
      if (c.value < kMinValue || c.value > kMaxValue) return "value " + std::to_string(c.value) + " needs over 16 bits";
      if (++(*sends)[static_cast<size_t>(c.chan)] > kMaxCount) return TooMany(kMaxCount, "sends on one channel");
    }
    return "";
  }

  const Program& program_;
  std::vector<int> starts_;  // by goroutine: Go operations that name it
};

}  // namespace

Channel Chan(int capacity, std::string name) { return Channel{.capacity = capacity, .name = std::move(name)}; }
Channel NilChan(std::string name) { return Channel{.nil = true, .name = std::move(name)}; }
Case CaseSend(int chan, int value) { return Case{.dir = Dir::kSend, .chan = chan, .value = value}; }
Case CaseRecv(int chan) { return Case{.dir = Dir::kRecv, .chan = chan}; }
Op Go(int goroutine) { return OnObject(OpKind::kGo, goroutine); }
Op Send(int chan, int value) { return Communication(OpKind::kSend, CaseSend(chan, value)); }
Op Recv(int chan) { return Communication(OpKind::kRecv, CaseRecv(chan)); }
Op Range(int chan) { return Communication(OpKind::kRange, CaseRecv(chan)); }
Op Select(std::vector<Case> cases) { return Op{.kind = OpKind::kSelect, .cases = std::move(cases)}; }
Op SelectOrDefault(std::vector<Case> cases) {
  return Op{.kind = OpKind::kSelect, .cases = std::move(cases), .has_default = true};
}
Op TrySend(int chan, int value) { return SelectOrDefault({CaseSend(chan, value)}); }
Op TryRecv(int chan) { return SelectOrDefault({CaseRecv(chan)}); }
Op Close(int chan) { return OnObject(OpKind::kClose, chan); }
Op Len(int chan) { return OnObject(OpKind::kLen, chan); }
Op Cap(int chan) { return OnObject(OpKind::kCap, chan); }

bool Holds(Compare compare, int left, int right) {
  switch (compare) {
    case Compare::kEqual:
      return left == right;
    case Compare::kNotEqual:
      return left != right;
    case Compare::kLess:
      return left < right;
  }
  return false;
}

bool HasResult(OpKind kind) {
  switch (kind) {
    case OpKind::kRecv:
    case OpKind::kRange:
    case OpKind::kSelect:
    case OpKind::kLen:
    case OpKind::kCap:
    case OpKind::kTryLock:
    case OpKind::kTryRLock:
    case OpKind::kLoad:
    case OpKind::kAdd:
    case OpKind::kSwap:
    case OpKind::kCompareAndSwap:
    case OpKind::kStop:
    case OpKind::kReset:
    case OpKind::kErr:
    case OpKind::kRecover:
      return true;
    default:
      return false;
  }
}

bool MayWait(OpKind kind) {
  switch (kind) {
    case OpKind::kSend:
    case OpKind::kRecv:
    case OpKind::kRange:
    case OpKind::kSelect:
    case OpKind::kLock:
    case OpKind::kRLock:
    case OpKind::kWait:
    case OpKind::kOnce:
    case OpKind::kCondWait:
    case OpKind::kSleep:
      return true;
    default:
      return false;
  }
}

std::string Validate(const Program& program) { return Validator(program).Run(); }

}  // namespace plait::model
