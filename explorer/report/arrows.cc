#include "plait/explorer/report/arrows.h"

#include <map>

namespace plait::explore {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);

size_t FirstLineOf(const Recording& r, int goroutine, size_t from) {
  for (size_t i = from; i < r.lines.size(); ++i) {
    if (r.lines[i].goroutine == goroutine) return i;
  }
  return kNone;
}

bool WaitsIn(const StepRecord& line, int goroutine) {
  const auto at = static_cast<size_t>(goroutine) - 1;
  return goroutine > 0 && at < line.states.size() && line.states[at] == 'b';
}

const Use* DoneOf(const StepRecord& line, OpKind op) {
  for (const Use& use : line.uses) {
    if (!use.offered && use.op == op && use.object > 0) return &use;
  }
  return nullptr;
}

}  // namespace

std::vector<Arrow> ArrowsOf(const Recording& r) {
  std::vector<Arrow> arrows;
  std::map<int32_t, std::vector<size_t>> sends;  // lines, by channel
  std::map<int32_t, size_t> received;
  std::map<int, size_t> last_wait;  // the last line before which a goroutine had to wait
  for (size_t i = 0; i < r.lines.size(); ++i) {
    const StepRecord& line = r.lines[i];
    for (const int g : line.started) {
      if (const size_t first = FirstLineOf(r, g, i + 1); first != kNone) arrows.push_back({Arrow::kStart, i, first});
    }
    for (const Touch& touch : line.touches) {  // a timer's value
      if (line.goroutine == 0 && touch.access == Access::kSend) sends[touch.object].push_back(i);
    }
    bool has_message = false;
    const bool meets = i > 0 && r.lines[i - 1].step == line.step;
    const Use* receive = DoneOf(line, OpKind::kChanRecv);
    const Use* send = DoneOf(line, OpKind::kChanSend);
    if (meets) {  // the first of the two lines has waited for the second
      // A select that arrives offers several: what it did, the one that matches it says.
      arrows.push_back(receive != nullptr ? Arrow{Arrow::kMessage, i - 1, i} : Arrow{Arrow::kMessage, i, i - 1});
      has_message = true;
    } else if (const bool begins = i + 1 < r.lines.size() && r.lines[i + 1].step == line.step; !begins) {
      if (send != nullptr) sends[send->object].push_back(i);
      if (receive != nullptr && line.result != "= zero, closed") {
        const auto& sent = sends[receive->object];
        const size_t k = received[receive->object]++;
        if (k < sent.size()) arrows.push_back({Arrow::kMessage, sent[k], i});
        has_message = k < sent.size();
      }
    }
    // The step at which it last had to wait is the one that let it go on.
    if (const auto wait = last_wait.find(line.goroutine); wait != last_wait.end() && !has_message) {
      if (r.lines[wait->second].goroutine != line.goroutine) arrows.push_back({Arrow::kWake, wait->second, i});
    }
    last_wait.erase(line.goroutine);
    for (size_t g = 1; g <= line.states.size(); ++g) {
      if (WaitsIn(line, static_cast<int>(g)) && static_cast<int>(g) != line.goroutine)
        last_wait[static_cast<int>(g)] = i;
    }
  }
  return arrows;
}

}  // namespace plait::explore
