#include "plait/model/brute_force.h"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "plait/model/trail.h"

namespace plait::model {
namespace {

struct Entry {  // Go's sudog
  size_t g;
  size_t i;  // the case
};
using Queue = std::deque<Entry>;

struct Hchan {
  bool closed = false;
  std::deque<int> buffer;
  Queue sendq;
  Queue recvq;
};

struct G {
  enum class Is { kAbsent, kRunning, kWaiting, kWoken, kPanicked } is = Is::kRunning;
  size_t pc = 0;
  size_t woken_by = 0;  // kWoken: the case
  int value = 0;        // kWoken: what it received
  bool success = false;
  std::string panic;
  std::vector<Result> results;
};

class Run {
 public:
  Run(const Program& program, Waiters waiters, Trail* trail)
      : program_(program), fifo_(waiters == Waiters::kFifo), trail_(*trail) {
    chans_.resize(program.channels.size());
    gs_.resize(program.goroutines.size());
    for (const Body& body : program.goroutines) {
      for (const Op& op : body) {
        if (op.kind == OpKind::kGo) gs_[static_cast<size_t>(op.object)].is = G::Is::kAbsent;
      }
    }
  }

  Outcome ToEnd() {
    while (true) {
      std::vector<size_t> movable;
      for (size_t g = 0; g < gs_.size(); ++g) {
        const bool runs = gs_[g].is == G::Is::kRunning && gs_[g].pc < program_.goroutines[g].size();
        if (runs || gs_[g].is == G::Is::kWoken) movable.push_back(g);
      }
      const bool main_ended =
          gs_[0].is == G::Is::kPanicked || (gs_[0].is == G::Is::kRunning && gs_[0].pc == program_.goroutines[0].size());
      const bool exited = main_ended && !program_.main_joins_all;
      if (movable.empty() || exited) return Observe(exited);
      const size_t g = movable[trail_.Pick(movable.size())];
      if (gs_[g].is == G::Is::kWoken) {
        Continue(g);
      } else {
        Execute(g);
      }
    }
  }

 private:
  const Op& OpOf(size_t g) const { return program_.goroutines[g][gs_[g].pc]; }
  const Channel& Made(int chan) const { return program_.channels[static_cast<size_t>(chan)]; }
  Hchan& Of(int chan) { return chans_[static_cast<size_t>(chan)]; }
  bool Live(const Entry& e) const { return gs_[e.g].is == G::Is::kWaiting; }  // its selectDone is not taken

  std::vector<Entry> LiveOf(const Queue& queue) const {
    std::vector<Entry> live;
    std::copy_if(queue.begin(), queue.end(), std::back_inserter(live), [&](const Entry& e) { return Live(e); });
    return live;
  }

  Entry Dequeue(const Queue& queue) {
    const std::vector<Entry> live = LiveOf(queue);
    return live[fifo_ ? 0 : trail_.Pick(live.size())];
  }

  void Wake(Entry e, int value, bool success) {
    G& g = gs_[e.g];
    g.is = G::Is::kWoken;
    g.woken_by = e.i;
    g.value = value;
    g.success = success;
  }

  void Execute(size_t g) {
    const Op& op = OpOf(g);
    switch (op.kind) {
      case OpKind::kGo:
        gs_[static_cast<size_t>(op.object)].is = G::Is::kRunning;
        ++gs_[g].pc;
        break;
      case OpKind::kLen:
        Finish(g, kNoCase, static_cast<int>(Of(op.object).buffer.size()), false);
        break;
      case OpKind::kCap:
        Finish(g, kNoCase, Made(op.object).nil ? 0 : Made(op.object).capacity, false);
        break;
      case OpKind::kClose:
        Close(g, op.object);
        break;
      default:
        Selectgo(g, op);
    }
  }

  void Selectgo(size_t g, const Op& op) {
    std::vector<size_t> ready;
    for (size_t i = 0; i < op.cases.size(); ++i) {
      if (Ready(op.cases[i])) ready.push_back(i);
    }
    if (!ready.empty()) return Perform(g, ready[trail_.Pick(ready.size())]);
    if (op.has_default) return Finish(g, kDefaultCase, 0, false);
    std::vector<size_t> left;  // cases not enqueued yet
    for (size_t i = 0; i < op.cases.size(); ++i) left.push_back(i);
    while (!left.empty()) {
      const size_t k = trail_.Pick(left.size());
      const Case& c = op.cases[left[k]];
      if (!Made(c.chan).nil) (c.dir == Dir::kSend ? Of(c.chan).sendq : Of(c.chan).recvq).push_back({g, left[k]});
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(k));
    }
    gs_[g].is = G::Is::kWaiting;
  }

  bool Ready(const Case& c) {
    if (Made(c.chan).nil) return false;
    const Hchan& chan = Of(c.chan);
    if (chan.closed) return true;
    if (c.dir == Dir::kRecv) return !chan.buffer.empty() || !LiveOf(chan.sendq).empty();
    return chan.buffer.size() < static_cast<size_t>(Made(c.chan).capacity) || !LiveOf(chan.recvq).empty();
  }

  void Perform(size_t g, size_t i) {
    const Case& c = OpOf(g).cases[i];
    Hchan& chan = Of(c.chan);
    if (c.dir == Dir::kSend) {
      if (chan.closed) return Panic(g, "send on closed channel");
      if (LiveOf(chan.recvq).empty()) {
        chan.buffer.push_back(c.value);
      } else {
        Wake(Dequeue(chan.recvq), c.value, true);
      }
      return FinishCase(g, i, 0, false);
    }
    const bool sender = !LiveOf(chan.sendq).empty();
    if (sender) {
      const Entry e = Dequeue(chan.sendq);
      chan.buffer.push_back(OpOf(e.g).cases[e.i].value);  // with capacity 0: for an instant
      Wake(e, 0, true);
    }
    if (chan.buffer.empty()) return FinishCase(g, i, 0, false);  // closed
    const int value = chan.buffer.front();
    chan.buffer.pop_front();
    FinishCase(g, i, value, true);
  }

  void Close(size_t g, int c) {
    Hchan& chan = Of(c);
    if (Made(c).nil) return Panic(g, "close of nil channel");
    if (std::exchange(chan.closed, true)) return Panic(g, "close of closed channel");
    while (true) {
      std::vector<Entry> waiting = LiveOf(chan.recvq);
      for (const Entry& e : LiveOf(chan.sendq)) waiting.push_back(e);
      if (waiting.empty()) break;
      Wake(waiting[fifo_ ? 0 : trail_.Pick(waiting.size())], 0, false);
    }
    ++gs_[g].pc;
  }

  // What a woken goroutine does when it runs again.
  void Continue(size_t g) {
    gs_[g].is = G::Is::kRunning;
    for (Hchan& chan : chans_) {
      for (Queue* queue : {&chan.sendq, &chan.recvq}) {
        queue->erase(std::remove_if(queue->begin(), queue->end(), [g](const Entry& e) { return e.g == g; }),
                     queue->end());
      }
    }
    const size_t i = gs_[g].woken_by;
    const bool sent = OpOf(g).cases[i].dir == Dir::kSend;
    if (sent && !gs_[g].success) return Panic(g, "send on closed channel");
    FinishCase(g, i, gs_[g].value, !sent && gs_[g].success);
  }

  void FinishCase(size_t g, size_t i, int value, bool ok) {
    Finish(g, OpOf(g).kind == OpKind::kSelect ? static_cast<int>(i) : kNoCase, value, ok);
  }

  void Finish(size_t g, int chosen, int value, bool ok) {
    const OpKind kind = OpOf(g).kind;
    const bool again = kind == OpKind::kRange && ok;
    if (kind != OpKind::kSend && (kind != OpKind::kRange || again)) {
      gs_[g].results.push_back({.op = static_cast<int>(gs_[g].pc), .chosen = chosen, .value = value, .ok = ok});
    }
    if (!again) ++gs_[g].pc;
  }

  void Panic(size_t g, std::string text) {
    gs_[g].is = G::Is::kPanicked;
    gs_[g].panic = std::move(text);
  }

  Outcome Observe(bool exited) const {
    std::vector<GoroutineOutcome> all;
    for (const G& g : gs_) {
      const int pc = static_cast<int>(g.pc);
      if (exited && !all.empty()) {
        all.push_back(CutOff());
      } else if (g.is == G::Is::kAbsent) {
        all.push_back(NotStarted());
      } else if (g.is == G::Is::kPanicked) {
        all.push_back(Panicked(pc, g.panic, g.results));
      } else {
        all.push_back(g.is == G::Is::kWaiting ? Blocked(pc, g.results) : Returned(g.results));
      }
    }
    return Judge(all);
  }

  const Program& program_;
  const bool fifo_;
  Trail& trail_;
  std::vector<Hchan> chans_;
  std::vector<G> gs_;
};

}  // namespace

std::optional<std::set<Outcome>> BruteForce(const Program& program, Waiters waiters, size_t max_runs) {
  std::set<Outcome> outcomes;
  Trail trail;
  for (size_t runs = 0; runs < max_runs; ++runs) {
    outcomes.insert(Run(program, waiters, &trail).ToEnd());
    if (!trail.Advance()) return outcomes;
  }
  return std::nullopt;
}

}  // namespace plait::model
