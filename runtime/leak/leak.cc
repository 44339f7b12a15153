#include "plait/runtime/leak/leak.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>
#include <utility>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/time/sleep.h"

namespace plait::leak {

struct Option::All {
  std::vector<std::function<bool(const GoroutineTrace&)>> ignore;
  std::function<void(int)> cleanup;
  bool run_on_failure = false;
};

namespace {

using namespace std::chrono_literals;

constexpr int kRetries = 20;
constexpr std::chrono::microseconds kFirstPause = 1us;
constexpr std::chrono::microseconds kLongestPause = 100ms;

Option Ignore(std::function<bool(const GoroutineTrace&)> ignore) {
  return Option([ignore = std::move(ignore)](Option::All& all) { all.ignore.push_back(ignore); });
}

Option::All Together(Options options) {
  Option::All all;
  for (const Option& option : options) option.Apply(all);
  return all;
}

std::vector<GoroutineTrace> LeftBut(const Option::All& all) {
  const G* self = CurrentG();
  std::vector<GoroutineTrace> left;
  for (GoroutineTrace& trace : Goroutines()) {
    const bool ignored = std::any_of(all.ignore.begin(), all.ignore.end(), [&](const auto& f) { return f(trace); });
    if (!ignored && (self->is_thread || trace.id != self->id)) left.push_back(std::move(trace));
  }
  return left;
}

std::string FindBut(const Option::All& all) {
  std::vector<GoroutineTrace> left = LeftBut(all);
  auto pause = kFirstPause;
  for (int i = 0; i < kRetries && !left.empty(); ++i) {
    time::Sleep(std::min(pause, kLongestPause));
    pause *= 2;
    left = LeftBut(all);
  }
  if (left.empty()) return {};
  std::string text = "found unexpected goroutines:\n[";
  for (const GoroutineTrace& trace : left) {
    if (&trace != left.data()) text += " ";
    text += "Goroutine " + std::to_string(trace.id) + " in state " + trace.state + ", with " +
            (trace.frames.empty() ? std::string("nothing") : trace.frames[0].function) + " on top of the stack:\n" +
            TextOf(trace);
  }
  return text + "]";
}

}  // namespace

Option IgnoreTopFunction(std::string function) {
  return Ignore([function = std::move(function)](const GoroutineTrace& trace) {
    return !trace.frames.empty() && trace.frames[0].function == function;
  });
}

Option IgnoreAnyFunction(std::string function) {
  return Ignore([function = std::move(function)](const GoroutineTrace& trace) {
    return std::any_of(trace.frames.begin(), trace.frames.end(),
                       [&function](const StackFrame& frame) { return frame.function == function; });
  });
}

Option IgnoreCreatedBy(std::string function) {
  return Ignore([function = std::move(function)](const GoroutineTrace& trace) { return trace.created_by == function; });
}

Option IgnoreCurrent() {
  std::set<uint64_t> ids;
  for (const GoroutineTrace& trace : Goroutines()) ids.insert(trace.id);
  return Ignore([ids = std::move(ids)](const GoroutineTrace& trace) { return ids.count(trace.id) != 0; });
}

Option Cleanup(std::function<void(int)> f) {
  return Option([f = std::move(f)](Option::All& all) { all.cleanup = f; });
}

Option RunOnFailure() {
  return Option([](Option::All& all) { all.run_on_failure = true; });
}

std::vector<GoroutineTrace> Left(Options options) { return LeftBut(Together(options)); }

std::string Find(Options options) {
  const Option::All all = Together(options);
  if (all.cleanup) return "Cleanup can only be passed to VerifyNone or VerifyTestMain";
  if (all.run_on_failure) return "RunOnFailure can only be passed to VerifyTestMain";
  return FindBut(all);
}

Report VerifyNoneReport(Options options) {
  const Option::All all = Together(options);
  if (all.run_on_failure) return {"RunOnFailure can only be passed to VerifyTestMain", all.cleanup};
  return {FindBut(all), all.cleanup};
}

int VerifyTestMain(const std::function<int()>& run, Options options) {
  int status = run();
  const Option::All all = Together(options);
  if (status == 0 || all.run_on_failure) {
    const std::string error = FindBut(all);
    if (!error.empty()) {
      std::fprintf(stderr, "leak: after %s test run: %s\n", status == 0 ? "a successful" : "an unsuccessful",
                   error.c_str());
      if (status == 0) status = 1;
    }
  }
  if (all.cleanup) all.cleanup(status);
  return status;
}

}  // namespace plait::leak
