#include "plait/explorer/execution.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <utility>

#include "plait/explorer/caller.h"
#include "plait/explorer/cycle.h"
#include "plait/explorer/mismatch.h"
#include "plait/explorer/offers.h"
#include "plait/explorer/place.h"
#include "plait/explorer/report/source.h"
#include "plait/explorer/watchdog.h"
#include "plait/runtime/context/tree.h"
#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/goroutine/entry.h"
#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/stack/shadow.h"

#ifdef PLAIT_TSAN
#include <sys/single_threaded.h>
#endif

namespace plait::explore {
namespace {

// After main has ended a goroutine that only re-arms a timer would go on for ever. So many timers, or steps, are taken
// for ever if every goroutine that is left has armed so many of them.
constexpr uint64_t kTimersAfterMain = 1000;
constexpr uint64_t kRearmed = 20;

bool IsTryLock(OpKind kind) {
  return kind == OpKind::kMutexTryLock || kind == OpKind::kRWMutexTryLock || kind == OpKind::kRWMutexTryRLock;
}

constexpr size_t kMostGoroutines = 30'000;  // their numbers have 16 bits

// SIGTRAP ends a process that nobody debugs.
bool IsDebugged() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("TracerPid:", 0) == 0) return line.find_first_of("123456789") != std::string::npos;
  }
  return false;
}

}  // namespace

Execution::Execution(const Options& options)
    : options_(options), user_(options.granularity == Granularity::kUser), regs_(arch::ThreadRegs::OfThisThread()) {
#ifdef PLAIT_TSAN
  // In a process of one thread the C++ library counts references without atomics, and two goroutines that share a
  // shared_ptr would be reported.
  __libc_single_threaded = 0;
#endif
  tombstone_.controller = this;
  tombstone_.name = "(destroyed)";
  destroyed_.set_record(&tombstone_);
}

Execution::~Execution() { destroyed_.set_record(nullptr); }

Execution* Execution::Current() {
  const G* g = CurrentGOrNull();
  return g != nullptr ? dynamic_cast<Execution*>(g->controller) : nullptr;
}

// The explorer's own memory passes from fiber to fiber with no edge that ThreadSanitizer knows of, and none may be made
// up: it would order the goroutines. So what the explorer does to memory is hidden, here and in the controller's
// members.
bool Execution::Run(const std::function<void()>& body, Strategy& strategy, bool record) {
  const stack::ShadowIgnored ignored;
  self_ = CurrentG();
  if (!self_->is_thread)
    plait::Fatal("plait: an exploration must be started from a plain thread, not from a goroutine");
  recording_ = record;
  abandoned_run_ = false;
  verdict_ = Verdict::kNone;
  verdict_text_.clear();
  schedule_.clear();
  forced_ = 0;
  lines_.clear();
  ends_.clear();
  object_names_.clear();
  now_ = 0;
  folded_ = 0;
  main_exited_ = communicates_ = write_locks_ = false;
  timers_made_ = fired_after_main_ = 0;
  last_run_ = 1;

  auto task = std::make_unique<internal::FunctionTask<std::function<void()>>>(body);
  G* main = AllGoroutines::Instance().New(nullptr, SourceLocation{});
  main->task = task.release();
  main->set_controller(this);
  Started(main);

  strategy_ = &strategy;
  over_ = false;
  matches_ = {};
  Loop();
  if (!abandoned_run_ && verdict_ != Verdict::kNondeterminism && !strategy.Consumed()) {
    verdict_text_ = "it ended after " + std::to_string(schedule_.size()) +
                    " steps, where the same schedule went on before; " + MismatchSuspects();
    verdict_ = Verdict::kNondeterminism;
  }
  if (!abandoned_run_) strategy.Over(*this);
  if (recording_) RecordEnds();
  Finish();
  return !abandoned_run_;
}

// Who runs next; 0: nobody, the execution is over. A goroutine that has come to its next step asks this itself, on its own
// stack, and switches to whoever it is: one switch a step, and none if it goes on itself.
int16_t Execution::Next() {
  while (!over_) {
    if (matches_.goroutine != 0) return Act(std::exchange(matches_, {}));
    // E3. What a goroutine does from its wake-up, or its start, to its next step, nobody can observe.
    if (user_ && !woken_.empty() && verdict_ == Verdict::kNone) {
      const int16_t number = woken_.front();
      woken_.erase(woken_.begin());
      return number;
    }
    Transition t;
    over_ = !NextTransition(t);
    if (over_) break;
    if (recording_) {
      const Touches touches = FootprintOf(t).touches;
      touches_.assign(touches.begin(), touches.end());
      states_ = StatesOfAll();
    }
    FillKey(t, schedule_.emplace_back());  // in place: these are as many bytes as all the rest of a step touches
    if (t.kind == Transition::kTimer) {
      Fire(t);
    } else if (t.kind == Transition::kRendezvous) {
      return Meet(t);
    } else {
      return Act(t);
    }
  }
  return 0;
}

// False: there is none, the execution is over.
bool Execution::NextTransition(Transition& t) {
  CheckAfterStep();
  if (verdict_ != Verdict::kNone) return false;
  const std::optional<Transition> known = strategy_->Known(*this);
  if (!known || recording_) FindEnabled();  // a record has who else could have gone on
  if (!known && enabled_.empty()) {
    ConcludeQuiet();
    return false;
  }
  if (schedule_.size() >= options_.max_steps || fired_after_main_ > kTimersAfterMain) {
    if (OnlyRearming()) {
      Fail(Verdict::kPeriodicLeak, "main has ended; " + std::to_string(fired_after_main_) +
                                       " timers later whoever is left goes on re-arming timers, for ever as it seems");
      return false;
    }
  }
  if (schedule_.size() >= options_.max_steps) {
    Fail(Verdict::kStepLimit, StillRunning());
    return false;
  }
  if (known) {
    t = *known;
    return true;
  }
  const int choice = strategy_->Choose(*this, enabled_);
  if (choice == Strategy::kAbandon) {
    abandoned_run_ = true;
    return false;
  }
  if (choice == Strategy::kNondeterminism) {
    Fail(Verdict::kNondeterminism, strategy_->mismatch());
    return false;
  }
  if (choice != 0) forced_ = schedule_.size() + 1;
  t = enabled_[static_cast<size_t>(choice)];
  return true;
}

std::string Execution::StillRunning() const {
  const std::string text = "still running after " + std::to_string(options_.max_steps) + " steps: ";
  const size_t cycle = CycleAtEnd(schedule_);
  if (cycle == 0) return text + "a loop that polls, or a limit that is too low (--plait_max_steps)";
  std::string steps;
  for (size_t i = schedule_.size() - cycle; i < schedule_.size(); ++i) {
    steps += "\n  " + StepText(schedule_[i]);
    // A line each, as long as no two goroutines have met.
    if (lines_.size() == schedule_.size()) steps += "  " + ShortPlace(lines_[i].where);
  }
  return text + "a loop that polls. Its last " + (cycle == 1 ? "step" : std::to_string(cycle) + " steps") +
         " would be taken again and again, for ever:" + steps +
         "\nLet it wait instead, on a channel, a Cond or a WaitGroup: then the explorer knows what it waits for.";
}

// The goroutine of t goes on, in its alternative.
int16_t Execution::Act(const Transition& t) {
  last_run_ = t.goroutine;
  Goroutine& goroutine = Of(t.goroutine);
  if (recording_) Describe(t, goroutine, t.alternative);
  if (goroutine.state == State::kPending) goroutine.op->chosen = t.alternative;
  return t.goroutine;
}

// One of the two arrives first, and parks; the other one then matches it.
int16_t Execution::Meet(const Transition& t) {
  int16_t waits = t.peer;
  int32_t waits_in = t.peer_alternative;
  matches_ = t;
  if (!WaitsIn(t).peer) {
    std::swap(waits, matches_.goroutine);
    std::swap(waits_in, matches_.alternative);
  }
  Goroutine& waiter = Of(waits);
  waiter.op->chosen = Transition::ArriveFirst(waits_in);
  if (recording_) Describe(t, waiter, Transition::kArrive);
  return waits;
}

void Execution::Fire(const Transition& t) {
  const auto it = std::find_if(timers_.begin(), timers_.end(), [&t](const RuntimeTimer* timer) {
    return timer->control == static_cast<uint64_t>(t.alternative);
  });
  RuntimeTimer* timer = *it;
  timers_.erase(it);
  timer->armed = false;
  now_ = std::max(now_, timer->when);
  if (recording_) {
    StepRecord& line = NewLine();
    line.text = timer->sleeper != nullptr
                    ? GoroutineName(static_cast<int>(NumberOfG(timer->sleeper))) + " wakes from Sleep"
                : timer->object != nullptr ? ObjectName(timer->object) + " fires"
                                           : "timer fires";
  }
  if (Of(1).state == State::kEnded) ++fired_after_main_;
  StopHere();
  ++timer->ticks;
  firing_ = timer->identity;
  timer->fire(*timer, now_, nullptr);
  firing_ = 0;
}

// It is about to be switched to.
void Execution::Enter(int16_t number) {
  Goroutine& goroutine = Of(number);
  G* g = goroutine.g;
  if (goroutine.state == State::kUnstarted) BindStack(g);
  in_step_ = goroutine.state == State::kWoken || goroutine.state == State::kPending;
  goroutine.state = State::kRunning;
  current_ = number;
  g->set_status(GStatus::kRunning);
  Watchdog::Going(number, goroutine.op != nullptr && in_step_ ? goroutine.op->where : goroutine.created_at);
  SetCurrentG(g);
}

// It has stopped. What follows is the explorer's, on whichever stack.
void Execution::Stopped() {
  SetCurrentG(self_);
  Watchdog::Back();
  current_ = 0;
  in_step_ = false;
}

void Execution::Loop() {
  while (const int16_t number = Next()) {
    Enter(number);
    arch::Switch(base_, Of(number).g->fiber, regs_);
    Stopped();
  }
  // An ended goroutine keeps its stack until Finish(): whoever still refers to its frames meets tombstones there, and
  // not the frames of the next goroutine. For the same reason it does not ask who is next, but leaves that to the base.
}

// The current goroutine has stopped. Returns when it is its turn again, or when it is to be unwound.
void Execution::SwitchAway() {
  race::Release(this);  // acquired by Finish() and JoinAll()
#ifdef PLAIT_TSAN
  // Over the base always: whoever makes a fiber happens before it, says ThreadSanitizer, and that must not be whichever
  // goroutine ran last.
  arch::Switch(Of(current_).g->fiber, base_, regs_);
  return;
#endif
  const int16_t self = current_;
  arch::Fiber& fiber = Of(self).g->fiber;
  Stopped();
  const int16_t next = Next();
  if (next != 0) Enter(next);
  if (next != self) arch::Switch(fiber, next != 0 ? Of(next).g->fiber : base_, regs_);
}

bool Execution::OnlyRearming() const {
  if (Of(1).state != State::kEnded) return false;
  return std::all_of(goroutines_.begin(), goroutines_.end(), [](const Goroutine& goroutine) {
    return goroutine.state == State::kEnded || goroutine.armed_after_main >= kRearmed;
  });
}

void Execution::CheckAfterStep() {
  if (probe_) probe_(*this);
  if (verdict_ != Verdict::kNone) return;
  for (const Invariant& invariant : invariants_) {
    if (Of(invariant.owner).state == State::kEnded || invariant.holds()) continue;
    Fail(Verdict::kInvariant, invariant.text);
    return;
  }
}

// Nothing can move any more.
void Execution::ConcludeQuiet() {
  int blocked = 0;
  for (const Goroutine& goroutine : goroutines_) blocked += goroutine.state != State::kEnded;
  if (main_exited_) {  // PANIC-14, DEAD-04, DEAD-05: as in production
    Fail(Verdict::kDeadlock, std::string("fatal error: ") + (blocked == 0 ? texts::kNoGoroutines : texts::kAllAsleep));
    return;
  }
  if (blocked == 0) return;
  if (Of(1).state != State::kEnded) {
    Fail(Verdict::kDeadlock, "main waits, and nothing can ever run again");
  } else {
    Fail(Verdict::kLeak,
         blocked == 1 ? "main has ended; 1 goroutine is left that can never run again"
                      : "main has ended; " + std::to_string(blocked) + " goroutines are left that can never run again");
  }
}

void Execution::Finish() {
  // All of an execution happens before its teardown, before the next execution, and before Explore() returns.
  race::Acquire(this);
  // Timers first: a sleeping goroutine's timer lives on the stack that is about to be unwound.
  for (RuntimeTimer* timer : timers_) timer->armed = false;
  for (RuntimeTimer* timer : std::exchange(timers_, {})) {
    if (timer->drop != nullptr) timer->drop(*timer);
  }
  woken_.clear();
  finishing_ = true;
  for (size_t i = goroutines_.size(); i-- > 0;) {  // newest first, main last
    if (goroutines_[i].state == State::kEnded) continue;
    if (!teardown_.UnwindOne(goroutines_[i].g)) ++abandoned_stacks_;
  }
  // A function that waits for a context holds what it has captured, perhaps that context: nobody else would end that.
  for (size_t i = 0; i < objects_; ++i) {
    Object* object = records_[i]->object;
    if (object == nullptr || object->kind() != ObjectKind::kContext) continue;
    auto* node = static_cast<internal::TreeNode*>(object);
    if (node->is_func) static_cast<internal::AfterNode*>(node)->Forget();
  }
  invariants_.clear();
  Probe();  // what has failed in an unwound goroutine counts for nothing
  finishing_ = false;
  for (const Goroutine& goroutine : goroutines_) {
    UnbindStack(goroutine.g);
    AllGoroutines::Instance().Free(goroutine.g);
  }
  goroutines_.clear();
  ended_ = 0;
  // What outlives the execution (statics, what an abandoned stack owns) belongs to nobody again.
  for (size_t i = 0; i < objects_; ++i) {
    if (records_[i]->object != nullptr) records_[i]->object->set_record(nullptr);
  }
  objects_ = 0;
}

void Execution::Fail(Verdict verdict, std::string text) {
  if (verdict_ != Verdict::kNone || finishing_) return;
  verdict_ = verdict;
  verdict_text_ = std::move(text);
}

// ---- Controller ----

bool Execution::Folds(OpKind kind) const { return user_ && (kind == OpKind::kGo || kind == OpKind::kGosched); }

Controller::Admission Execution::BeforeStep(Op& op) {
  const stack::ShadowIgnored ignored;
  if (recording_ && *op.where.file == '\0')
    op.where = CallerOutsidePlait();  // called through std::scoped_lock and its like
  Goroutine& self = Of(current_);
  op.outer = self.within;
  if (op.outer != nullptr && self.op == op.outer) op.outer->line = self.line;
  self.op = &op;
  if (op.kind == OpKind::kCondWait) self.within = &op;
  Claim(op);
  if (options_.spurious_try_lock && IsTryLock(op.kind)) op.alternatives = 2;
  bool folds = Folds(op.kind);
  if (folds && ++folded_ > options_.max_steps) {
    Fail(Verdict::kStepLimit, "more than " + std::to_string(options_.max_steps) + " times " + OpName(op.kind) +
                                  ", which is no step of its own: a loop that never ends, or a limit that is too low "
                                  "(--plait_max_steps)");
    folds = false;  // to the loop, which will not come back
  }
  if (op.kind == OpKind::kGo && goroutines_.size() >= kMostGoroutines) {
    Fatal("plait: more than 30000 goroutines in one explored execution");
  }
  if (op.kind == OpKind::kNow) reads_clock_ = true;
  communicates_ = communicates_ || Communicates(op);
  write_locks_ = write_locks_ || op.kind == OpKind::kRWMutexLock;
  if (op.fatal != nullptr) Fatal(op.fatal);
  if (!folds) {
    self.state = State::kPending;
    SwitchAway();
    if (Controller* controller = CurrentG()->controller; controller != this) return controller->BeforeStep(op);
    StopHere();
  }
  in_step_ = true;
  return Admission::kProceed;
}

void Execution::AfterStep(const Op& op) {
  const stack::ShadowIgnored ignored;
  Goroutine& self = Of(current_);
  if (recording_ && self.line >= 0 && !Folds(op.kind)) lines_[static_cast<size_t>(self.line)].result = ResultOf(op);
  Leave(self);
}

// Its operation has ended. It may have been part of another one, which goes on.
void Execution::Leave(Goroutine& self) {
  if (self.op == self.within) self.within = self.op->outer;
  self.op = self.within;
  if (self.op != nullptr) self.line = self.op->line;
  in_step_ = self.op != nullptr;
}

// --plait_break: on the stack of the goroutine that takes the step, a moment before it does, so that a debugger shows the
// user's own line a few frames up.
void Execution::StopHere() {
  if (options_.break_at == 0 || schedule_.size() != options_.break_at || !recording_) return;
  options_.break_at = 0;
  if (IsDebugged()) {
    std::raise(SIGTRAP);
  } else {
    std::fprintf(stderr, "plait: step %zu, but no debugger is there to stop: gdb -ex run --args %s ...\n",
                 schedule_.size(), program_invocation_name);
  }
}

void Execution::StepPanicked() {
  const stack::ShadowIgnored ignored;
  Goroutine& self = Of(current_);
  if (self.op == nullptr) return;  // panic(nullptr), between two operations
  if (recording_ && self.line >= 0) lines_[static_cast<size_t>(self.line)].result = "panics";
  Leave(self);
}

void Execution::Parked() {
  const stack::ShadowIgnored ignored;
  Goroutine& self = Of(current_);
  self.state = State::kParked;
  if (recording_ && self.line >= 0) lines_[static_cast<size_t>(self.line)].result = "waits";
  SwitchAway();
  if (Controller* controller = CurrentG()->controller; controller != this) {
    controller->Parked();
  } else {
    StopHere();
  }
}

void Execution::Readied(G* g) {
  const stack::ShadowIgnored ignored;
  const auto number = static_cast<int16_t>(NumberOfG(g));
  Of(number).state = State::kWoken;
  if (recording_ && !lines_.empty() && !finishing_) lines_.back().woke.push_back(number);
  if (firing_ != 0 && Of(1).state == State::kEnded) ++Of(number).armed_after_main;  // a ticker arms itself
  if (user_) woken_.push_back(number);
}

void Execution::Started(G* child) {
  const stack::ShadowIgnored ignored;
  Goroutine* parent = current_ != 0 ? &Of(current_) : nullptr;
  Goroutine& goroutine = goroutines_.Add();
  goroutine.g = child;
  goroutine.parent = current_;
  goroutine.id = parent != nullptr ? IdentityOf(parent->id, 2 * parent->goroutines_made++)
                 : firing_ != 0    ? IdentityOf(firing_, 0)  // an AfterFunc's
                                   : 1;
  goroutine.created_at = child->created_at;
  child->control = reinterpret_cast<void*>(goroutines_.size());
  if (recording_ && !lines_.empty()) lines_.back().started.push_back(static_cast<int>(goroutines_.size()));
  if (user_) woken_.push_back(static_cast<int16_t>(goroutines_.size()));
}

int64_t Execution::NumberOfG(const G* g) const { return reinterpret_cast<intptr_t>(g->control); }

void Execution::Ended(std::exception_ptr uncaught) {
  Goroutine& self = Of(current_);
  if (current_ == 1) main_exited_ = self.g->exited;
  self.state = State::kEnded;
  ++ended_;
  self.g->set_status(GStatus::kDead);
  if (uncaught != nullptr) {
    const stack::ShadowIgnored ignored;
    if (probe_) probe_(*this);  // a failed assertion that throws says more than the exception
    self.panicked = true;
    self.panic_text = plait::TextOf(uncaught);
    Fail(Verdict::kPanic, "panic: " + self.panic_text + " [" + GoroutineName(current_) + "]");
    uncaught = nullptr;
  }
  race::Release(this);  // acquired by Finish() and JoinAll()
  arch::SwitchAndEnd(self.g->fiber, base_, regs_);
}

void Execution::ObjectBegan(Object& object) {
  const stack::ShadowIgnored ignored;
  if (objects_ == records_.size()) records_.push_back(std::make_unique<Record>());
  Record* record = records_[objects_++].get();
  *record = Record{};
  record->controller = this;
  record->object = &object;
  record->kind = object.kind();
  record->number = static_cast<int32_t>(objects_);
  if (current_ != 0) record->id = IdentityOf(Of(current_).id, 2 * Of(current_).objects_made++ + 1);
  object.set_record(record);
  if (recording_ && current_ != 0) CallIt(*record, NameInSource(CallerOutsidePlait(), object.kind()));
}

void Execution::ObjectEnded(Object& object) {
  const stack::ShadowIgnored ignored;
  CheckNobodyWaitsOn(object);
  object.record()->object = nullptr;
  object.set_record(&tombstone_);  // whoever comes later through a dangling reference is told so
}

void Execution::ObjectNamed(Object& object, const char* name) {
  const stack::ShadowIgnored ignored;
  auto& record = *static_cast<Record*>(object.record());
  record.name = name;
  if (recording_) CallIt(record, name);
}

// A static: who uses it first depends on the schedule, its address does not. (It never leaves the process.)
void Execution::Adopt(Object& object) {
  ObjectBegan(object);
  static_cast<Record*>(object.record())->id = IdentityOf(0, reinterpret_cast<uintptr_t>(&object));
  --Of(current_).objects_made;
}

void Execution::Arm(RuntimeTimer& timer) {
  const stack::ShadowIgnored ignored;
  timer.armed = true;
  if (current_ != 0 && Of(1).state == State::kEnded) ++Of(current_).armed_after_main;
  timer.control = ++timers_made_;
  timer.identity =
      current_ != 0 ? IdentityOf(Of(current_).id, 2 * Of(current_).objects_made++ + 1) : IdentityOf(firing_, 1);
  timers_.push_back(&timer);
}

bool Execution::Disarm(RuntimeTimer& timer) {
  const stack::ShadowIgnored ignored;
  const auto it = std::find(timers_.begin(), timers_.end(), &timer);
  if (it == timers_.end()) return false;
  timers_.erase(it);
  timer.armed = false;
  return true;
}

void Execution::Fatal(std::string_view text) {
  const stack::ShadowIgnored ignored;
  Fail(Verdict::kFatal, "fatal error: " + std::string(text) + " [" + GoroutineName(current_) + "]");
  Of(current_).state = Of(current_).op != nullptr ? State::kPending : State::kParked;
  SwitchAway();
  throw Unwind{};  // resumed only to be unwound
}

// ---- For the test's goroutines ----

void Execution::AddInvariant(std::string text, std::function<bool()> holds) {
  const stack::ShadowIgnored ignored;
  invariants_.push_back({current_, std::move(text), std::move(holds)});
}

void Execution::JoinAll(SourceLocation where) {
  Op op{.kind = OpKind::kJoinAll, .where = where};
  if (BeforeStep(op) != Admission::kProceed) return;
  race::Acquire(this);  // all others have ended: whatever they did happens before the return
  AfterStep(op);
}

int Execution::Choose(int n, SourceLocation where) {
  if (n < 1) Fatal("plait: choose(" + std::to_string(n) + "): there must be at least one choice");
  Op op{.kind = OpKind::kChoose, .where = where, .arg = n, .alternatives = n};
  if (BeforeStep(op) != Admission::kProceed) return 0;
  op.out = op.chosen;
  AfterStep(op);
  return op.chosen;
}

}  // namespace plait::explore
