#include "plait/model/layout.h"

#include <algorithm>
#include <utility>

namespace plait::model {
namespace {

// How often each channel's ends are mentioned: bounds on its buffer and on its queues.
struct Mentions {
  size_t sends = 0;                       // send cases
  std::array<size_t, 2> goroutines = {};  // by Dir: goroutines with such a case
};

std::vector<Mentions> CountMentions(const Program& program) {
  std::vector<Mentions> mentions(program.channels.size());
  for (const Body& body : program.goroutines) {
    std::vector<std::array<bool, 2>> seen(program.channels.size());
    for (const Op& op : body) {
      for (const Case& c : op.cases) {
        const size_t chan = static_cast<size_t>(c.chan);
        const size_t dir = static_cast<size_t>(c.dir);
        if (c.dir == Dir::kSend) ++mentions[chan].sends;
        if (!seen[chan][dir]) ++mentions[chan].goroutines[dir];
        seen[chan][dir] = true;
      }
    }
  }
  return mentions;
}

// The slot of a result: kRecv, kSelect: [tag] [value]. kLen: [count]. kRange: [count] [count values]. Others: nothing.
size_t SlotSize(const Op& op, const std::vector<Mentions>& mentions) {
  switch (op.kind) {
    case OpKind::kRecv:
    case OpKind::kSelect:
      return 1 + kValueSize;
    case OpKind::kRange:
      return 1 + kValueSize * mentions[static_cast<size_t>(op.cases[0].chan)].sends;
    case OpKind::kLen:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

Layout::Layout(const Program& program) : size(program.goroutines.size() * 2) {
  const auto take = [this](size_t bytes) { return std::exchange(size, size + bytes); };
  const std::vector<Mentions> mentions = CountMentions(program);
  for (size_t c = 0; c < program.channels.size(); ++c) {
    ChannelAt at;
    if (!program.channels[c].nil) {
      at.closed = take(1);
      at.buffer = take(1 + kValueSize * std::min(mentions[c].sends, static_cast<size_t>(program.channels[c].capacity)));
      for (size_t dir = 0; dir < 2; ++dir) at.waiters[dir] = take(1 + mentions[c].goroutines[dir]);
    }
    channels.push_back(at);
  }
  for (const Body& body : program.goroutines) {
    std::vector<size_t>& slots = results.emplace_back();
    for (const Op& op : body) slots.push_back(take(SlotSize(op, mentions)));
  }
  size = (size + 7) / 8 * 8;
}

}  // namespace plait::model
