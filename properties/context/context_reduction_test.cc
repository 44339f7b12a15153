// The proof by test behind the footprints of contexts (explorer/touches.cc, TouchTree): on random programs, what the
// reduced exploration finds is what plain enumeration finds, at both granularities, and both find the same.

#include <cstdint>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "plait/explore.h"
#include "plait/explorer/execution.h"
#include "plait/runtime/sched/random.h"

namespace plait {
namespace {

using namespace plait::explore;
using context::Context;

struct Instruction {
  enum Kind { kCancel, kErr, kCause, kPoll, kRecv, kSelect, kMake, kTimed, kAfter, kStop, kStep, kNow } kind;
  int on = 0;  // which context, of those that the program begins with
};

constexpr const char* kNames[] = {"cancel", "Err",        "Cause", "poll", "<-Done", "select",
                                  "make",   "make timed", "after", "stop", "step",   "Now"};

// Contexts 0 to 3: a root, a child, a child of that, another child of the root; some of them with a deadline.
struct Program {
  std::vector<std::vector<Instruction>> bodies;
  int timed = -1;  // which one has a deadline
  std::string Text() const {
    std::string text = "timed " + std::to_string(timed);
    for (const auto& body : bodies) {
      text += "\n ";
      for (const Instruction& in : body) text += std::string(" ") + kNames[in.kind] + " " + std::to_string(in.on) + ";";
    }
    return text;
  }
};

Program Generate(uint64_t n) {
  sched::Random random(n + 1);
  for (int i = 0; i < 8; ++i) random.Next();
  const auto below = [&random](uint32_t k) { return static_cast<int>(random.Below(k)); };
  Program program;
  program.timed = below(3) == 0 ? below(4) : -1;
  const int goroutines = 2 + below(2);
  int budget = goroutines == 2 ? 6 : 5;
  program.bodies.resize(static_cast<size_t>(goroutines));
  for (auto& body : program.bodies) body.push_back({Instruction::kCancel, below(4)}), --budget;
  for (; budget > 0; --budget) {
    auto& body = program.bodies[static_cast<size_t>(below(static_cast<uint32_t>(goroutines)))];
    body.insert(body.begin() + below(static_cast<uint32_t>(body.size()) + 1),
                {static_cast<Instruction::Kind>(below(12)), below(4)});
  }
  if (below(2) == 0) program.bodies[0].erase(program.bodies[0].begin());  // fewer cancellations, more that waits
  return program;
}

std::string Word(const error& err) { return err ? err.Error().substr(8, 3) : "nil"; }

class Run {
 public:
  explicit Run(const Program& program) : program_(program) {}

  void Main() {
    logs_.assign(program_.bodies.size(), "");
    ran_.assign(program_.bodies.size(), {});
    contexts_.clear();
    std::vector<context::CancelFunc> cancels;
    for (int i = 0; i < 4; ++i) {
      constexpr int kParent[] = {-1, 0, 1, 0};
      const Context parent = i == 0 ? context::Background() : contexts_[static_cast<size_t>(kParent[i])];
      auto made = program_.timed == i ? context::WithTimeout(parent, std::chrono::seconds(1 + i % 2))
                                      : context::WithCancel(parent);
      contexts_.push_back(made.ctx);
      cancels.push_back(made.cancel);
    }
    const auto contexts = contexts_;
    contexts_.clear();
    for (size_t b = 0; b < program_.bodies.size(); ++b) {
      go([this, b, contexts, cancels] { Body(b, contexts, cancels); });
    }
  }

  std::string Log() const {
    std::string text;
    for (size_t b = 0; b < logs_.size(); ++b) {
      text += logs_[b];
      for (const std::string& ran : ran_[b]) text += " ran:" + ran;
      text += "|";
    }
    return text;
  }

 private:
  static bool Unwinding() { return CurrentG()->controller->Unwinding(); }

  void Body(size_t b, const std::vector<Context>& contexts, const std::vector<context::CancelFunc>& cancels) {
    std::string& log = logs_[b];
    context::StopFunc stop;
    std::vector<context::WithCancelResult> made;
    const auto add = [&log](const std::string& what) {
      if (!Unwinding()) log += " " + what;
    };
    sync::atomic::Int64 other;
    for (const Instruction& in : program_.bodies[b]) {
      const Context& ctx = made.empty() ? contexts[static_cast<size_t>(in.on)] : made.back().ctx;
      const auto receive = [&] { ctx.Done().recv(); };
      switch (in.kind) {
        case Instruction::kCancel:
          cancels[static_cast<size_t>(in.on)]();
          break;
        case Instruction::kErr:
          add(Word(ctx.Err()));
          break;
        case Instruction::kCause:
          add(Word(context::Cause(ctx)));
          break;
        case Instruction::kPoll:
          add(Select{recv_case(ctx.Done()), default_case()}.index == 0 ? "done" : "live");
          break;
        case Instruction::kRecv:
          receive();
          break;
        case Instruction::kSelect: {
          const Context& second = contexts[static_cast<size_t>((in.on + 2) % 4)];
          add(std::to_string(Select{recv_case(ctx.Done()), recv_case(second.Done())}.index));
          break;
        }
        case Instruction::kMake:
          made.push_back(context::WithCancel(ctx));
          break;
        case Instruction::kTimed:
          made.push_back(context::WithTimeout(ctx, std::chrono::seconds(1)));
          break;
        case Instruction::kAfter:
          stop = context::AfterFunc(ctx, [this, b, ctx = ctx] { ran_[b].insert(Word(ctx.Err())); });
          break;
        case Instruction::kStop:
          add(stop() ? "stopped" : "not");
          break;
        case Instruction::kStep:
          add(std::to_string(other.Add(1)));
          break;
        case Instruction::kNow:
          add(std::to_string(time::Now().time_since_epoch().count() / 1'000'000'000));
          break;
      }
      if (Unwinding()) return;
    }
    add("end");
  }

  const Program& program_;
  std::vector<Context> contexts_;
  std::vector<std::string> logs_;
  std::vector<std::multiset<std::string>> ran_;  // functions of one body run in any order
};

struct Outcomes {
  std::set<std::string> all;
  bool complete = false;
  uint64_t executions = 0;
};

Outcomes OutcomesOf(const Program& program, Mode mode, Granularity granularity) {
  Outcomes outcomes;
  Run run(program);
  const Result r = Explore(
      "Random", {.mode = mode, .granularity = granularity, .max_executions = 30'000, .stop_at_failure = false},
      [&run] { run.Main(); },
      [&](const Execution& execution) { outcomes.all.insert(VerdictName(execution.verdict()) + run.Log()); });
  outcomes.complete = r.complete;
  outcomes.executions = r.executions;
  return outcomes;
}

std::string Difference(const Outcomes& a, const Outcomes& b) {
  std::string text;
  if (!a.complete || !b.complete) return text;
  for (const std::string& outcome : a.all) {
    if (b.all.count(outcome) == 0) text += "  only the first: " + outcome + "\n";
  }
  for (const std::string& outcome : b.all) {
    if (a.all.count(outcome) == 0) text += "  only the second: " + outcome + "\n";
  }
  return text;
}

// CTX-34, CTX-08: nothing that enumeration finds is lost by the reduction, nor by taking a cancellation for one step.
TEST(ContextReduction, LosesNoOutcome) {
#if defined(PLAIT_TSAN) || defined(__SANITIZE_ADDRESS__)
  constexpr uint64_t kPrograms = 20;
#else
  constexpr uint64_t kPrograms = 150;
#endif
  uint64_t cut = 0, reduced_runs = 0, all_runs = 0;
  for (uint64_t n = 0; n < kPrograms; ++n) {
    const Program program = Generate(n);
    const Outcomes user = OutcomesOf(program, Mode::kExhaustive, Granularity::kUser);
    const Outcomes all_user = OutcomesOf(program, Mode::kEnumerate, Granularity::kUser);
    const Outcomes runtime = OutcomesOf(program, Mode::kExhaustive, Granularity::kRuntime);
    const Outcomes all_runtime = OutcomesOf(program, Mode::kEnumerate, Granularity::kRuntime);
    cut += !all_runtime.complete;
    reduced_runs += user.executions;
    all_runs += all_user.executions;
    ASSERT_TRUE(user.complete && all_user.complete && runtime.complete) << n << "\n" << program.Text();
    EXPECT_EQ(Difference(user, all_user), "") << n << "\n" << program.Text();
    EXPECT_EQ(Difference(runtime, all_runtime), "") << n << "\n" << program.Text();
    EXPECT_EQ(Difference(user, runtime), "") << n << "\n" << program.Text();
    if (HasFailure()) return;
  }
  std::printf("%lu classes for %lu schedules; %lu programs too large for runtime granularity\n", reduced_runs, all_runs,
              cut);
  EXPECT_LE(cut, kPrograms / 4);
}

}  // namespace
}  // namespace plait
