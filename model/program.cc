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
    std::vector<int> sends(program_.channels.size(), 0);
    for (size_t g = 0; g < program_.goroutines.size(); ++g) {
      const Body& body = program_.goroutines[g];
      if (body.size() > kMaxCount) return GoroutineName(static_cast<int>(g)) + ": " + TooMany(kMaxCount, "operations");
      for (size_t i = 0; i < body.size(); ++i) {
        const std::string fault = Check(static_cast<int>(g), body[i], &sends);
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

  std::string Check(int g, const Op& op, std::vector<int>* sends) {
    const bool has_cases =
        op.kind == OpKind::kSend || op.kind == OpKind::kRecv || op.kind == OpKind::kRange || op.kind == OpKind::kSelect;
    if (op.has_default && op.kind != OpKind::kSelect) return "only a select has a default";
    if (has_cases) return CheckCases(op, sends);
    if (!op.cases.empty()) return "only a communication has cases";
    if (op.kind != OpKind::kGo) return InRange(op.object, program_.channels.size()) ? "" : "no such channel";
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

std::string Validate(const Program& program) { return Validator(program).Run(); }

}  // namespace plait::model
