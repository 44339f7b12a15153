// What a state lets an observer know: the part of Rules that is about outcomes.
#include <utility>
#include <vector>

#include "plait/model/rules.h"

namespace plait::model {

Outcome Rules::Observe(const State& state) const {
  std::vector<GoroutineOutcome> goroutines;
  for (size_t g = 0; g < program_.goroutines.size(); ++g) {
    goroutines.push_back(ObserveGoroutine(state, static_cast<int>(g)));
  }
  return Judge(std::move(goroutines));
}

GoroutineOutcome Rules::ObserveGoroutine(const State& state, int g) const {
  if (state.status(g) == Status::kFatal) return DiedFatally(state.pc(g), kFatalTexts[state.ending(g).panic]);
  if (ProcessEnded(state)) {
    if (g != 0) return CutOff();
    for (size_t other = 1; fatal_ && other < program_.goroutines.size(); ++other) {
      if (state.status(static_cast<int>(other)) == Status::kFatal) return CutOff();
    }
  }
  std::vector<Result> results;
  state.VisitResults(program_, g, [&](const Result& r) {
    results.push_back(r);
    return true;
  });
  switch (state.status(g)) {
    case Status::kNotStarted:
      return NotStarted();
    case Status::kPanicked:
      return Panicked(state.ending(g).panicked, PanicText(state.panic(g)), std::move(results));
    case Status::kBlocked:
      return Blocked(state.pc(g), std::move(results));
    case Status::kExited:
      return Exited(std::move(results));
    case Status::kFatal:
      break;  // above
    case Status::kReady:
      if (!AtEnd(state, g)) return Blocked(state.pc(g), std::move(results));  // nothing can move, so it waits
      break;
  }
  return Returned(std::move(results));
}

bool Rules::MayBecome(const State& state, const Outcome& outcome) const {
  if (outcome.goroutines.size() != program_.goroutines.size()) return false;
  for (size_t i = 0; i < outcome.goroutines.size(); ++i) {
    const GoroutineOutcome& wanted = outcome.goroutines[i];
    const int g = static_cast<int>(i);
    const Status status = state.status(g);
    if (wanted.end == End::kCutOff) continue;  // whatever it does
    if (wanted.end == End::kNotStarted && status != Status::kNotStarted) return false;
    if (status == Status::kFatal && wanted.end != End::kFatal) return false;
    const bool ending = state.ending(g).is;
    if (wanted.op >= 0 && !ending && state.pc(g) > wanted.op) return false;  // past the operation it should end in
    if (status == Status::kPanicked && (wanted.end != End::kPanicked || wanted.op != state.ending(g).panicked ||
                                        wanted.text != PanicText(state.panic(g)))) {
      return false;
    }
    if (wanted.end == End::kFatal) continue;
    size_t seen = 0;
    const bool agrees = state.VisitResults(
        program_, g, [&](const Result& r) { return seen < wanted.results.size() && wanted.results[seen++] == r; });
    if (!agrees) return false;
  }
  return true;
}

}  // namespace plait::model
