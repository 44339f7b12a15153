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

// The slot of a result: [tag] [value]. kRange: [count] [count values]. Of what finds out nothing: nothing.
size_t SlotSize(const Op& op, const std::vector<Mentions>& mentions) {
  if (op.kind != OpKind::kRange) return HasResult(op.kind) ? 1 + kValueSize : 0;
  const Case& c = op.cases[0];
  return 1 + kValueSize * mentions[static_cast<size_t>(c.chan)].sends;
}

// What an object has in the state besides its timer and its channel: state.h says what.
size_t ObjectSize(const Program& program, const Object& object) {
  switch (object.kind) {
    case ObjectKind::kMutex:
    case ObjectKind::kWaitGroup:
    case ObjectKind::kOnce:
    case ObjectKind::kContext:
      return 1;
    case ObjectKind::kRWMutex:
    case ObjectKind::kInt:
      return 2;
    case ObjectKind::kCond:
      return 1 + program.goroutines.size();
    case ObjectKind::kTimer:
    case ObjectKind::kFunc:
      return 0;
  }
  return 0;
}

bool HasTimer(const Object& object) {
  return object.kind == ObjectKind::kTimer || object.kind == ObjectKind::kFunc ||
         (object.kind == ObjectKind::kContext && object.after > 0);
}

bool Sleeps(const Body& body) {
  return std::any_of(body.begin(), body.end(), [](const Op& op) { return op.kind == OpKind::kSleep; });
}

}  // namespace

Layout::Layout(const Program& program) : size(program.goroutines.size() * 2) {
  const auto take = [this](size_t bytes) { return std::exchange(size, size + bytes); };
  const std::vector<Mentions> mentions = CountMentions(program);
  for (size_t c = 0; c < program.channels.size(); ++c) {
    ChannelAt at;
    if (!program.channels[c].nil) {
      at.closed = take(1);
      const bool timer = program.channels[c].of >= 0;  // sends once at a time, and keeps it
      at.buffer =
          take(1 + kValueSize *
                       (timer ? 1 : std::min(mentions[c].sends, static_cast<size_t>(program.channels[c].capacity))));
      for (size_t dir = 0; dir < 2; ++dir) at.waiters[dir] = take(1 + mentions[c].goroutines[dir]);
    }
    channels.push_back(at);
  }
  frames = take(kFrameSize * program.goroutines.size());
  for (const Object& object : program.objects) objects.push_back(take(ObjectSize(program, object)));
  bool any = false;
  for (const Object& object : program.objects) {
    timers.push_back(HasTimer(object) ? take(2) : 0);
    any |= timers.back() != 0;
  }
  for (const Body& body : program.goroutines) {
    timers.push_back(Sleeps(body) ? take(2) : 0);
    any |= timers.back() != 0;
  }
  if (any) {
    now = take(1);
    set = take(1);
  }
  for (const Body& body : program.goroutines) {
    std::vector<size_t>& slots = results.emplace_back();
    for (const Op& op : body) slots.push_back(take(SlotSize(op, mentions)));
  }
  size = (size + 7) / 8 * 8;
}

}  // namespace plait::model
