#include "plait/properties/conformance/program_run.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "plait/plait.h"
#include "plait/runtime/chan/select_core.h"
#include "plait/runtime/sched/random.h"
#include "plait/runtime/seam/race.h"

namespace plait::conformance {
namespace {

using model::OpKind;

constexpr size_t kMaxCases = 16;

void CheckSupported(const model::Program& program) {
  if (const std::string fault = model::Validate(program); !fault.empty()) throw std::invalid_argument(fault);
  if (!program.main_joins_all) throw std::invalid_argument("a program that ends with main cannot run inside a test");
  for (const model::Body& body : program.goroutines) {
    for (const model::Op& op : body) {
      if (op.cases.size() > kMaxCases) throw std::invalid_argument("a select of too many cases");
    }
  }
}

}  // namespace

// ThreadSanitizer cannot see how the caller of Observe has learnt that all are at rest. It is told: what a goroutine
// has written is released before it may wait.
ProgramRun::ProgramRun(const model::Program& program, uint64_t shake)
    : program_(program), shake_(shake), logs_(program.goroutines.size()) {
  CheckSupported(program);
  std::vector<bool> named(program.goroutines.size(), false);
  for (const model::Body& body : program.goroutines) {
    for (const model::Op& op : body) {
      if (op.kind == OpKind::kGo) named[static_cast<size_t>(op.object)] = true;
    }
  }
  for (size_t g = 1; g < named.size(); ++g) {
    if (!named[g]) implicit_.push_back(static_cast<int>(g));
  }
}

void ProgramRun::Main() {
  race::Acquire(this);
  for (model::GoroutineOutcome& log : logs_) log = model::NotStarted();
  auto channels = std::make_shared<std::vector<Chan<int>>>();
  for (const model::Channel& c : program_.channels) {
    channels->push_back(c.nil ? Chan<int>() : make_chan<int>(c.capacity));
  }
  for (const int g : implicit_) Start(g, channels);
  RunGoroutine(0, channels);
}

void ProgramRun::Start(int g, const Channels& channels) {
  go([this, g, channels] { RunGoroutine(g, channels); });
}

void ProgramRun::RunGoroutine(int g, const Channels& channels) {
  model::GoroutineOutcome& log = LogOf(g);
  log.end = model::End::kBlocked;
  sched::Random random(shake_ + static_cast<uint64_t>(g));
  const int n = static_cast<int>(program_.goroutines[static_cast<size_t>(g)].size());
  try {
    for (int i = 0; i < n; ++i) {
      if (shake_ != 0 && random.Below(3) == 0) Gosched();
      log.op = i;
      race::Release(this);
      Do(g, i, channels);
    }
    log.op = -1;
    log.end = model::End::kReturned;
  } catch (const Panic& panic) {
    log.end = model::End::kPanicked;
    log.text = panic.text();
  }
  race::Release(this);
}

void ProgramRun::Do(int g, int i, const Channels& shared) {
  const std::vector<Chan<int>>& channels = *shared;
  const model::Op& op = program_.goroutines[static_cast<size_t>(g)][static_cast<size_t>(i)];
  const auto of = [&channels](int chan) -> const Chan<int>& { return channels[static_cast<size_t>(chan)]; };
  switch (op.kind) {
    case OpKind::kGo:
      Start(op.object, shared);
      return;
    case OpKind::kSend:
      of(op.cases[0].chan).send(op.cases[0].value);
      return;
    case OpKind::kRecv: {
      const Received<int> r = of(op.cases[0].chan).recv_ok();
      Found(g, {.op = i, .value = r.value, .ok = r.ok});
      return;
    }
    case OpKind::kRange:
      for (const int value : of(op.cases[0].chan)) Found(g, model::Received(i, value));
      return;
    case OpKind::kSelect:
      DoSelect(g, i, channels);
      return;
    case OpKind::kClose:
      close(of(op.object));
      return;
    case OpKind::kLen:
      Found(g, model::Count(i, static_cast<int>(len(of(op.object)))));
      return;
    case OpKind::kCap:
      Found(g, model::Count(i, static_cast<int>(cap(of(op.object)))));
      return;
  }
}

// Select{...} has its cases in its type; what it does with them is this.
void ProgramRun::DoSelect(int g, int i, const std::vector<Chan<int>>& channels) {
  const model::Op& op = program_.goroutines[static_cast<size_t>(g)][static_cast<size_t>(i)];
  const size_t n = op.cases.size();
  std::array<internal::SelectCase, kMaxCases> cases;
  std::array<int, kMaxCases> values{};
  for (size_t k = 0; k < n; ++k) {
    const model::Case& c = op.cases[k];
    const bool send = c.dir == model::Dir::kSend;
    values[k] = send ? c.value : 0;
    cases[k] = {internal::ChanAccess::Core(channels[static_cast<size_t>(c.chan)]), send ? OpCase::kSend : OpCase::kRecv,
                &values[k], SourceLocation::current()};
  }
  std::array<Waiter, kMaxCases> waiters;
  std::array<internal::ChanCore*, kMaxCases> order;
  std::array<OpCase, kMaxCases + 1> op_cases;
  const internal::SelectResult result =
      internal::RunSelect(cases.data(), static_cast<int>(n), op.has_default,
                          {waiters.data(), order.data(), op_cases.data()}, SourceLocation::current());
  if (result.index < 0) return;  // being unwound
  const auto k = static_cast<size_t>(result.index);
  if (k >= n) {
    Found(g, model::Chose(i, model::kDefaultCase));
  } else if (op.cases[k].dir == model::Dir::kSend) {
    Found(g, model::Chose(i, result.index));
  } else {
    Found(g, {.op = i, .chosen = result.index, .value = result.ok ? values[k] : 0, .ok = result.ok});
  }
}

void ProgramRun::Found(int g, model::Result result) {
  LogOf(g).results.push_back(result);
  race::Release(this);
}

model::Outcome ProgramRun::Observe() const {
  race::Acquire(this);
  model::Outcome outcome = model::Judge(logs_);
  race::Release(this);  // the next Main() comes after this
  return outcome;
}

int ProgramRun::Blocked(const model::Outcome& outcome) {
  return static_cast<int>(std::count_if(outcome.goroutines.begin(), outcome.goroutines.end(),
                                        [](const auto& g) { return g.end == model::End::kBlocked; }));
}

}  // namespace plait::conformance
