// ./plait demo: the three functions of abandoned_worker.h, explored. Prints what was found and what was proven; the
// exit status is 1 if anything is not as it says. Takes --plait_replay=TOKEN and the other flags of explored tests.

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>

#include "plait/docs/examples/abandoned_worker.h"
#include "plait/explore.h"
#include "plait/explorer/flags.h"

namespace examples {
namespace {

using explore::Options;
using explore::Result;
using explore::Verdict;

struct Example {
  const char* name;
  void (*body)();
};

// Named as in abandoned_worker_test.cc, so that its tokens are good there as well.
constexpr Example kLeaks = {"AbandonedWorker.Leaks", [] { AskAndLeak(); }};
constexpr Example kBuffer = {"AbandonedWorker.BufferOfOne", [] { AskWithBuffer(); }};
constexpr Example kDone = {"AbandonedWorker.DoneChannel", [] { AskWithDone(); }};

// A coverage line, indented, and broken at its commas to fit 80 columns.
std::string Wrapped(const std::string& coverage) {
  std::string out;
  std::string line = " ";
  for (size_t begin = 0; begin < coverage.size();) {
    const size_t end = std::min(coverage.find(", ", begin), coverage.size() - 1) + 1;
    if (line.size() + 1 + end - begin > 80) {
      out += line + "\n";
      line = " ";
    }
    line += " " + coverage.substr(begin, end - begin);
    begin = end + 1;
  }
  return out + line;
}

bool FindTheLeak() {
  const Options options = explore::WithFlags({});
  const Result found = explore::Explore(kLeaks.name, options, kLeaks.body);
  std::printf("%s  found in:\n%s\n", found.report.c_str(), Wrapped(CoverageLine(found, options)).c_str());
  if (found.verdict != Verdict::kLeak) return false;

  Options replay = options;
  replay.replay = found.token;
  const Result again = explore::Explore(kLeaks.name, replay, kLeaks.body);
  const bool same = again.verdict == found.verdict && again.text == found.text;
  std::printf("\nThe same schedule, run again from its token: %s.\n  %s\n", same ? "it leaks again" : "NOT THE SAME",
              again.text.c_str());
  return same;
}

bool Prove(const Example& example) {
  const Options options = explore::WithFlags({});
  const Result result = explore::Explore(example.name, options, example.body);
  const bool proven = result.verdict == Verdict::kNone && result.complete;
  std::printf("%s%s: %s\n%s\n", result.report.c_str(), example.name, proven ? "proven" : "NOT PROVEN",
              Wrapped(CoverageLine(result, options)).c_str());
  return proven;
}

int Demo() {
  std::puts("1. A function asks a worker, and gives up after a second.\n");
  bool as_stated = FindTheLeak();
  std::puts("\n2. The same with a buffer of one: the worker's send never waits.\n");
  as_stated &= Prove(kBuffer);
  std::puts("\n3. The same with a done channel, closed when nobody waits any more.\n");
  as_stated &= Prove(kDone);
  std::puts("\nThe three programs: docs/examples/abandoned_worker.h");
  if (!as_stated) std::puts("SOMETHING ABOVE IS NOT AS STATED.");
  return as_stated ? 0 : 1;
}

int Replay(const std::string& name) {
  for (const Example& example : {kLeaks, kBuffer, kDone}) {
    if (name != example.name) continue;
    std::printf("%s", explore::Explore(name, explore::WithFlags({}), example.body).report.c_str());
    return 0;
  }
  std::fprintf(stderr, "demo: the token is %s's, which is not one of the three programs here\n", name.c_str());
  return 2;
}

}  // namespace
}  // namespace examples

int main(int argc, char** argv) {
  static char called_as[] = "./plait demo";
  program_invocation_name = called_as;  // what the reports' replay lines begin with
  plait::explore::ParseFlags(&argc, argv);
  const std::string replayed = plait::explore::ReplayedTest();
  return replayed.empty() ? examples::Demo() : examples::Replay(replayed);
}
