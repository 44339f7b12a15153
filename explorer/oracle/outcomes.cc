#include "plait/explorer/oracle/outcomes.h"

#include <cstdlib>

#include "plait/explorer/execution.h"
#include "plait/explorer/oracle/interpreter.h"

namespace plait::explore::oracle {
namespace {

// "... [G3]" with the body in place of the number.
std::string WithBody(std::string text, const Interpreter& interpreter) {
  const size_t at = text.rfind("[G");
  if (at == std::string::npos) return text;
  return text.substr(0, at) + "[body " + std::to_string(interpreter.BodyOf(std::atoi(text.c_str() + at + 2))) + "]";
}

}  // namespace

Outcomes OutcomesOf(const Program& program, Strategy& strategy, Granularity granularity, uint64_t limit) {
  Outcomes outcomes;
  Execution execution(Options{.granularity = granularity, .spurious_try_lock = program.spurious_try_lock});
  Interpreter interpreter(program);
  const std::function<void()> body = [&interpreter] { interpreter.RunMain(); };
  for (uint64_t runs = 0; runs < limit; ++runs) {
    strategy.Begin();
    if (execution.Run(body, strategy, /*record=*/false)) {
      ++outcomes.executions;
      std::string outcome = VerdictName(execution.verdict());
      switch (execution.verdict()) {
        case Verdict::kNone:
        case Verdict::kDeadlock:
        case Verdict::kLeak:
          outcome += interpreter.Log();
          break;
        default:
          outcome += ": " + WithBody(execution.verdict_text(), interpreter);
          break;
      }
      outcomes.all.insert(std::move(outcome));
    } else {
      ++outcomes.redundant;
    }
    if (!strategy.Next()) {
      outcomes.complete = true;
      break;
    }
    if (strategy.BegunAnew()) {
      outcomes = {.all = std::move(outcomes.all), .begun_anew = true};
    }
  }
  return outcomes;
}

std::string Missing(const Outcomes& a, const Outcomes& b) {
  std::string text;
  for (const std::string& outcome : a.all) {
    if (b.all.count(outcome) == 0) text += "  " + outcome + "\n";
  }
  return text;
}

}  // namespace plait::explore::oracle
