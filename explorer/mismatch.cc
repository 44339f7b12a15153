#include "plait/explorer/mismatch.h"

#include "plait/explorer/execution.h"
#include "plait/explorer/place.h"

namespace plait::explore {
namespace {

std::string NameOf(int goroutine) { return goroutine == 1 ? "main" : "G" + std::to_string(goroutine); }

}  // namespace

std::string StepText(const StepKey& key) {
  const Transition& t = key.transition;
  std::string text;
  switch (t.kind) {
    case Transition::kTimer:
      return "timer " + std::to_string(t.alternative) + " fires";
    case Transition::kStart:
      return NameOf(t.goroutine) + " starts";
    case Transition::kComplete:
      return NameOf(t.goroutine) + " goes on after its wait";
    case Transition::kRendezvous:
      text = NameOf(t.goroutine) + " and " + NameOf(t.peer) + " meet in ";
      break;
    case Transition::kStep:
      text = NameOf(t.goroutine) + ": ";
      break;
  }
  text += OpName(key.op);
  if (key.op == OpKind::kSelect || key.op == OpKind::kChoose) text += " case " + std::to_string(t.alternative);
  if (key.object > 0) text += " on object " + std::to_string(key.object);
  return text;
}

const char* MismatchSuspects() {
  return "the program depends on something that the explorer does not control: a static or global that keeps its value "
         "from one execution to the next, real time, a random number, an address, a plain thread.";
}

std::string DifferenceText(size_t step, const StepKey& recorded, const std::vector<Transition>& enabled,
                           const Execution& execution) {
  std::string text = "step " + std::to_string(step) + " differs:\n  recorded  " + StepText(recorded) + "\n";
  for (const Transition& t : enabled) {
    text += "  now       " + StepText(execution.KeyOf(t));
    if (const std::string place = ShortPlace(execution.WhereOf(t)); !place.empty()) text += "  " + place;
    text += "\n";
  }
  return text;
}

std::string MismatchText(size_t step, const StepKey& recorded, const std::vector<Transition>& enabled,
                         const Execution& execution) {
  return "the same schedule was run again, and " + DifferenceText(step, recorded, enabled, execution) +
         MismatchSuspects();
}

}  // namespace plait::explore
