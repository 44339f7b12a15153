#include <algorithm>
#include <map>

#include "plait/explorer/place.h"
#include "plait/explorer/report/recording.h"

namespace plait::explore {
namespace {

// What wakes somebody who waits in an operation, in words: "sends on", "would send on".
struct Waker {
  OpKind op;
  const char* does;
  const char* would;
};

std::vector<Waker> WakersOf(OpKind op) {
  switch (op) {
    case OpKind::kChanSend:
      return {{OpKind::kChanRecv, "received from", "would have received from"}};
    case OpKind::kChanRecv:
      return {{OpKind::kChanSend, "sent on", "would have sent on"},
              {OpKind::kChanClose, "closed", "would have closed"}};
    case OpKind::kWaitGroupWait:
      return {{OpKind::kWaitGroupAdd, "counted on", "would have counted on"}};
    case OpKind::kCondWait:
      return {{OpKind::kCondSignal, "signalled", "would have signalled"},
              {OpKind::kCondBroadcast, "broadcast on", "would have broadcast on"}};
    default:
      return {};
  }
}

bool IsLock(OpKind op) {
  return op == OpKind::kMutexLock || op == OpKind::kRWMutexLock || op == OpKind::kRWMutexRLock ||
         op == OpKind::kMutexTryLock || op == OpKind::kRWMutexTryLock || op == OpKind::kRWMutexTryRLock;
}
bool IsUnlock(OpKind op) {
  return op == OpKind::kMutexUnlock || op == OpKind::kRWMutexUnlock || op == OpKind::kRWMutexRUnlock;
}

std::string StateOf(const Recording& r, int goroutine) {
  if (goroutine == 0) return "time goes on";
  const GoroutineEnd& end = r.ends[static_cast<size_t>(goroutine) - 1];
  switch (end.state) {
    case GoroutineEnd::kReturned:
      return "has returned";
    case GoroutineEnd::kPanicked:
      return "has panicked";
    case GoroutineEnd::kBlocked:
      return "waits itself";
    case GoroutineEnd::kRunnable:
      return "could go on";
  }
  return {};
}

std::string At(const SourceLocation& where) {
  const std::string place = ShortPlace(where);
  return place.empty() ? "" : " at " + place;
}

// Who holds a lock at the end: the last who locked it and has not unlocked it since.
std::string HolderOf(const Recording& r, int32_t object, const std::string& name) {
  std::map<int, const StepRecord*> holders;
  for (const StepRecord& line : r.lines) {
    for (const Use& use : line.uses) {
      if (use.object != object) continue;
      if (IsLock(use.op) && line.result != "= false" && line.result != "waits") holders[line.goroutine] = &line;
      if (IsUnlock(use.op)) holders.erase(line.goroutine);
    }
  }
  std::string text;
  for (const auto& [goroutine, line] : holders) {
    text += (text.empty() ? "" : "; ") + name + " is held by " + GoroutineNameOf(goroutine) + ", locked" +
            At(line->where) + ", which " + StateOf(r, goroutine);
  }
  return text.empty() ? "nobody holds " + name + " any more" : text;
}

// The last time that each goroutine did, or offered to do, what wakes.
std::string WhoWakes(const Recording& r, const GoroutineEnd& end, const Use& waits, const std::string& name) {
  struct Last {
    const StepRecord* line;
    const Waker* waker;
    bool offered;
  };
  const std::vector<Waker> wakers = WakersOf(waits.op);
  if (wakers.empty()) return {};
  std::map<int, Last> last;
  for (const StepRecord& line : r.lines) {
    if (line.goroutine == end.number) continue;
    for (const Use& use : line.uses) {
      for (const Waker& waker : wakers) {
        if (use.object == waits.object && use.op == waker.op && (use.op != OpKind::kWaitGroupAdd || use.arg < 0))
          last[line.goroutine] = {&line, &waker, use.offered};
      }
    }
  }
  for (const GoroutineEnd& other : r.ends) {  // and who would, if he came to run
    if (other.number == end.number) continue;
    for (const Use& use : other.uses) {
      for (const Waker& waker : wakers) {
        if (use.object == waits.object && use.op == waker.op)
          return GoroutineNameOf(other.number) + " was about to" + At(use.where) +
                 (other.state == GoroutineEnd::kRunnable ? ", and " : ", but ") + StateOf(r, other.number);
      }
    }
  }
  std::string text;
  for (const auto& [goroutine, l] : last) {
    text += (text.empty() ? "" : "; ") + GoroutineNameOf(goroutine) + " " +
            (l.offered ? l.waker->would : l.waker->does) + " " + name + At(l.line->where) + ", and " +
            StateOf(r, goroutine);
  }
  if (!text.empty()) return text;
  text = "nobody else has ";
  for (size_t i = 0; i < wakers.size(); ++i) text += (i == 0 ? "" : " or ") + std::string(wakers[i].does);
  return text + " " + name;
}

}  // namespace

std::string WhoCouldWake(const Recording& r, const GoroutineEnd& end) {
  if (end.state != GoroutineEnd::kBlocked) return {};
  std::string text;
  if (end.op == OpKind::kJoinAll) return "it waits for the others to end";
  for (const Use& use : end.uses) {
    std::string part;
    if (use.object <= 0) {
      if (use.op == OpKind::kChanSend || use.op == OpKind::kChanRecv) part = "a nil channel wakes nobody";
    } else {
      const std::string& name = r.objects[static_cast<size_t>(use.object) - 1];
      part = IsLock(use.op) ? HolderOf(r, use.object, name) : WhoWakes(r, end, use, name);
    }
    if (!part.empty()) text += (text.empty() ? "" : "; ") + part;
  }
  return text;
}

}  // namespace plait::explore
