// Execution in words: the lines of a recorded trace. Written the way the operation would be in Go.

#include <algorithm>
#include <string_view>

#include "plait/explorer/execution.h"
#include "plait/runtime/context/tree.h"

namespace plait::explore {
namespace {

std::string ValueText(const Op& op) {
  if (op.value == nullptr || op.print_value == nullptr) return "...";
  char buffer[64];
  op.print_value(op.value, buffer, sizeof buffer);
  return buffer;
}

std::string DurationText(int64_t ns) {
  if (ns % 1'000'000'000 == 0) return std::to_string(ns / 1'000'000'000) + "s";
  if (ns % 1'000'000 == 0) return std::to_string(ns / 1'000'000) + "ms";
  if (ns % 1'000 == 0) return std::to_string(ns / 1'000) + "us";
  return std::to_string(ns) + "ns";
}

// The operations of a Weighted and of a singleflight group; empty: op is none of them.
std::string TextOfOther(const Op& op, const std::string& object) {
  if (op.object == nullptr) return {};
  const std::string n = "(" + std::to_string(op.arg) + ")";
  if (op.object->kind() == ObjectKind::kSemaphore) {
    if (op.kind == OpKind::kMutexLock) return object + ".Acquire" + n;
    if (op.kind == OpKind::kMutexUnlock) return object + (op.arg < 0 ? ".Acquire gives up" : ".Release" + n);
    return object + ".TryAcquire" + n;
  }
  if (op.object->kind() == ObjectKind::kFlight) {
    if (op.kind == OpKind::kMutexLock) return object + (op.arg == 0 ? ".Do()" : ".DoChan()");
    return object + (op.arg == 0 ? ": the call is over" : ".Forget()");
  }
  return {};
}

}  // namespace

std::string Execution::GoroutineName(int number) const { return number == 1 ? "main" : "G" + std::to_string(number); }

std::string Execution::ObjectName(const Object* object) const {
  if (object == nullptr) return "nil";
  const auto* record = static_cast<const Record*>(object->record());
  if (record == nullptr) return ObjectKindName(object->kind());
  if (record->shown != nullptr) return record->shown;
  if (record->name != nullptr) return record->name;
  // Numbered among its own kind: "chan#2".
  int ordinal = 0;
  for (size_t i = 0; i < objects_; ++i) {
    ordinal += records_[i]->kind == record->kind;
    if (records_[i].get() == record) break;
  }
  return std::string(ObjectKindName(record->kind)) + "#" + std::to_string(ordinal);
}

// The first object of a name has it to itself, the second one is called "mu#2".
void Execution::CallIt(Record& record, std::string base) {
  record.shown = nullptr;
  if (base.empty()) return;
  const auto taken = [&](const std::string& name) {
    return std::any_of(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(objects_),
                       [&](const auto& other) { return other->shown != nullptr && other->shown == name; });
  };
  std::string name = base;
  for (int k = 2; taken(name); ++k) name = base + "#" + std::to_string(k);
  record.shown = shown_.insert(std::move(name)).first->c_str();
}

std::string Execution::TextOf(const Op& op, int alternative) const {
  // A timer without a name of its own: "timer#1.C".
  const auto received_from = [this](const Object* o) {
    const bool timed = o != nullptr && (o->kind() == ObjectKind::kTimer || o->kind() == ObjectKind::kTicker);
    return ObjectName(o) + (timed && o->record() != nullptr && o->record()->name == nullptr ? ".C" : "");
  };
  const auto of_case = [&](const OpCase& c) {
    if (c.direction == OpCase::kDefault) return std::string("default");
    return c.direction == OpCase::kRecv ? "<-" + received_from(c.object) : ObjectName(c.object) + " <- ...";
  };
  const std::string object = ObjectName(op.object);
  if (std::string text = TextOfOther(op, object); !text.empty()) return text;
  switch (op.kind) {
    case OpKind::kGo:
      return "go";
    case OpKind::kGosched:
      return "Gosched()";
    case OpKind::kChanSend:
      return object + " <- " + ValueText(op);
    case OpKind::kChanRecv:
      return "<-" + received_from(op.object);
    case OpKind::kChanClose:
      return "close(" + object + ")";
    case OpKind::kChanLen:
      return "len(" + object + ")";
    case OpKind::kSelect: {
      if (alternative >= 0 && alternative < op.alternatives) return "select: " + of_case(op.cases[alternative]);
      std::string text = "select:";
      for (int i = 0; i < op.alternatives; ++i) text += (i == 0 ? " " : " | ") + of_case(op.cases[i]);
      return text;
    }
    case OpKind::kMutexLock:
      return object + ".Lock()";
    case OpKind::kMutexTryLock:
      return object + ".TryLock()";
    case OpKind::kMutexUnlock:
      return object + ".Unlock()";
    case OpKind::kWaitGroupAdd:
      return op.arg == -1 ? object + ".Done()" : object + ".Add(" + std::to_string(op.arg) + ")";
    case OpKind::kWaitGroupWait:
      return object + ".Wait()";
    case OpKind::kAtomicLoad:
      return object + ".Load()";
    case OpKind::kAtomicStore:
      return object + ".Store(...)";
    case OpKind::kAtomicRmw:
      if (op.method == nullptr) return object + " read-modify-write";
      return object + "." + op.method +
             (op.method == std::string_view("Add") ? "(" + std::to_string(op.arg) + ")" : "(...)");
    case OpKind::kSleep:
      return "Sleep(" + DurationText(op.arg) + ")";
    case OpKind::kTimerStart: {
      if (op.object->kind() == ObjectKind::kContext) {
        return object + (op.arg > 0 ? " = WithTimeout(" + DurationText(op.arg) + ")" : " = WithDeadline()");
      }
      const std::string d = "(" + DurationText(op.arg) + ")";
      if (op.object->kind() == ObjectKind::kTicker) return object + " = time.NewTicker" + d;
      if (op.object->kind() == ObjectKind::kAfterFunc) return object + " = time.AfterFunc" + d;
      const bool named = op.object->record() != nullptr && op.object->record()->name != nullptr;
      return object + (named ? "" : " = time.NewTimer") + d;  // "time.After(1s)"
    }
    case OpKind::kTimerReset:
      return object + ".Reset(" + DurationText(op.arg) + ")";
    case OpKind::kTimerStop:
      return object + ".Stop()";
    case OpKind::kContextCancel:
      if (static_cast<const internal::TreeNode*>(op.object)->is_func) return "stop(" + object + ")";
      return "cancel(" + object + ")";
    case OpKind::kContextErr:
      return object + ".Err()";
    case OpKind::kNow:
      return "time.Now()";
    case OpKind::kChoose:
      return "choose 1 of " + std::to_string(op.arg);
    case OpKind::kJoinAll:
      return "join_all()";
    case OpKind::kPoolGet:
      return object + ".Get()";
    case OpKind::kPoolPut:
      return object + ".Put(...)";
    case OpKind::kMapRead:
    case OpKind::kMapWrite:
      return object + "." + op.method + "()";
    case OpKind::kRWMutexRLock:
      return object + ".RLock()";
    case OpKind::kRWMutexRUnlock:
      return object + ".RUnlock()";
    case OpKind::kRWMutexLock:
      return object + ".Lock()";
    case OpKind::kRWMutexUnlock:
      return object + ".Unlock()";
    case OpKind::kRWMutexTryRLock:
      return object + ".TryRLock()";
    case OpKind::kRWMutexTryLock:
      return object + ".TryLock()";
    case OpKind::kOnceDo:
      return object + ".Do()";
    case OpKind::kOnceDone:
      return object + ".Do() ends";
    case OpKind::kCondWait:
      return object + ".Wait()";
    case OpKind::kCondSignal:
      return object + ".Signal()";
    case OpKind::kCondBroadcast:
      return object + ".Broadcast()";
  }
  return {};
}

std::string Execution::ResultOf(const Op& op) const {
  if (op.object != nullptr && op.object->kind() == ObjectKind::kSemaphore) {
    if (op.kind == OpKind::kMutexLock) return op.ok ? "" : "must wait";
    if (op.kind == OpKind::kAtomicRmw) return op.ok ? "= true" : "= false";
  }
  switch (op.kind) {
    case OpKind::kChanRecv:
      if (op.ok && op.print_value == nullptr) return {};
      return op.ok ? "= " + ValueText(op) : "= zero, closed";
    case OpKind::kSelect:
      if (op.chosen >= 0 && op.cases[op.chosen].direction == OpCase::kRecv) {
        if (op.ok && op.print_value == nullptr) return {};
        return op.ok ? "= " + ValueText(op) : "= zero, closed";
      }
      return {};
    case OpKind::kPoolGet:
      return op.ok ? "= an item" : "finds nothing";
    case OpKind::kMapRead:
    case OpKind::kMapWrite:
      return op.ok ? "" : "= false";
    case OpKind::kMutexTryLock:
    case OpKind::kTimerStop:
    case OpKind::kRWMutexTryRLock:
    case OpKind::kRWMutexTryLock:
    case OpKind::kTimerReset:
      return op.ok ? "= true" : "= false";
    case OpKind::kContextCancel:
      if (static_cast<const internal::TreeNode*>(op.object)->is_func) return op.ok ? "= true" : "= false";
      return op.ok ? "" : "done before";
    case OpKind::kContextErr:
      return op.ok ? "= nil" : "= cancelled";
    case OpKind::kAtomicRmw:
      if (op.method == std::string_view("CompareAndSwap")) return op.ok ? "= true" : "= false";
      return "= " + std::to_string(op.out);
    case OpKind::kAtomicLoad:
    case OpKind::kAtomicStore:
    case OpKind::kChanLen:
    case OpKind::kChoose:
      return "= " + std::to_string(op.out);
    case OpKind::kOnceDo:
      return op.ok ? "is the first" : "has been done";
    case OpKind::kNow:
      return "= " + DurationText(op.out);
    default:
      return {};
  }
}

StepRecord& Execution::NewLine() {
  StepRecord& line = lines_.emplace_back();
  line.step = static_cast<uint32_t>(schedule_.size());
  line.touches = touches_;
  line.states = states_;
  line.now = now_;
  return line;
}

// A new line of the trace for a goroutine that is about to go on. A rendezvous is one transition and takes two lines.
void Execution::Describe(const Transition& t, Goroutine& goroutine, int32_t alternative) {
  goroutine.line = static_cast<int>(lines_.size());
  StepRecord& line = NewLine();
  line.goroutine = static_cast<int>(NumberOfG(goroutine.g));
  switch (goroutine.state) {
    case State::kUnstarted:
      line.text = "starts";
      line.where = goroutine.created_at;
      break;
    case State::kWoken:
      line.text = goroutine.op != nullptr ? "woken in " + TextOf(*goroutine.op, Transition::kArrive) : "woken";
      line.where = goroutine.g->waits_at;
      break;
    default: {
      const Op& op = *goroutine.op;
      line.text = TextOf(op, alternative);
      line.uses = UsesOf(op, alternative);
      line.where = op.kind == OpKind::kSelect && alternative >= 0 && t.kind != Transition::kStart
                       ? op.cases[alternative].where
                       : op.where;
      break;
    }
  }
}

std::vector<Use> Execution::UsesOf(const Op& op, int32_t alternative) const {
  std::vector<Use> uses;
  if (op.kind != OpKind::kSelect) {
    uses.push_back({NumberOf(op.object), op.kind, false, op.arg, op.where});
    return uses;
  }
  for (int i = 0; i < op.alternatives; ++i) {
    const OpCase& c = op.cases[i];
    if (c.direction == OpCase::kDefault) continue;
    const OpKind kind = c.direction == OpCase::kSend ? OpKind::kChanSend : OpKind::kChanRecv;
    uses.push_back({NumberOf(c.object), kind, i != alternative, 0, c.where});
  }
  return uses;
}

std::string Execution::StatesOfAll() const {
  std::string states;
  for (const Goroutine& goroutine : goroutines_) {
    states += goroutine.state == State::kEnded ? 'e' : goroutine.state == State::kPending ? 'b' : 'r';
    if (goroutine.state == State::kParked) states.back() = 'b';
  }
  for (const Transition& t : enabled_) {
    for (const int16_t g : {t.goroutine, t.peer}) {
      if (g != 0) states[static_cast<size_t>(g) - 1] = 'r';
    }
  }
  return states;
}

void Execution::RecordEnds() {
  for (size_t i = 0; i < objects_; ++i) {
    const Record& record = *records_[i];
    object_names_.push_back(record.shown != nullptr  ? record.shown
                            : record.name != nullptr ? record.name
                                                     : std::string(ObjectKindName(record.kind)));
  }
  for (size_t i = 0; i < goroutines_.size(); ++i) {
    const Goroutine& goroutine = goroutines_[i];
    GoroutineEnd& end = ends_.emplace_back();
    end.number = static_cast<int>(i) + 1;
    end.name = GoroutineName(end.number);
    end.created_at = goroutine.created_at;
    end.created_by = goroutine.parent;
    switch (goroutine.state) {
      case State::kEnded:
        end.state = goroutine.panicked ? GoroutineEnd::kPanicked : GoroutineEnd::kReturned;
        end.text = goroutine.panic_text;
        break;
      case State::kPending: {
        const Op& op = *goroutine.op;
        const bool could_run = std::any_of(enabled_.begin(), enabled_.end(), [&end](const Transition& t) {
          return t.goroutine == end.number || t.peer == end.number;
        });
        end.state = could_run && verdict_ != Verdict::kDeadlock && verdict_ != Verdict::kLeak ? GoroutineEnd::kRunnable
                                                                                              : GoroutineEnd::kBlocked;
        end.text = TextOf(op, Transition::kArrive);
        end.where = op.where;
        end.op = op.kind;
        end.uses = UsesOf(op, Transition::kArrive);
        break;
      }
      case State::kParked:
        end.state = GoroutineEnd::kBlocked;
        end.text = goroutine.op != nullptr ? TextOf(*goroutine.op, Transition::kArrive)
                                           : WaitReasonText(goroutine.g->wait_reason);
        end.where = goroutine.g->waits_at;
        if (goroutine.op != nullptr) {
          end.op = goroutine.op->kind;
          end.uses = UsesOf(*goroutine.op, Transition::kArrive);
        }
        break;
      default:
        end.state = GoroutineEnd::kRunnable;
        break;
    }
  }
}

}  // namespace plait::explore
