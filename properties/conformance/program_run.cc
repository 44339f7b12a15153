#include "plait/properties/conformance/program_run.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "plait/plait.h"
#include "plait/runtime/sched/random.h"
#include "plait/runtime/seam/race.h"

namespace plait::conformance {
namespace {

using model::OpKind;

void CheckSupported(const model::Program& program) {
  if (const std::string fault = model::Validate(program); !fault.empty()) throw std::invalid_argument(fault);
  if (!program.main_joins_all) throw std::invalid_argument("a program that ends with main cannot run inside a test");
  std::vector<bool> afterwards(program.goroutines.size(), false);
  for (const model::Object& object : program.objects) {
    if (object.kind == model::ObjectKind::kFunc) afterwards[static_cast<size_t>(object.of)] = true;
  }
  for (const model::Body& body : program.goroutines) {
    for (const model::Op& op : body) {
      if (op.kind == OpKind::kStop &&
          program.objects[static_cast<size_t>(op.object)].kind == model::ObjectKind::kFunc &&
          afterwards[static_cast<size_t>(&body - program.goroutines.data())]) {
        throw std::invalid_argument("an AfterFunc stops an AfterFunc");
      }
    }
  }
}

}  // namespace

// ThreadSanitizer cannot see how the caller of Observe has learnt that all are at rest. It is told: what a goroutine
// has written is released before it may wait.
ProgramRun::ProgramRun(const model::Program& program, uint64_t shake, time::Duration unit)
    : program_(program),
      shake_(shake),
      unit_(unit),
      logs_(program.goroutines.size()),
      panicked_(program.goroutines.size()) {
  CheckSupported(program);
  std::vector<bool> named(program.goroutines.size(), false);
  for (const model::Body& body : program.goroutines) {
    for (const model::Op& op : body) {
      if (op.kind == OpKind::kGo) named[static_cast<size_t>(op.object)] = true;
    }
  }
  for (const model::Object& object : program_.objects) {
    if (object.kind == model::ObjectKind::kFunc) named[static_cast<size_t>(object.of)] = true;
  }
  for (size_t g = 1; g < named.size(); ++g) {
    if (!named[g]) implicit_.push_back(static_cast<int>(g));
  }
}

void ProgramRun::Main() {
  race::Acquire(this);
  for (model::GoroutineOutcome& log : logs_) log = model::NotStarted();
  Shared shared{std::make_shared<World>(program_, unit_), std::make_shared<Funcs>(program_.objects.size())};
  for (size_t i = 0; i < program_.objects.size(); ++i) {
    const model::Object& object = program_.objects[i];
    if (object.kind != model::ObjectKind::kFunc) continue;
    const auto run = [this, g = object.of, world = shared.world] { RunGoroutine(g, {world, nullptr}); };
    (*shared.funcs)[i] = time::AfterFunc(object.after * unit_, run);
  }
  for (const int g : implicit_) Start(g, shared);
  RunGoroutine(0, shared);
}

void ProgramRun::Start(int g, const Shared& shared) {
  go([this, g, shared] { RunGoroutine(g, shared); });
}

void ProgramRun::RunGoroutine(int g, const Shared& shared) {
  model::GoroutineOutcome& log = LogOf(g);
  log.end = model::End::kBlocked;
  try {
    const auto& body = program_.goroutines[static_cast<size_t>(g)];
    if (std::any_of(body.begin(), body.end(), [](const model::Op& op) { return op.deferred; })) {
      frame([&](Frame& f) { RunBody(g, shared, &f); });
    } else {
      RunBody(g, shared, nullptr);
    }
    log.op = -1;
    log.end = model::End::kReturned;
  } catch (const GoexitUnwind&) {  // main ends like any other: it is joined here, not by the process
    log.op = -1;
    log.end = model::End::kGoexit;
  } catch (const Panic& panic) {
    log.op = panicked_[static_cast<size_t>(g)];
    log.end = model::End::kPanicked;
    log.text = panic.text();
  }
  race::Release(this);
}

void ProgramRun::RunBody(int g, const Shared& shared, Frame* frame) {
  sched::Random random(shake_ + static_cast<uint64_t>(g));
  const int n = static_cast<int>(program_.goroutines[static_cast<size_t>(g)].size());
  for (int i = 0; i < n;) {
    if (shake_ != 0 && random.Below(3) == 0) Gosched();
    if (OpAt(g, i).deferred) {
      frame->defer([this, g, i, &shared] { Do(g, i, shared); });
      ++i;
    } else if (OpAt(g, i).kind == OpKind::kReturn) {
      return;
    } else {
      i = Do(g, i, shared);
    }
  }
}

// Does operation i, and says which comes next.
int ProgramRun::Do(int g, int i, const Shared& shared) {
  const model::Op& op = OpAt(g, i);
  if (op.kind == OpKind::kJump) return op.target;
  if (op.kind == OpKind::kIf) return Holds(op.compare, FieldOf(g, op), op.arg) ? i + 1 : op.target;
  LogOf(g).op = i;
  race::Release(this);
  if (op.kind == OpKind::kOnce) return DoOnce(g, i, shared);  // it never panics; its function may
  try {
    DoPlain(g, i, shared);
  } catch (const Panic&) {
    panicked_[static_cast<size_t>(g)] = i;
    throw;
  }
  return i + 1;
}

// The operations up to the kOnceEnd are the function's.
int ProgramRun::DoOnce(int g, int i, const Shared& shared) {
  const model::Op& op = OpAt(g, i);
  shared.world->Of(shared.world->onces, op.object).Do([&] {
    for (int k = i + 1; k < op.target - 1;) k = Do(g, k, shared);
  });
  return op.target;
}

void ProgramRun::DoPlain(int g, int i, const Shared& shared) {
  const model::Op& op = OpAt(g, i);
  World& w = *shared.world;
  const auto chan = [&w](int c) -> const Chan<int>& { return w.channels[static_cast<size_t>(c)]; };
  switch (op.kind) {
    case OpKind::kGo:
      return Start(op.object, shared);
    case OpKind::kSend:
      return chan(op.cases[0].chan).send(ValueOf(g, op.cases[0].var, op.cases[0].value));
    case OpKind::kRecv:
      return DoRecv(g, i, w);
    case OpKind::kRange:
      for (const int value : chan(op.cases[0].chan)) Found(g, model::Received(i, value));
      return;
    case OpKind::kSelect:
      return DoSelect(g, i, w);
    case OpKind::kClose:
      return close(chan(op.object));
    case OpKind::kLen:
      return FoundValue(g, i, static_cast<int64_t>(len(chan(op.object))));
    case OpKind::kCap:
      return FoundValue(g, i, static_cast<int64_t>(cap(chan(op.object))));
    case OpKind::kSleep:
      return time::Sleep(op.arg * unit_);
    case OpKind::kPanic:
      panic(op.arg);
    case OpKind::kRecover: {
      const Recovered r = recover();
      return FoundValue(g, i, r ? 1 + model::PanicNumber(r.text()) : 0);
    }
    case OpKind::kGoexit:
      Goexit();
    case OpKind::kGosched:
      return Gosched();
    case OpKind::kOnce:
    case OpKind::kOnceEnd:
    case OpKind::kReturn:
    case OpKind::kIf:
    case OpKind::kJump:
      return;  // not here
    default:
      return DoObject(g, i, shared);
  }
}

void ProgramRun::DoObject(int g, int i, const Shared& shared) {
  const model::Op& op = OpAt(g, i);
  World& w = *shared.world;
  const size_t object = static_cast<size_t>(op.object);
  const bool rw = program_.objects[object].kind == model::ObjectKind::kRWMutex;
  const int arg = ValueOf(g, op.var, op.arg);
  switch (op.kind) {
    case OpKind::kLock:
      return rw ? w.rw_mutexes[object]->Lock() : w.mutexes[object]->Lock();
    case OpKind::kUnlock:
      return rw ? w.rw_mutexes[object]->Unlock() : w.mutexes[object]->Unlock();
    case OpKind::kTryLock:
      return FoundValue(g, i, rw ? w.rw_mutexes[object]->TryLock() : w.mutexes[object]->TryLock());
    case OpKind::kRLock:
      return w.rw_mutexes[object]->RLock();
    case OpKind::kRUnlock:
      return w.rw_mutexes[object]->RUnlock();
    case OpKind::kTryRLock:
      return FoundValue(g, i, w.rw_mutexes[object]->TryRLock());
    case OpKind::kAddWait:
      return w.wait_groups[object]->Add(op.arg);
    case OpKind::kWait:
      return w.wait_groups[object]->Wait();
    case OpKind::kCondWait:
      return w.conds[object]->Wait();
    case OpKind::kSignal:
      return w.conds[object]->Signal();
    case OpKind::kBroadcast:
      return w.conds[object]->Broadcast();
    case OpKind::kLoad:
      return FoundValue(g, i, w.ints[object]->Load());
    case OpKind::kStore:
      return w.ints[object]->Store(arg);
    case OpKind::kAdd:
      return FoundValue(g, i, w.ints[object]->Add(arg));
    case OpKind::kSwap:
      return FoundValue(g, i, w.ints[object]->Swap(arg));
    case OpKind::kCompareAndSwap:
      return FoundValue(g, i, w.ints[object]->CompareAndSwap(op.old, op.arg));
    case OpKind::kStop: {
      const bool func = program_.objects[object].kind == model::ObjectKind::kFunc;
      return FoundValue(g, i, (func ? (*shared.funcs)[object] : w.timers[object]).Stop());
    }
    case OpKind::kReset:
      return FoundValue(g, i, w.timers[object].Reset(op.arg * unit_));
    case OpKind::kCancel:
      return w.contexts[object].cancel();
    case OpKind::kErr: {
      const error err = w.contexts[object].ctx.Err();
      return FoundValue(g, i,
                        !err                       ? model::kErrNil
                        : err == context::Canceled ? model::kErrCanceled
                                                   : model::kErrDeadline);
    }
    default:
      return;
  }
}

// A receive from whatever the channel belongs to.
void ProgramRun::DoRecv(int g, int i, World& w) {
  const int c = OpAt(g, i).cases[0].chan;
  const int of = program_.channels[static_cast<size_t>(c)].of;
  if (of < 0) {
    const Received<int> r = w.channels[static_cast<size_t>(c)].recv_ok();
    return Found(g, {.op = i, .value = r.value, .ok = r.ok});
  }
  if (program_.objects[static_cast<size_t>(of)].kind == model::ObjectKind::kTimer) {
    return Found(g, {.op = i, .ok = w.timers[static_cast<size_t>(of)].C.recv_ok().ok});
  }
  Found(g, {.op = i, .ok = w.contexts[static_cast<size_t>(of)].ctx.Done().recv_ok().ok});
}

void ProgramRun::DoSelect(int g, int i, World& w) {
  const model::Op& op = OpAt(g, i);
  model::Result result{.op = i};
  bool done = false;
  DynamicSelect select;
  for (size_t k = 0; k < op.cases.size(); ++k) {
    const model::Case& c = op.cases[k];
    const int of = program_.channels[static_cast<size_t>(c.chan)].of;
    const Chan<int>& chan = w.channels[static_cast<size_t>(c.chan)];
    const auto event = [&result, &done](const auto& r) {
      result.ok = r.ok;
      done = true;
    };
    if (c.dir == model::Dir::kSend) {
      select.Send(chan, ValueOf(g, c.var, c.value), [&done] { done = true; });
    } else if (of < 0) {
      select.Recv(chan, [&result, &done](const Received<int>& r) {
        result.value = r.value;
        result.ok = r.ok;
        done = true;
      });
    } else if (program_.objects[static_cast<size_t>(of)].kind == model::ObjectKind::kTimer) {
      select.Recv(w.timers[static_cast<size_t>(of)].C, [event](const Received<time::Time>& r) { event(r); });
    } else {
      select.Recv(w.contexts[static_cast<size_t>(of)].ctx.Done(),
                  [event](const Received<context::Signal>& r) { event(r); });
    }
  }
  if (op.has_default) select.Default([&done] { done = true; });
  result.chosen = select.Run();
  if (!done) return;  // being unwound
  if (static_cast<size_t>(result.chosen) >= op.cases.size()) result.chosen = model::kDefaultCase;
  Found(g, result);
}

const model::Result* ProgramRun::ResultOf(int g, int op) const {
  for (const model::Result& r : logs_[static_cast<size_t>(g)].results) {
    if (r.op == op) return &r;
  }
  return nullptr;
}

int ProgramRun::ValueOf(int g, int var, int constant) const {
  if (var == model::kNoVar) return constant;
  const model::Result* r = ResultOf(g, var);
  return constant + (r == nullptr ? 0 : r->value);
}

// Of an operation that did not happen: nothing was received, no case chosen.
int ProgramRun::FieldOf(int g, const model::Op& op) const {
  const model::Result* r = ResultOf(g, op.var);
  switch (op.field) {
    case model::Field::kValue:
      return r == nullptr ? 0 : r->value;
    case model::Field::kOk:
      return r != nullptr && r->ok ? 1 : 0;
    case model::Field::kChosen:
      return r == nullptr ? -3 : r->chosen;
  }
  return 0;
}

void ProgramRun::Found(int g, model::Result result) {
  LogOf(g).results.push_back(result);
  race::Release(this);
}

model::Outcome ProgramRun::Observe() const {
  race::Acquire(this);
  std::vector<model::GoroutineOutcome> goroutines = logs_;
  for (model::GoroutineOutcome& g : goroutines) {  // deferred operations come late, and are listed where they stand
    std::stable_sort(g.results.begin(), g.results.end(), [](const auto& a, const auto& b) { return a.op < b.op; });
  }
  model::Outcome outcome = model::Judge(std::move(goroutines));
  race::Release(this);  // the next Main() comes after this
  return outcome;
}

int ProgramRun::Blocked(const model::Outcome& outcome) {
  return static_cast<int>(std::count_if(outcome.goroutines.begin(), outcome.goroutines.end(),
                                        [](const auto& g) { return g.end == model::End::kBlocked; }));
}

}  // namespace plait::conformance
