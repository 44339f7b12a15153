#ifndef PLAIT_EXPLORER_EXPLORE_H_
#define PLAIT_EXPLORER_EXPLORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plait/explorer/options.h"
#include "plait/explorer/verdict.h"
#include "plait/runtime/seam/source_location.h"

namespace plait::explore {

class Execution;
struct Observed;

// One of the parts that an exploration was divided into (jobs.h).
struct PartDone {
  uint32_t part = 0, of = 1;
  uint64_t executions = 0;
  double seconds = 0;
};

// What an exploration found, and how much it looked at.
struct Result {
  Verdict verdict = Verdict::kNone;
  std::string text;    // of the verdict
  std::string token;   // replays the failing execution; empty if there is none
  std::string report;  // the failure on one screen: report/screen.h
  // The failing execution as JSON, which the page and the trace for Perfetto are made from (page/page.h); and as a file to
  // keep (schedules/schedule.h). Empty if there is none.
  std::string recording;
  std::string schedule;

  uint64_t executions = 0;  // complete ones: in exhaustive mode one for each class of equivalent schedules
  uint64_t redundant = 0;   // cut short by sleep sets, because their class is covered elsewhere
  uint64_t failures = 0;    // complete ones with a verdict (more than 1 only if Options::stop_at_failure is false)
  uint64_t abandoned_stacks = 0;  // goroutines that could not be unwound: what they owned has leaked
  bool complete = false;  // nothing was left out: every schedule, or every class, or as many random ones as asked for
  // Modes that draw schedules or are bounded: so many classes of equivalent schedules were met, by their hashes; and
  // when schedules are drawn, an estimate of how many there are, with an interval of 95 % (Chao 1984, a lower bound by
  // nature: what is met rarely tells of what is not met). Of a long exhaustive exploration, if it shows its progress: so many
  // executions there are, estimated by random walks (progress/estimate.h).
  uint64_t classes = 0;
  double estimate = 0, estimate_low = 0, estimate_high = 0;
  bool optimal = false;      // no execution was redundant, and none can be (strategies/optimal.cc)
  bool reads_clock = false;  // the body asks for the time, which moves only when a timer fires
  // A ticker has ticked Options::free_ticks times, and then had to wait until nothing else could happen.
  bool holds_ticks_back = false;
  bool interrupted = false;  // by Ctrl-C (progress/interrupt.h)
  double seconds = 0;
  std::shared_ptr<const Observed> observed;  // if Options::observe
  std::vector<PartDone> parts;               // if there was more than one
};

// Runs `body` as main goroutine of an empty world, again and again, in different schedules, on the calling plain
// thread.
//
//   Result r = Explore("Handover", {}, [] {
//     auto ch = make_chan<int>();
//     go([ch] { ch.send(1); });
//     ch.recv();
//   });
//   // r.verdict == Verdict::kNone, r.complete, r.executions == 1
//
// The body must own all its state: it runs many times, and the explorer starts by running one schedule twice to see
// that it behaves the same. `each`, if given, sees every complete execution before its teardown's effects are
// forgotten.
Result Explore(std::string_view name, const Options& options, const std::function<void()>& body,
               const std::function<void(const Execution&)>& each = nullptr,
               const std::function<void(Execution&)>& probe = nullptr);

// One line for people: "90 executions, exhaustive (optimal), user granularity, adversarial time, data races: not checked".
std::string CoverageLine(const Result& result, const Options& options);

// ---- Inside an explored body ----

// Waits until every other goroutine has ended. If they cannot, that is a deadlock.
void join_all(SourceLocation where = SourceLocation::current());

// A choice of the program's environment: every value in [0, n) is explored.
int choose(int n, SourceLocation where = SourceLocation::current());

// Must hold after every step, as long as the calling goroutine runs, whose locals it may refer to; `holds` must not
// touch goroutine primitives.
void invariant(std::string text, std::function<bool()> holds);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_EXPLORE_H_
