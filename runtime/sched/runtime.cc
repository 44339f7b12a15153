#include "plait/runtime/sched/runtime.h"

#include <sched.h>

#include <memory>
#include <vector>

#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/goroutine/entry.h"
#include "plait/runtime/goroutine/teardown.h"
#include "plait/runtime/lock/futex.h"
#include "plait/runtime/panic/die.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/frame.h"
#include "plait/runtime/sched/crash_report.h"
#include "plait/runtime/sched/default_procs.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/seam/race.h"

namespace plait {
namespace {

// How long Main waits for goroutines that are computing before it ends the process under them.
constexpr int64_t kExitGrace = 20'000'000;

}  // namespace

int Main(std::function<void()> f) {
  sched::InstallCrashReports();
  sched::InstallQuitReport();
  std::atomic<uint32_t> done{0};
  auto* scheduler = new sched::Scheduler(sched::DefaultProcs());  // never destroyed: goroutines may be left
  auto body = [f = std::move(f), &done, scheduler] {
    try {
      f();
    } catch (const GoexitUnwind&) {
      scheduler->set_main_exited();
      throw;
    }
    race::Release(&race::goroutine_ends);
    scheduler->NoMoreReports();
    done = 1;
    FutexWake(done, 1);
  };
  G* g = AllGoroutines::Instance().New(nullptr, SourceLocation{});
  g->task = new internal::FunctionTask<decltype(body)>(std::move(body));
  race::Release(g);
  M* locked = nullptr;
  if (const G* self = CurrentGOrNull(); self != nullptr && self->thread_locks != 0) {  // SCHED-15
    locked = scheduler->NewLockedM();
    g->thread_locks = self->thread_locks;
    g->locked_m = locked;
  }
  scheduler->Ready(g);
  scheduler->ReportDeadlocks();
  if (locked != nullptr) scheduler->RunLocked(locked, g);
  while (done.load() == 0) FutexWait(done, 0);
  race::Acquire(&race::goroutine_ends);
  if (!scheduler->Stop(kExitGrace)) {
    FlushOutput();
    ExitNow(0);
  }
  return 0;
}

Runtime::Runtime(int procs) {
  sched::InstallCrashReports();
  scheduler_ = std::make_unique<sched::Scheduler>(procs > 0 ? procs : sched::DefaultProcs());
}

Runtime::~Runtime() { Stop(); }

void Runtime::Drain() {
  const G* g = CurrentG();
  if (!g->is_thread) Fatal("plait: Runtime::Drain called from a goroutine, which would wait for itself");
  AllGoroutines::Instance().WaitForNone();
}

int Runtime::Stop() {
  if (scheduler_ == nullptr) return 0;
  scheduler_->Stop(-1);
  race::Acquire(&race::goroutine_ends);
  scheduler_->DropTimers();
  const std::vector<G*> left = AllGoroutines::Instance().Live();
  Teardown teardown;
  for (size_t i = left.size(); i-- > 0;) {
    G* g = left[i];
    g->m = nullptr;
    teardown.UnwindOne(g);
    UnbindStack(g);
    AllGoroutines::Instance().Free(g);
  }
  scheduler_.reset();
  return static_cast<int>(left.size());
}

int GOMAXPROCS(int n) {
  sched::Scheduler* scheduler = sched::Scheduler::Current();
  return scheduler != nullptr ? scheduler->SetProcs(n) : 0;
}

int SetMaxThreads(int n) {
  sched::Scheduler* scheduler = sched::Scheduler::Current();
  return scheduler != nullptr ? scheduler->SetMaxThreads(n) : -1;
}

int NumCPU() { return sched::UsableCpus(); }

int NumGoroutine() {
  AllGoroutines& all = AllGoroutines::Instance();
  const G* g = CurrentGOrNull();
  const bool controlled = g != nullptr && g->controller != nullptr;
  return static_cast<int>(controlled ? all.CountOf(g->controller) : all.count());
}

void LockOSThread() {
  G* g = CurrentG();
  if (g->m != nullptr && !g->is_thread) {
    sched::Scheduler::Current()->LockThread(g);
  } else {
    ++g->thread_locks;
  }
}

void UnlockOSThread() {
  G* g = CurrentG();
  if (g->m != nullptr && !g->is_thread) {
    sched::Scheduler::Current()->UnlockThread(g);
  } else if (g->thread_locks != 0) {
    --g->thread_locks;
  }
}

namespace internal {

BlockingScope::BlockingScope() {
  G* g = CurrentG();
  if (g->m != nullptr && !g->is_thread) sched::Scheduler::Current()->EnterBlocking(g);
}

BlockingScope::~BlockingScope() {
  G* g = CurrentG();
  if (g->m != nullptr && !g->is_thread) sched::Scheduler::Current()->ExitBlocking(g);
}

}  // namespace internal

void Gosched(SourceLocation where) {
  G* g = CurrentG();
  if (g->controller != nullptr) [[unlikely]] {
    Op op{.kind = OpKind::kGosched, .where = where};
    if (g->controller->BeforeStep(op) == Controller::Admission::kProceed) g->controller->AfterStep(op);
  } else if (g->is_thread) {
    sched_yield();
  } else {
    sched::YieldCurrent(g);
    if (g->controller != nullptr) [[unlikely]]
      g->controller->Parked();  // being unwound at Stop
  }
}

}  // namespace plait
