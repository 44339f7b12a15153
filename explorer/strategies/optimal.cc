// Each class of equivalent schedules exactly once, and nothing else, in memory that does not grow with their number.
//
// Executions form a tree. The root is the default schedule: of the goroutines that can go on, always the one with the
// smallest identity. A child of execution E is made by reversing one race in it: an operation o, which was added to E at
// position j (or waits at its end: j = size), is moved in front of an event a that it conflicts with:
//
//   E      =  p . a . s . o ...          s: the events between a and o
//   child  =  p . v . o . (default)      v: those of s that o still needs; a and the others of s are forgotten
//
// v is a part of s that is closed under "happens before": what o's goroutine had done, and any of the events that
// conflict with o but not with a. The rules for a child make its parent unique, so that no class is met twice:
//
//   U1  o is fresh: not among the events that E was told to begin with.
//   U2  What is forgotten was added by default (Event::free): E is the default way to get to where o is added, given p
//       and v. So p.v.o tells which execution it must be a child of.
//   U3  Heads (o's) that were moved in front of the same a and are independent of each other stand in the order of
//       their goroutines' identities: of the orders in which they could have been moved, one counts.
//   U4  For the same reason the default leaves alone what could have been moved in front of an a before one of a's heads,
//       until a has happened. (a can: heads that are independent of each other only look, and disable nothing.)
//
// And every class is met: let T be one, p its longest beginning that agrees with the default, a the default's next
// event, which does not come next in T. Some events in T come before a's operation and conflict with a; let o be the one
// of those that need no other of them, which is first by U3, and v what o needs in T. The execution that begins with p.a,
// has v where it has no default to go by, and the default elsewhere, is met by induction (it deviates later), and has
// p.v.o among its children. (TruSt, POPL'22, does this with reads and writes; POP, CAV'24, with races. The argument
// above is held by explorer/oracle: the number of executions equals the number of classes that sleep sets complete.)
//
// An execution needs no program run to be known to be worth while, and its children are found from itself alone. So
// there is a stack of executions, one for each level of the tree, and any two parts of the tree can be explored apart.
//
// The strategy must know what o would do in a state in which it has not been run. It knows that (effect.h) for atomics,
// mutexes, buffered channels, and wait groups whose counter cannot become negative. As soon as a goroutine is about to do anything else (select, an unbuffered
// channel, time...), it begins anew with sleep sets, which need to know nothing.

#include <algorithm>
#include <sstream>
#include <vector>

#include "plait/explorer/execution.h"
#include "plait/explorer/mismatch.h"
#include "plait/explorer/strategies/effect.h"
#include "plait/explorer/strategy.h"
#include "plait/runtime/chan/chan_core.h"
#include "plait/runtime/sync/mutex.h"
#include "plait/runtime/sync/wait_group.h"

namespace plait::explore {
namespace {

constexpr int kNever = -1;
constexpr size_t kDeepestCut = 40;
constexpr size_t kMostOptional = 20;  // events that may or may not be needed: more have too many subsets to look at

// An operation of a goroutine, done or waiting.
struct Operation {
  KnownOp op;
  Identity goroutine = 0;
  Identity object = 0;     // 0: none
  int32_t ordinal = 0;     // how many steps its goroutine had taken before
  int32_t after = kNever;  // its goroutine's previous event, or the one that created it
};

struct Event : Operation {
  Effect effect = Effect::kNone;
  int32_t alternative = 0;  // choose
  int16_t number = 0;       // its goroutine's, in this execution
  ObjectState before;
  bool free = true;          // U2
  Identity over = 0;         // a head: the goroutine of the event in front of which it was moved...
  int32_t over_ordinal = 0;  // ... and which one of its events
  KnownOp over_op;           // ... and what that was going to do
};

// A set of events, by position. The first 64, which are all there are in most programs, need no memory of their own.
class Events {
 public:
  bool Has(size_t i) const {
    if (i < 64) return (first_ >> i & 1) != 0;
    return i / 64 <= more_.size() && (more_[i / 64 - 1] >> (i % 64) & 1) != 0;
  }
  void Add(size_t i) {
    if (i < 64) {
      first_ |= uint64_t{1} << i;
      return;
    }
    if (i / 64 > more_.size()) more_.resize(i / 64, 0);
    more_[i / 64 - 1] |= uint64_t{1} << (i % 64);
  }
  void AddAll(const Events& other) {
    first_ |= other.first_;
    if (other.more_.size() > more_.size()) more_.resize(other.more_.size(), 0);
    for (size_t w = 0; w < other.more_.size(); ++w) more_[w] |= other.more_[w];
  }
  void Clear() {
    first_ = 0;
    more_.clear();
  }

 private:
  uint64_t first_ = 0;
  std::vector<uint64_t> more_;
};

// Where the search for an execution's children stands: the operation (fresh events, then the waiting ones); how far a is
// from its end, or the choice; and which of the events that may be needed.
struct Cursor {
  size_t operation = 0;
  size_t position = 0;
  uint64_t subset = 0;
};

struct Run : Cursor {
  std::vector<Event> events;
  std::vector<Events> past;        // of each event: what happens before it
  std::vector<Operation> waiting;  // at the end
  size_t told = 0;                 // so many events were given; the others are fresh
  Identity path = 0;               // how to get here from the root
};

class Optimal final : public Strategy {
 public:
  Optimal(Part part, EffectFunction effect_of)
      : effect_of_(effect_of), part_(part), cut_(part.count > 1 ? 1 : 0), counting_(part.count > 1) {}

  void Begin() override {
    if (fallback_ != nullptr) return fallback_->Begin();
    static_cast<Cursor&>(run_) = {};
    run_.events.clear();
    run_.past.clear();
    run_.waiting.clear();
    run_.told = guide_.size();
    goroutines_.clear();
    for (ObjectLine& line : objects_) line.Clear();
    heads_.clear();
    acted_ = 0;
  }

  // What stands in front of the race is as it was in the parent, down to the numbers.
  std::optional<Transition> Known(const Execution& execution) override {
    if (fallback_ != nullptr) return fallback_->Known(execution);
    const size_t at = run_.events.size();
    if (at >= same_) return {};
    const Event& expected = guide_[at];
    const Transition t{.goroutine = expected.number, .alternative = expected.alternative};
    if (!execution.CanStep(t) || !Same(execution, t, expected)) return {};
    while (goroutines_.size() < static_cast<size_t>(execution.goroutines())) {
      goroutines_.push_back({.last = static_cast<int32_t>(at) - 1});
    }
    if (const Op& op = *execution.PendingOf(t.goroutine); op.object != nullptr) {
      LineOf(execution, op).Add(at, expected.effect);
    }
    run_.events.push_back(expected);
    run_.past.push_back(stack_[height_ - 1].past[at]);
    if (expected.over != 0) heads_.push_back(at);
    Acted(t.goroutine, at);
    return t;
  }

  int Choose(const Execution& execution, const std::vector<Transition>& enabled) override {
    if (fallback_ != nullptr) return fallback_->Choose(execution, enabled);
    if (!Meet(execution, enabled)) {
      unknown_ = true;
      return kAbandon;
    }
    const size_t at = run_.events.size();
    size_t choice = 0;
    if (at < guide_.size()) {
      const Event& expected = guide_[at];
      while (choice < enabled.size() &&
             (execution.IdentityOfGoroutine(enabled[choice].goroutine) != expected.goroutine ||
              enabled[choice].alternative != expected.alternative)) {
        ++choice;
      }
      if (choice == enabled.size() || !Same(execution, enabled[choice], expected)) {
        mismatch_ = MismatchText(at + 1, KeyOf(expected), enabled, execution);
        return kNondeterminism;
      }
    } else {
      choice = Default(execution, enabled);
    }
    if (choice == enabled.size()) {  // never, if U4 is right; sleep sets do without it
      unknown_ = true;
      return kAbandon;
    }
    Add(execution, enabled[choice]);
    return static_cast<int>(choice);
  }

  void Over(const Execution& execution) override {
    if (fallback_ != nullptr) return fallback_->Over(execution);
    switch (execution.verdict()) {
      case Verdict::kNone:
      case Verdict::kDeadlock:
      case Verdict::kLeak:
        break;
      default:
        // It ends everything at once: what the others would still have done is not known.
        unknown_ = true;
        return;
    }
    if (!Meet(execution, {}) || !CountersAreSafe()) {
      unknown_ = true;
      return;
    }
    for (int16_t g = 1; g <= execution.goroutines(); ++g) {
      if (const Op* op = execution.PendingOf(g); op != nullptr && op->object != nullptr) {
        run_.waiting.push_back(OperationOf(execution, g, *op));
      }
    }
  }

  bool Next() override {
    if (fallback_ != nullptr) return fallback_->Next();
    if (unknown_) {
      fallback_ = MakePart(MakeSleepSets(), part_);
      begun_anew_ = true;
      height_ = 0;
      return true;
    }
    run_.operation = run_.told;
    run_.path = path_;
    if (height_ == stack_.size()) stack_.emplace_back();
    std::swap(stack_[height_++], run_);  // what lies above is used again
    if (!resumed_.empty()) return ResumeOne();
    for (;;) {
      for (; height_ > 0; --height_) {
        if (NextNode(stack_[height_ - 1])) return true;
        if (unknown_) return Next();
      }
      if (!counting_) return false;
      // Few at this level, and not because there are no more: look one level deeper.
      counting_ = at_cut_ < 16 * uint64_t{part_.count} && at_cut_ > 0 && cut_ < kDeepestCut;
      cut_ += counting_;
      at_cut_ = 0;
      path_ = 0;
      same_ = 0;
      guide_.clear();
      return true;
    }
  }

  // Parts: nodes above the cut are run by all and counted by one; what is below belongs to one. The cut is where there
  // are enough subtrees: each part finds that out by itself, by running what is above it.
  bool Counts() override {
    if (fallback_ != nullptr) return fallback_->Counts();
    if (!resumed_.empty() || counting_) return false;
    return part_.count == 1 || height_ >= cut_ || Ours(path_);
  }

  // The cursors of the stack, outermost first.
  std::string Checkpoint() const override {
    if (fallback_ != nullptr) {
      const std::string text = fallback_->Checkpoint();
      return text.empty() ? text : "s" + text;
    }
    if (counting_ || !resumed_.empty()) return {};  // what is still to be gone down is not on the stack
    std::string text = "o" + std::to_string(cut_);
    for (size_t level = 0; level < height_; ++level) {
      const Run& run = stack_[level];
      text +=
          "/" + std::to_string(run.operation) + "." + std::to_string(run.position) + "." + std::to_string(run.subset);
    }
    return text;
  }

  bool Resume(std::string_view checkpoint) override {
    if (checkpoint.empty()) return false;
    if (checkpoint[0] == 's') {
      fallback_ = MakePart(MakeSleepSets(), part_);
      return fallback_->Resume(checkpoint.substr(1));
    }
    std::istringstream text{std::string(checkpoint.substr(1))};
    char slash = 0, dot = 0;
    if (checkpoint[0] != 'o' || !(text >> cut_)) return false;
    for (Cursor c; text >> slash >> c.operation >> dot >> c.position >> dot >> c.subset;) resumed_.push_back(c);
    std::reverse(resumed_.begin(), resumed_.end());
    counting_ = false;
    return text.eof() && !resumed_.empty();
  }

  bool BegunAnew() override { return std::exchange(begun_anew_, false); }

  bool Consumed() const override {
    return fallback_ != nullptr ? fallback_->Consumed() : run_.events.size() >= guide_.size();
  }

  std::string mismatch() const override { return fallback_ != nullptr ? fallback_->mismatch() : mismatch_; }

 private:
  struct Goroutine {
    int32_t last;  // event, or the one that created it
    int32_t steps = 0;
  };
  struct ObjectLine {
    std::vector<int32_t> events;
    int64_t sends = 0, receives = 0;

    void Add(size_t at, Effect effect) {
      events.push_back(static_cast<int32_t>(at));
      sends += effect == Effect::kSend;
      receives += effect == Effect::kReceive;
    }
    void Clear() {
      events.clear();
      sends = receives = 0;
    }
  };

  // ---- Recording the running execution ----

  // Looks at the goroutines, which have just stopped in front of their operations. False: one is not known.
  bool Meet(const Execution& execution, const std::vector<Transition>& enabled) {
    const auto now = static_cast<int32_t>(run_.events.size()) - 1;
    for (const Transition& t : enabled) {
      if (t.kind != Transition::kStep || t.goroutine == 0) return false;
    }
    // The others stand where they stood before the last step.
    if (acted_ != 0 && !StopsAtKnown(execution, acted_)) return false;
    while (goroutines_.size() < static_cast<size_t>(execution.goroutines())) {
      goroutines_.push_back({.last = now});
      if (!StopsAtKnown(execution, static_cast<int16_t>(goroutines_.size()))) return false;
    }
    return true;
  }

  static bool StopsAtKnown(const Execution& execution, int16_t goroutine) {
    const Op* op = execution.PendingOf(goroutine);
    return op == nullptr || Known(*op);
  }

  static bool Known(const Op& op) {
    if (op.alternatives != 1 && op.kind != OpKind::kChoose) return false;
    switch (op.kind) {
      case OpKind::kChanSend:
      case OpKind::kChanRecv:
      case OpKind::kChanClose:
        return op.object == nullptr || static_cast<const internal::ChanCore*>(op.object)->capacity() > 0;
      case OpKind::kAtomicRmw:
        return op.only_looks == nullptr || op.number != nullptr;
      case OpKind::kMutexTryLock:
        return op.alternatives == 1;  // it does not fail for no reason
      case OpKind::kAtomicLoad:
      case OpKind::kAtomicStore:
      case OpKind::kMutexLock:
      case OpKind::kMutexUnlock:
      case OpKind::kWaitGroupAdd:
      case OpKind::kWaitGroupWait:
      case OpKind::kChoose:
      case OpKind::kJoinAll:
        return true;
      default:
        return false;
    }
  }

  Operation OperationOf(const Execution& execution, int16_t number, const Op& op) const {
    const Goroutine& goroutine = goroutines_[static_cast<size_t>(number) - 1];
    Operation operation;
    operation.op = {.kind = op.kind, .arg = op.arg, .compares = op.only_looks != nullptr};
    operation.goroutine = execution.IdentityOfGoroutine(number);
    operation.object = op.object == nullptr ? 0 : execution.IdentityOfObject(*op.object);
    operation.ordinal = goroutine.steps;
    operation.after = goroutine.last;
    if (op.only_looks != nullptr) operation.op.extra = op.number(op, true);
    if (op.object != nullptr && op.object->kind() == ObjectKind::kChan) {
      operation.op.extra = static_cast<const internal::ChanCore*>(op.object)->capacity();
    }
    return operation;
  }

  static ObjectState StateOf(const Op& op, const ObjectLine& line) {
    ObjectState state;
    switch (op.object->kind()) {
      case ObjectKind::kAtomic:
        state.value = op.number != nullptr ? op.number(op, false) : 0;
        break;
      case ObjectKind::kMutex:
        state.value = static_cast<const sync::Mutex*>(op.object)->locked();
        break;
      case ObjectKind::kWaitGroup:
        state.value = static_cast<const sync::WaitGroup*>(op.object)->count();
        break;
      case ObjectKind::kChan:
        state = {.sends = line.sends,
                 .receives = line.receives,
                 .closed = static_cast<const internal::ChanCore*>(op.object)->closed()};
        break;
      default:
        break;
    }
    return state;
  }

  void Add(const Execution& execution, const Transition& t) {
    const Op& op = *execution.PendingOf(t.goroutine);
    const size_t at = run_.events.size();
    Event event;
    static_cast<Operation&>(event) = OperationOf(execution, t.goroutine, op);
    event.alternative = t.alternative;
    event.number = t.goroutine;
    if (at < guide_.size()) {
      event.free = guide_[at].free;
      event.over = guide_[at].over;
      event.over_ordinal = guide_[at].over_ordinal;
      event.over_op = guide_[at].over_op;
    }
    Events past = WouldBe(execution, op, event);
    if (op.object != nullptr) LineOf(execution, op).Add(at, event.effect);
    if (event.over != 0) heads_.push_back(at);
    Acted(t.goroutine, at);
    run_.events.push_back(event);
    run_.past.push_back(std::move(past));
  }

  // What would happen before the event if it came next; fills in its effect.
  Events WouldBe(const Execution& execution, const Op& op, Event& event) {
    Events past;
    if (op.kind == OpKind::kJoinAll) {
      for (size_t i = 0; i < run_.events.size(); ++i) past.Add(i);
    }
    if (event.after != kNever) {
      past.AddAll(run_.past[static_cast<size_t>(event.after)]);
      past.Add(static_cast<size_t>(event.after));
    }
    if (op.object == nullptr) return past;
    const ObjectLine& line = LineOf(execution, op);
    event.before = StateOf(op, line);
    event.effect = effect_of_(event.op, event.before);
    for (size_t i = line.events.size(); i-- > 0;) {
      const auto earlier = static_cast<size_t>(line.events[i]);
      if (past.Has(earlier) || !Ordered(run_.events[earlier], event)) continue;
      past.AddAll(run_.past[earlier]);
      past.Add(earlier);
    }
    return past;
  }

  size_t Default(const Execution& execution, const std::vector<Transition>& enabled) {
    size_t choice = enabled.size();
    const auto identity = [&](size_t i) { return execution.IdentityOfGoroutine(enabled[i].goroutine); };
    for (size_t i = 0; i < enabled.size(); ++i) {
      if (choice < enabled.size() && identity(i) >= identity(choice)) continue;
      if (heads_.empty() || !MustWait(execution, enabled[i])) choice = i;
    }
    return choice;
  }

  // U4: whether it would come before the `a` of one of the heads although it could only have been moved there before that.
  bool MustWait(const Execution& execution, const Transition& t) {
    const Op& op = *execution.PendingOf(t.goroutine);
    if (op.object == nullptr) return false;
    Event event;
    static_cast<Operation&>(event) = OperationOf(execution, t.goroutine, op);
    Events past;
    bool has_past = false;
    for (size_t k = heads_.size(); k-- > 0;) {
      const Event& head = run_.events[heads_[k]];
      if (head.object != event.object || event.goroutine >= head.goroutine || HasHappened(execution, head)) continue;
      if (!Conflict(effect_of_(head.over_op, head.before), effect_of_(event.op, head.before))) continue;
      if (!has_past) past = WouldBe(execution, op, event);
      has_past = true;
      bool after_one = false;
      for (size_t later = k; later < heads_.size() && !after_one; ++later) {
        const Event& other = run_.events[heads_[later]];
        after_one = other.over == head.over && other.over_ordinal == head.over_ordinal && past.Has(heads_[later]);
      }
      if (!after_one) return true;
    }
    return false;
  }

  // The event in front of which the head was moved.
  bool HasHappened(const Execution& execution, const Event& head) const {
    for (size_t g = 0; g < goroutines_.size(); ++g) {
      if (execution.IdentityOfGoroutine(static_cast<int16_t>(g + 1)) == head.over) {
        return goroutines_[g].steps > head.over_ordinal;
      }
    }
    return false;
  }

  ObjectLine& LineOf(const Execution& execution, const Op& op) {
    const auto number = static_cast<size_t>(execution.NumberOf(op.object));
    if (objects_.size() <= number) objects_.resize(number + 1);
    return objects_[number];
  }

  void Acted(int16_t number, size_t at) {
    acted_ = number;
    Goroutine& goroutine = goroutines_[static_cast<size_t>(number) - 1];
    goroutine.last = static_cast<int32_t>(at);
    ++goroutine.steps;
  }

  // Whether a, which has happened earlier, must happen before b, given that both have (or would have) these effects.
  static bool Ordered(const Event& a, const Event& b) {
    // The k-th send comes before the k-th receive, which comes before the (k + capacity)-th send.
    if (a.effect == Effect::kSend && b.effect == Effect::kReceive) return a.before.sends <= b.before.receives;
    if (a.effect == Effect::kReceive && b.effect == Effect::kSend) {
      return a.before.receives + b.op.extra <= b.before.sends;
    }
    return Conflict(a.effect, b.effect);
  }

  // Moves of a WaitGroup's counter commute as long as it cannot go below zero, whatever the order. It cannot if each move
  // down has moves up of its own among what happens before it. (Not if and only if: sleep sets do the rest.)
  bool CountersAreSafe() {
    credit_.assign(run_.events.size(), 0);
    for (size_t i = 0; i < run_.events.size(); ++i) {
      const Event& event = run_.events[i];
      if (event.op.kind != OpKind::kWaitGroupAdd) continue;
      if (event.effect == Effect::kChange) return false;  // it has panicked
      credit_[i] = std::max<int64_t>(event.op.arg, 0);
      int64_t needs = std::max<int64_t>(-event.op.arg, 0);
      for (size_t k = i; k-- > 0 && needs > 0;) {
        if (credit_[k] == 0 || run_.events[k].object != event.object || !run_.past[i].Has(k)) continue;
        const int64_t taken = std::min(needs, credit_[k]);
        credit_[k] -= taken;
        needs -= taken;
      }
      if (needs > 0) return false;
    }
    return true;
  }

  static bool Same(const Execution& execution, const Transition& t, const Event& expected) {
    const Op& op = *execution.PendingOf(t.goroutine);
    return op.kind == expected.op.kind && op.arg == expected.op.arg &&
           (op.object == nullptr ? 0 : execution.IdentityOfObject(*op.object)) == expected.object;
  }

  static StepKey KeyOf(const Event& event) {
    StepKey key;
    key.op = event.op.kind;
    key.has_op = true;
    key.goroutine_id = event.goroutine;
    return key;
  }

  // ---- Its children ----

  bool Ours(Identity path) const { return path % part_.count == part_.index; }

  // As NextChild, but leaves out what others explore.
  bool NextNode(Run& run) {
    while (NextChild(run)) {
      path_ = IdentityOf(IdentityOf(IdentityOf(run.path, run.operation), run.position), run.subset);
      if (part_.count == 1 || height_ != cut_) return true;
      if (counting_) {
        ++at_cut_;
      } else if (Ours(path_)) {
        return true;
      }
    }
    return false;
  }

  // Makes the child at which the cursor stood the guide again.
  bool ResumeOne() {
    Run& run = stack_[height_ - 1];
    static_cast<Cursor&>(run) = resumed_.back();
    resumed_.pop_back();
    if (run.operation >= Operations(run)) return false;
    // One step back: to what the cursor was before this child.
    const bool chooses = run.operation < run.events.size() && run.events[run.operation].op.kind == OpKind::kChoose;
    --(chooses ? run.position : run.subset);
    path_ = {};
    const bool there = NextChild(run);
    path_ = IdentityOf(IdentityOf(IdentityOf(run.path, run.operation), run.position), run.subset);
    return there;
  }

  static size_t Operations(const Run& run) { return run.events.size() + run.waiting.size(); }

  // Moves the cursor to the next child, and makes it the guide. False if there is none.
  bool NextChild(Run& run) {
    for (; run.operation < Operations(run); ++run.operation, run.position = 0, run.subset = 0) {
      const bool happened = run.operation < run.events.size();
      const Operation& o = happened ? run.events[run.operation] : run.waiting[run.operation - run.events.size()];
      if (o.op.kind == OpKind::kChoose) {
        if (static_cast<int64_t>(++run.position) >= o.op.arg) continue;
        guide_.assign(run.events.begin(), run.events.begin() + static_cast<std::ptrdiff_t>(run.operation) + 1);
        same_ = run.operation;
        guide_.back().alternative = static_cast<int32_t>(run.position);
        guide_.back().free = false;
        return true;
      }
      if (o.object == 0) continue;
      const size_t end = happened ? run.operation : run.events.size();
      needed_.Clear();
      if (o.after != kNever) {
        needed_.AddAll(run.past[static_cast<size_t>(o.after)]);
        needed_.Add(static_cast<size_t>(o.after));
      }
      // position - 1 is the distance of a from the end.
      if (run.position == 0) run.position = 1;
      for (; run.position <= end; ++run.position, run.subset = 0) {
        const size_t a = end - run.position;
        if (run.events[a].object != o.object || !run.events[a].free || needed_.Has(a)) continue;
        if (NextChildAt(run, o, a, end)) return true;
        if (unknown_) return false;
      }
    }
    return false;
  }

  bool NextChildAt(Run& run, const Operation& o, size_t a, size_t end) {
    // Events that o may or may not come after.
    optional_.clear();
    for (size_t i = a + 1; i < end; ++i) {
      if (run.events[i].object == o.object && !needed_.Has(i) && !run.past[i].Has(a)) optional_.push_back(i);
    }
    if (optional_.size() > kMostOptional) {
      unknown_ = true;
      return false;
    }
    while (run.subset < uint64_t{1} << optional_.size()) {
      if (MakeChild(run, o, a, end, run.subset++)) return true;
    }
    return false;
  }

  bool MakeChild(const Run& run, const Operation& o, size_t a, size_t end, uint64_t subset) {
    kept_ = needed_;
    for (size_t i = 0; i < optional_.size(); ++i) {
      if ((subset >> i & 1) == 0) continue;
      kept_.AddAll(run.past[optional_[i]]);
      kept_.Add(optional_[i]);
    }
    for (size_t i = 0; i < optional_.size(); ++i) {
      if ((subset >> i & 1) == 0 && kept_.Has(optional_[i])) return false;  // another subset says the same
    }
    for (size_t i = a + 1; i < end; ++i) {
      if (!run.events[i].free && !kept_.Has(i)) return false;  // U2
    }
    Event head;
    static_cast<Operation&>(head) = o;
    head.before = StateAfter(run, o.object, a, end);
    head.effect = effect_of_(o.op, head.before);
    head.free = false;
    head.over = run.events[a].goroutine;
    head.over_ordinal = run.events[a].ordinal;
    head.over_op = run.events[a].op;
    if (head.effect == Effect::kDisabled) return false;
    const Effect effect_of_a = effect_of_(run.events[a].op, head.before);
    if (!Conflict(effect_of_a, head.effect)) return false;
    // Adds would be heads that are independent of each other and yet keep a from happening: U3 is not enough then.
    if (run.events[a].op.kind == OpKind::kWaitGroupWait) {
      unknown_ = true;
      return false;
    }
    // What is kept must be needed.
    past_ = needed_;
    for (size_t i = 0; i < end; ++i) {
      if (run.events[i].object != o.object || (i >= a && !kept_.Has(i)) || !Ordered(run.events[i], head)) continue;
      past_.AddAll(run.past[i]);
      past_.Add(i);
    }
    for (const size_t i : optional_) {
      if (kept_.Has(i) && !past_.Has(i)) return false;
    }
    // U3
    for (size_t i = a; i-- > 0;) {
      const Event& earlier = run.events[i];
      if (earlier.over != head.over || earlier.over_ordinal != head.over_ordinal || earlier.free) continue;
      if (past_.Has(i)) break;
      // Could it have been moved there? (A send that finds the channel closed is another thing than one that does not.)
      if (earlier.goroutine > head.goroutine &&
          Conflict(effect_of_(run.events[a].op, earlier.before), effect_of_(o.op, earlier.before))) {
        return false;
      }
    }
    guide_.assign(run.events.begin(), run.events.begin() + static_cast<std::ptrdiff_t>(a));
    same_ = a;
    for (size_t i = a + 1; i < end; ++i) {
      if (!kept_.Has(i)) continue;
      guide_.push_back(run.events[i]);
      guide_.back().free = false;
      guide_.back().over = 0;  // it is here because o needs it, whatever it was moved in front of before
    }
    guide_.push_back(head);
    return true;
  }

  // The state of an object after p.v: in front of a, and after what is kept of the events behind it.
  ObjectState StateAfter(const Run& run, Identity object, size_t a, size_t end) const {
    ObjectState state = run.events[a].before;
    for (size_t i = a + 1; i < end; ++i) {
      const Event& event = run.events[i];
      if (event.object != object || !kept_.Has(i)) continue;
      state.sends += event.effect == Effect::kSend;
      state.receives += event.effect == Effect::kReceive;
      if (event.effect == Effect::kClose) state.closed = true;
      if (event.op.kind == OpKind::kWaitGroupAdd) state.value += event.op.arg;
    }
    return state;
  }

  const EffectFunction effect_of_;
  const Part part_;
  size_t cut_;                   // parts: the level of the tree below which a subtree is one part's
  bool counting_;                // looking for it
  uint64_t at_cut_ = 0;          // so many nodes
  Identity path_ = 0;            // of the running execution
  std::vector<Cursor> resumed_;  // still to be gone down, innermost first

  std::vector<Run> stack_;
  size_t height_ = 0;                  // so many are in use
  Run run_;                            // the running one
  std::vector<Event> guide_;           // how it begins
  size_t same_ = 0;                    // so many of its events are the parent's (the run on top of the stack)
  int16_t acted_ = 0;                  // who took the last step
  std::vector<Goroutine> goroutines_;  // by number - 1
  std::vector<ObjectLine> objects_;    // by number
  std::vector<size_t> heads_;          // among its events
  std::string mismatch_;

  bool unknown_ = false;
  bool begun_anew_ = false;
  std::unique_ptr<Strategy> fallback_;

  // NextChild's.
  Events needed_, kept_, past_;
  std::vector<size_t> optional_;
  std::vector<int64_t> credit_;  // CountersAreSafe's
};

}  // namespace

std::unique_ptr<Strategy> MakeOptimal(Part part, EffectFunction effect_of) {
  return std::make_unique<Optimal>(part, effect_of);
}

}  // namespace plait::explore
