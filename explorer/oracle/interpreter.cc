#include "plait/explorer/oracle/interpreter.h"

#include <deque>

#include "plait/explore.h"
#include "plait/runtime/chan/select_core.h"

namespace plait::explore::oracle {

struct Interpreter::Objects {
  std::vector<Chan<int>> chans;
  std::deque<sync::Mutex> mutexes;
  std::deque<sync::atomic::Int64> atomics;
  std::deque<sync::WaitGroup> wait_groups;
  std::deque<sync::RWMutex> rw_mutexes;
  std::deque<sync::Once> onces;
  std::deque<sync::Cond> conds;
  time::Timer timer;
  time::Ticker ticker;
  time::Timer func;
  context::Context context;
  context::CancelFunc cancel;
  RecvChan<context::Signal> done;
};

struct Interpreter::Goroutine {
  const std::shared_ptr<Objects>& objects;
  int body;
  BodyLog& log;
  RecvChan<time::Time> after = {};
  std::vector<bool> held, read_held, write_held;
  int64_t last = 0;

  // Of one of the constants that stand for a channel of time; or none.
  const RecvChan<time::Time>* TimeChan(int chan) const;

  void Result(int64_t value) {
    last = value;
    log.results += " " + std::to_string(value);
  }
};

namespace {

// Teardown: what operations return from now on is no result.
bool Unwinding() { return CurrentG()->controller->Unwinding(); }

int64_t Milliseconds(time::Time t) { return t.time_since_epoch().count() / 1'000'000; }

}  // namespace

const RecvChan<time::Time>* Interpreter::Goroutine::TimeChan(int chan) const {
  switch (chan) {
    case kTimerChan:
      return &after;
    case kSharedTimerChan:
      return &objects->timer.C;
    case kTickerChan:
      return &objects->ticker.C;
    default:
      return nullptr;
  }
}

void Interpreter::RunMain() {
  logs_.assign(program_.bodies.size(), {});
  auto objects = std::make_shared<Objects>();
  for (const int capacity : program_.capacities) {
    objects->chans.push_back(capacity == Program::kNil ? Chan<int>() : make_chan<int>(capacity));
  }
  for (int i = 0; i < program_.mutexes; ++i) objects->mutexes.emplace_back();
  for (int i = 0; i < program_.atomics; ++i) objects->atomics.emplace_back();
  for (int i = 0; i < program_.wait_groups; ++i) objects->wait_groups.emplace_back();
  for (int i = 0; i < program_.rw_mutexes; ++i) objects->rw_mutexes.emplace_back();
  for (int i = 0; i < program_.onces; ++i) objects->onces.emplace_back();
  for (int i = 0; i < program_.conds; ++i) {
    objects->conds.emplace_back(program_.cond_over_readers ? objects->rw_mutexes[0].RLocker()
                                                           : sync::Locker(objects->mutexes[0]));
  }
  using std::chrono::milliseconds;
  if (const int d = program_.shared[Program::kTimer]) objects->timer = time::NewTimer(milliseconds(d));
  if (const int d = program_.shared[Program::kTicker]) objects->ticker = time::NewTicker(milliseconds(d));
  if (const int d = program_.shared[Program::kFunc]) {
    objects->func = time::AfterFunc(milliseconds(d), [weak = std::weak_ptr(objects)] {  // it belongs to them
      if (const auto owner = weak.lock()) owner->atomics[0].Add(100);
    });
  }
  if (program_.context != Program::kNoContext) {
    auto made = program_.context > 0 ? context::WithTimeout(context::Background(), milliseconds(program_.context))
                                     : context::WithCancel(context::Background());
    objects->context = made.ctx;
    objects->cancel = made.cancel;
    objects->done = made.ctx.Done();
  }
  RunBody(objects, 0);
  if (Unwinding() || !program_.join) return;
  logs_[0].end = "joins";
  join_all();
  if (!Unwinding()) logs_[0].end = "returned";
}

// A panic ends its goroutine only, and is a result.
void Interpreter::RunBody(const std::shared_ptr<Objects>& objects, int body) {
  BodyLog& log = logs_[static_cast<size_t>(body)];
  log.number = reinterpret_cast<intptr_t>(CurrentG()->control);
  try {
    Goroutine self{.objects = objects,
                   .body = body,
                   .log = log,
                   .held = std::vector<bool>(objects->mutexes.size()),
                   .read_held = std::vector<bool>(objects->rw_mutexes.size()),
                   .write_held = std::vector<bool>(objects->rw_mutexes.size())};
    Run(self);
    if (!Unwinding()) log.end = "returned";
  } catch (const Panic& panic) {
    if (!Unwinding()) log.end = panic.text();
  }
}

void Interpreter::Run(Goroutine& self) {
  const std::vector<Instruction>& body = program_.bodies[static_cast<size_t>(self.body)];
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i].kind == Instruction::kSkipUnless) {
      i += self.last != body[i].value;
      continue;
    }
    self.log.end = "in " + std::to_string(i);
    Do(self, body[i]);
    if (Unwinding()) return;
  }
}

void Interpreter::Do(Goroutine& self, const Instruction& in) {
  Objects& objects = *self.objects;
  const auto i = static_cast<size_t>(in.object);
  switch (in.kind) {
    case Instruction::kSend:
      return objects.chans[i].send(in.value);
    case Instruction::kRecv: {
      if (in.object == kDoneChan) {
        static_cast<void>(objects.done.recv_ok());
        if (!Unwinding()) self.Result(-1);
        return;
      }
      if (const RecvChan<time::Time>* chan = self.TimeChan(in.object)) {
        const auto received = chan->recv_ok();
        if (!Unwinding()) self.Result(Milliseconds(received.value));
        return;
      }
      const auto received = objects.chans[i].recv_ok();
      if (!Unwinding()) self.Result(received.ok ? received.value : -1);
      return;
    }
    case Instruction::kClose:
      return close(objects.chans[i]);
    case Instruction::kLen:
      return self.Result(len(objects.chans[i]));
    case Instruction::kSelect:
      return Select(self, in);
    case Instruction::kLock:
      return objects.mutexes[i].Lock();
    case Instruction::kTryLock: {
      const bool held = objects.mutexes[i].TryLock();
      self.held[i] = self.held[i] || held;
      return self.Result(held);
    }
    case Instruction::kUnlock:
      return objects.mutexes[i].Unlock();
    case Instruction::kUnlockIfHeld:
      if (self.held[i]) objects.mutexes[i].Unlock();
      self.held[i] = false;
      return;
    case Instruction::kLoad:
      return self.Result(objects.atomics[i].Load());
    case Instruction::kStore:
      return objects.atomics[i].Store(in.value);
    case Instruction::kAdd:
      return self.Result(objects.atomics[i].Add(in.value));
    case Instruction::kCas:
      return self.Result(objects.atomics[i].CompareAndSwap(in.other, in.value));
    case Instruction::kWaitGroupAdd:
      return objects.wait_groups[i].Add(in.value);
    case Instruction::kWaitGroupWait:
      return objects.wait_groups[i].Wait();
    case Instruction::kSleep:
      return time::Sleep(std::chrono::milliseconds(in.value));
    case Instruction::kAfter:
      self.after = time::After(std::chrono::milliseconds(in.value));
      return;
    case Instruction::kNow:
      return self.Result(Milliseconds(time::Now()));
    case Instruction::kStop:
      if (in.object == Program::kTicker) return objects.ticker.Stop();
      {
        const bool active = (in.object == Program::kTimer ? objects.timer : objects.func).Stop();
        if (!Unwinding()) self.Result(active);
      }
      return;
    case Instruction::kReset: {
      const std::chrono::milliseconds d(in.value);
      if (in.object == Program::kTicker) return objects.ticker.Reset(d);
      const bool active = (in.object == Program::kTimer ? objects.timer : objects.func).Reset(d);
      if (!Unwinding()) self.Result(active);
      return;
    }
    case Instruction::kChoose:
      return self.Result(choose(in.value));
    case Instruction::kSpawn:
      go([this, objects = self.objects, body = in.object] { RunBody(objects, body); });
      return;
    case Instruction::kRLock:
      return objects.rw_mutexes[i].RLock();
    case Instruction::kRUnlock:
      return objects.rw_mutexes[i].RUnlock();
    case Instruction::kWriteLock:
      return objects.rw_mutexes[i].Lock();
    case Instruction::kWriteUnlock:
      return objects.rw_mutexes[i].Unlock();
    case Instruction::kTryRLock: {
      const bool held = objects.rw_mutexes[i].TryRLock();
      self.read_held[i] = self.read_held[i] || held;
      return self.Result(held);
    }
    case Instruction::kTryWriteLock: {
      const bool held = objects.rw_mutexes[i].TryLock();
      self.write_held[i] = self.write_held[i] || held;
      return self.Result(held);
    }
    case Instruction::kRUnlockIfHeld:
      if (self.read_held[i]) objects.rw_mutexes[i].RUnlock();
      self.read_held[i] = false;
      return;
    case Instruction::kWriteUnlockIfHeld:
      if (self.write_held[i]) objects.rw_mutexes[i].Unlock();
      self.write_held[i] = false;
      return;
    case Instruction::kOnceDo:
      return objects.onces[i].Do([&] {
        self.Result(objects.atomics[0].Add(in.value));
        if (in.other == Instruction::kPanics && !Unwinding()) panic("once");
        if (in.other == Instruction::kDoesAgain) objects.onces[i].Do([] {});
      });
    case Instruction::kCondWait:
      return objects.conds[i].Wait();
    case Instruction::kCondSignal:
      return objects.conds[i].Signal();
    case Instruction::kCondBroadcast:
      return objects.conds[i].Broadcast();
    case Instruction::kCancel:
      return objects.cancel();
    case Instruction::kErr: {
      const bool cancelled = static_cast<bool>(objects.context.Err());
      if (!Unwinding()) self.Result(cancelled);
      return;
    }
    case Instruction::kSkipUnless:
      return;
  }
}

// The public Select has its cases fixed in the source, so this goes one storey lower.
void Interpreter::Select(Goroutine& self, const Instruction& in) {
  constexpr size_t kMax = 8;
  internal::SelectCase cases[kMax];
  int values[kMax];
  time::Time time{};
  context::Signal signal{};
  size_t n = 0;
  for (const Case& c : in.cases) {
    internal::SelectCase& to = cases[n];
    values[n] = c.value;
    if (const RecvChan<time::Time>* chan = self.TimeChan(c.chan)) {
      to = {internal::ChanAccess::Core(*chan), OpCase::kRecv, &time, SourceLocation::current()};
    } else if (c.chan == kDoneChan) {
      to = {internal::ChanAccess::Core(self.objects->done), OpCase::kRecv, &signal, SourceLocation::current()};
    } else {
      to = {internal::ChanAccess::Core(self.objects->chans[static_cast<size_t>(c.chan)]),
            c.send ? OpCase::kSend : OpCase::kRecv, &values[n], SourceLocation::current()};
    }
    ++n;
  }
  internal::RawArray<Waiter, kMax> waiters;
  internal::RawArray<internal::ChanCore*, kMax> order;
  internal::RawArray<OpCase, kMax + 1> op_cases;
  const internal::SelectResult result =
      internal::RunSelect(cases, static_cast<int>(n), in.has_default, {waiters.data(), order.data(), op_cases.data()},
                          SourceLocation::current());
  if (Unwinding()) return;
  self.Result(result.index);
  if (result.index == static_cast<int>(n)) return;
  const Case& taken = in.cases[static_cast<size_t>(result.index)];
  if (taken.chan == kDoneChan) {
    self.Result(-1);
  } else if (self.TimeChan(taken.chan) != nullptr) {
    self.Result(Milliseconds(time));
  } else if (!taken.send) {
    self.Result(result.ok ? values[result.index] : -1);
  }
}

std::string Interpreter::Log() const {
  std::string text;
  for (const BodyLog& log : logs_) text += " |" + log.results + " " + log.end;
  return text;
}

int Interpreter::BodyOf(int64_t number) const {
  int body = 0;
  while (logs_[static_cast<size_t>(body)].number != number) ++body;
  return body;
}

}  // namespace plait::explore::oracle
