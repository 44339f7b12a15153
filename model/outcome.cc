#include "plait/model/outcome.h"

#include <ostream>
#include <string_view>
#include <utility>

namespace plait::model {
namespace {

std::string Bool(bool b) { return b ? "true" : "false"; }

const char* ErrText(int value) {
  switch (value) {
    case kErrNil:
      return "nil";
    case kErrCanceled:
      return "Canceled";
    default:
      return "DeadlineExceeded";
  }
}

// One result, after the name of its operation.
std::string ResultText(const Program& program, const Op& op, const Result& r) {
  const std::string received = " = " + std::to_string(r.value) + ", " + Bool(r.ok);
  switch (op.kind) {
    case OpKind::kRecv:
    case OpKind::kRange:
      return ToString(program, op.cases[0]) + received;
    case OpKind::kErr:
      return ToString(program, op) + " = " + ErrText(r.value);
    case OpKind::kRecover:
      return ToString(program, op) + " = " + (r.value == 0 ? "nil" : PanicText(r.value - 1));
    case OpKind::kSelect: {
      if (r.chosen == kDefaultCase) return "select default";
      const bool known = r.chosen >= 0 && static_cast<size_t>(r.chosen) < op.cases.size();
      if (!known) break;  // an outcome of some other program
      const Case& c = op.cases[static_cast<size_t>(r.chosen)];
      return "select case " + std::to_string(r.chosen) + " (" + ToString(program, c) +
             (c.dir == Dir::kRecv ? received : "") + ")";
    }
    default:
      if (HasResult(op.kind)) return ToString(program, op) + " = " + std::to_string(r.value);
      break;
  }
  return ToString(program, op) + " = ?";
}

std::string ResultText(const Result& r) {
  std::string text = "#" + std::to_string(r.op);
  if (r.chosen == kDefaultCase) return text + "=default";
  if (r.chosen != kNoCase) text += "=case" + std::to_string(r.chosen);
  return text + (r.chosen == kNoCase ? "=" : ":") + std::to_string(r.value) + "," + Bool(r.ok);
}

std::string EndText(const Program* program, size_t g, const GoroutineOutcome& outcome) {
  std::string op = "#" + std::to_string(outcome.op);
  std::string wait = " ";
  if (program != nullptr && g < program->goroutines.size()) {
    const Body& body = program->goroutines[g];
    if (outcome.op >= 0 && static_cast<size_t>(outcome.op) < body.size()) {
      op = ToString(*program, body[static_cast<size_t>(outcome.op)]);
      wait = " in " + WaitReason(*program, body[static_cast<size_t>(outcome.op)]) + ": ";
    }
  }
  switch (outcome.end) {
    case End::kNotStarted:
      return "not started";
    case End::kReturned:
      return "returned";
    case End::kPanicked:
      return "panicked in " + op + ": " + outcome.text;
    case End::kBlocked:
      return "blocked" + wait + op;
    case End::kGoexit:
      return "exited";
    case End::kFatal:
      return "fatal error in " + op + ": " + outcome.text;
    case End::kCutOff:
      return "cut off";
  }
  return "?";
}

std::string Text(const Program* program, const Outcome& outcome) {
  std::string text;
  for (size_t g = 0; g < outcome.goroutines.size(); ++g) {
    const GoroutineOutcome& goroutine = outcome.goroutines[g];
    text += GoroutineName(static_cast<int>(g)) + ": ";
    for (const Result& r : goroutine.results) {
      const bool known = program != nullptr && g < program->goroutines.size() && r.op >= 0 &&
                         static_cast<size_t>(r.op) < program->goroutines[g].size();
      text += known ? ResultText(*program, program->goroutines[g][static_cast<size_t>(r.op)], r) + "; "
                    : ResultText(r) + " ";
    }
    text += EndText(program, g, goroutine) + "\n";
  }
  return text + ToString(outcome.verdict) + "\n";
}

}  // namespace

std::string PanicText(int number) {
  return number < kPanicTextCount ? kPanicTexts[number] : std::to_string(number - kPanicTextCount);
}

int PanicNumber(const std::string& text) {
  for (int number = 0; number <= kPanicTextCount + kMaxPanic; ++number) {
    if (PanicText(number) == text) return number;
  }
  return -1;
}

Result Received(int op, int value) { return Result{.op = op, .value = value, .ok = true}; }
Result ReceivedClosed(int op) { return Result{.op = op}; }
Result Count(int op, int count) { return Result{.op = op, .value = count}; }
Result Chose(int op, int chosen) { return Result{.op = op, .chosen = chosen}; }
Result ChoseRecv(int op, int chosen, int value) {
  return Result{.op = op, .chosen = chosen, .value = value, .ok = true};
}
Result ChoseRecvClosed(int op, int chosen) { return Chose(op, chosen); }

GoroutineOutcome Returned(std::vector<Result> results) { return GoroutineOutcome{.results = std::move(results)}; }
GoroutineOutcome Panicked(int op, std::string text, std::vector<Result> results) {
  return GoroutineOutcome{.results = std::move(results), .end = End::kPanicked, .op = op, .text = std::move(text)};
}
GoroutineOutcome Blocked(int op, std::vector<Result> results) {
  return GoroutineOutcome{.results = std::move(results), .end = End::kBlocked, .op = op};
}
GoroutineOutcome Exited(std::vector<Result> results) {
  return GoroutineOutcome{.results = std::move(results), .end = End::kGoexit};
}
GoroutineOutcome DiedFatally(int op, std::string text) {
  return GoroutineOutcome{.end = End::kFatal, .op = op, .text = std::move(text)};
}
GoroutineOutcome NotStarted() { return GoroutineOutcome{.end = End::kNotStarted}; }
GoroutineOutcome CutOff() { return GoroutineOutcome{.end = End::kCutOff}; }

Outcome Judge(std::vector<GoroutineOutcome> goroutines) {
  Verdict verdict = Verdict::kDone;
  for (size_t g = 0; g < goroutines.size(); ++g) {
    if (goroutines[g].end == End::kFatal) {
      verdict = Verdict::kFatal;
      break;
    }
    if (goroutines[g].end == End::kCutOff) verdict = Verdict::kExited;
    if (goroutines[g].end == End::kBlocked && verdict == Verdict::kDone) {
      verdict = g == 0 ? Verdict::kDeadlock : Verdict::kLeak;
    }
  }
  return Outcome{.goroutines = std::move(goroutines), .verdict = verdict};
}

std::string ToString(const Program& program, const Outcome& outcome) { return Text(&program, outcome); }
std::string ToString(const Outcome& outcome) { return Text(nullptr, outcome); }

std::string ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kDone:
      return "done";
    case Verdict::kDeadlock:
      return "deadlock";
    case Verdict::kLeak:
      return "leak";
    case Verdict::kExited:
      return "exited";
    case Verdict::kFatal:
      return "fatal error";
  }
  return "?";
}

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) { return out << ToString(outcome); }

size_t HashValue(const Outcome& outcome) {
  size_t hash = static_cast<size_t>(outcome.verdict);
  const auto mix = [&hash](size_t x) { hash = (hash ^ x) * 0x9e3779b97f4a7c15u + (hash >> 29); };
  for (const GoroutineOutcome& g : outcome.goroutines) {
    mix(static_cast<size_t>(g.end));
    mix(static_cast<size_t>(g.op));
    mix(std::hash<std::string_view>()(g.text));
    for (const Result& r : g.results) {
      mix(static_cast<size_t>(r.op));
      mix(static_cast<size_t>(r.chosen));
      mix(static_cast<size_t>(r.value) * 2 + (r.ok ? 1 : 0));
    }
  }
  return hash;
}

}  // namespace plait::model
