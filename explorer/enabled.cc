// What can happen next: Execution's view of what its goroutines are about to do.

#include <algorithm>

#include "plait/explorer/execution.h"
#include "plait/explorer/offers.h"
#include "plait/runtime/sync/rw_mutex.h"

namespace plait::explore {
namespace {

const sync::RWMutex* RWMutexOf(const Op& op) { return static_cast<const sync::RWMutex*>(op.object); }

bool AnyReady(const Op& op) {
  for (int k = 0; k < op.alternatives; ++k) {
    if (op.ready == nullptr || op.ready(op, k)) return true;
  }
  return false;
}

}  // namespace

// The goroutine that ran last comes first: the first schedule that a depth-first search meets has few switches.
void Execution::FindEnabled() {
  enabled_.clear();
  AddSteps(last_run_, Of(last_run_));
  for (int16_t number = 1; number <= goroutines(); ++number) {
    if (number != last_run_ && Of(number).state != State::kEnded) AddSteps(number, Of(number));
  }
  if (user_ && communicates_) AddRendezvous();
  if (!timers_.empty()) AddTimers();
  stalled_ = false;
  if (user_ && write_locks_) AddWriters();
}

bool Execution::CanStep(const Transition& t) const {
  if (t.kind != Transition::kStep || t.goroutine < 1 || t.goroutine > goroutines() || !timers_.empty()) return false;
  const Goroutine& goroutine = Of(t.goroutine);
  if (goroutine.state != State::kPending || Transition::Arrives(t.alternative)) return false;
  const Op& op = *goroutine.op;
  if (op.kind == OpKind::kJoinAll) return OthersEnded();
  return t.alternative < op.alternatives && (op.ready == nullptr || op.ready(op, t.alternative));
}

void Execution::AddTimers() {
  // Adversarial time: at any moment the earliest deadline may pass, since a machine can be slow anywhere.
  int64_t earliest = kNever;
  for (const RuntimeTimer* timer : timers_) earliest = std::min(earliest, timer->when);
  if (earliest == kNever) return;
  // A loop over a ticker may take any number of ticks before the goroutine that ends it gets its turn, and exploring each
  // number would never end. So only the first ticks are free; later ones come when nothing else can happen.
  const bool others = !enabled_.empty();
  for (const RuntimeTimer* timer : timers_) {
    if (timer->when != earliest) continue;
    if (timer->periodic && others && timer->ticks >= static_cast<int64_t>(options_.free_ticks)) {
      holds_ticks_back_ = true;
    } else {
      enabled_.push_back({.kind = Transition::kTimer, .alternative = static_cast<int32_t>(timer->control)});
    }
  }
}

void Execution::AddSteps(int16_t number, const Goroutine& goroutine) {
  if (goroutine.state == State::kUnstarted) enabled_.push_back({.kind = Transition::kStart, .goroutine = number});
  if (goroutine.state == State::kWoken) enabled_.push_back({.kind = Transition::kComplete, .goroutine = number});
  if (goroutine.state != State::kPending) return;
  const Op& op = *goroutine.op;
  if (op.kind == OpKind::kJoinAll) {
    if (OthersEnded()) enabled_.push_back({.goroutine = number});
    return;
  }
  if (op.alternatives == 1 && user_) {
    if (op.ready == nullptr || op.ready(op, 0)) enabled_.emplace_back().goroutine = number;
    return;
  }
  bool any = false;
  for (int k = 0; k < op.alternatives; ++k) {
    if (op.ready != nullptr && !op.ready(op, k)) continue;
    any = true;
    enabled_.push_back({.goroutine = number, .alternative = k});
  }
  if (any || user_) return;
  const Offers offers(op);
  if (!offers.HasDuplicates()) {
    enabled_.push_back({.goroutine = number, .alternative = Transition::kArrive});
    return;
  }
  for (int k = 0; k < offers.n; ++k) {
    if (offers.cases[k].object == nullptr) continue;
    enabled_.push_back({.goroutine = number, .alternative = Transition::ArriveFirst(k)});
  }
}

// User granularity: a sender and a receiver of an unbuffered channel meet. One of them arrives and parks, the other one
// matches it, in one transition: that the first had arrived earlier could only be observed by being matched earlier.
// Which of the two arrives makes no difference, except that an operation which is ready, or has a default, does not
// park. Each pair of cases that can meet is one transition, whichever way round it is done.
void Execution::AddRendezvous() {
  for (size_t x = 0; x < goroutines_.size(); ++x) {
    if (goroutines_[x].state != State::kPending || !Communicates(*goroutines_[x].op)) continue;
    const Offers xs(*goroutines_[x].op);
    for (size_t y = x + 1; y < goroutines_.size() && xs.n > 0; ++y) {
      if (goroutines_[y].state != State::kPending || !Communicates(*goroutines_[y].op)) continue;
      const Offers ys(*goroutines_[y].op);
      Transition t{.kind = Transition::kRendezvous,
                   .goroutine = static_cast<int16_t>(x + 1),
                   .peer = static_cast<int16_t>(y + 1)};
      for (int i = 0; i < xs.n; ++i) {
        for (int j = 0; j < ys.n; ++j) {
          if (!Offers::Meet(xs.cases[i], ys.cases[j])) continue;
          const Waits waits = WaitsIn(t);
          if (!waits.goroutine && !waits.peer) continue;
          t.alternative = i;
          t.peer_alternative = j;
          enabled_.push_back(t);
        }
      }
    }
  }
}

Execution::Waits Execution::WaitsIn(const Transition& rendezvous) const {
  const auto waits = [this](int16_t number) {
    const Op& op = *Of(number).op;
    return !Offers(op).has_default && !AnyReady(op);
  };
  return {waits(rendezvous.goroutine), waits(rendezvous.peer)};
}

// User granularity: a Lock of an RWMutex that readers hold. Like any other it needs no arrival of its own, unless somebody
// sees that it waits (AddSteps). A writer that waits keeps readers out, so:
//
//   - A TryRLock may fail because of it. While a goroutine is about to do one, the writer may arrive.
//   - A RLock may have to wait. Most often that is the same as if both had come later, the RLock after the writer's
//     Unlock: none succeeds as long as the writer waits, so the arrival can be moved to where the writer gets the lock.
//     It can not where the writer never does, because the readers wait for somebody who wants to read: a deadlock (RW-03).
//     It can then be moved to the very end. So it is offered where nothing else can happen any more, but RLocks that it
//     would stop. In such a state nothing commutes: what is enabled depends on all of it (stalled_).
void Execution::AddWriters() {
  const auto may_arrive = [](const Goroutine& goroutine) -> const sync::RWMutex* {
    if (goroutine.state != State::kPending || goroutine.op->kind != OpKind::kRWMutexLock) return nullptr;
    const sync::RWMutex* mu = RWMutexOf(*goroutine.op);
    return !mu->write_locked() && mu->readers() > 0 ? mu : nullptr;
  };
  const auto anybody = [this](OpKind kind, const sync::RWMutex* mu) {
    return std::any_of(goroutines_.begin(), goroutines_.end(), [kind, mu](const Goroutine& g) {
      return g.state == State::kPending && g.op->kind == kind && g.op->object == mu;
    });
  };
  const auto writer_waits_for = [&](const Object* mu) {
    return std::any_of(goroutines_.begin(), goroutines_.end(),
                       [&](const Goroutine& g) { return mu != nullptr && may_arrive(g) == mu; });
  };
  const auto stoppable = [&](const Transition& t) {
    if (t.kind != Transition::kStep) return false;
    const Op& op = *Of(t.goroutine).op;
    return op.kind == OpKind::kRWMutexRLock && writer_waits_for(op.object);
  };
  const size_t others = enabled_.size();
  stalled_ = others > 0 && std::all_of(enabled_.begin(), enabled_.end(), stoppable);
  for (size_t i = 0; i < goroutines_.size(); ++i) {
    const sync::RWMutex* mu = may_arrive(goroutines_[i]);
    if (mu == nullptr || !anybody(stalled_ ? OpKind::kRWMutexRLock : OpKind::kRWMutexTryRLock, mu)) continue;
    enabled_.push_back({.goroutine = static_cast<int16_t>(i + 1), .alternative = Transition::kArrive});
  }
}
}  // namespace plait::explore
