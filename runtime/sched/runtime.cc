#include "plait/runtime/sched/runtime.h"

#include <sched.h>

#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "plait/runtime/goroutine/all_goroutines.h"
#include "plait/runtime/goroutine/entry.h"
#include "plait/runtime/goroutine/teardown.h"
#include "plait/runtime/lock/futex.h"
#include "plait/runtime/panic/die.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/frame.h"
#include "plait/runtime/sched/overflow_report.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/seam/race.h"

namespace plait {
namespace {

// How long Main waits for goroutines that are computing before it ends the process under them.
constexpr int64_t kExitGrace = 20'000'000;

int ProcsFromEnvironment() {
  if (const char* text = std::getenv("GOMAXPROCS")) {
    char* end = nullptr;
    const long n = std::strtol(text, &end, 10);
    if (end != text && *end == '\0' && n >= 1 && n <= 1024) return static_cast<int>(n);
    std::fprintf(stderr, "plait: GOMAXPROCS=%s is not a number from 1 to 1024; using one per CPU\n", text);
  }
  cpu_set_t cpus;
  if (sched_getaffinity(0, sizeof cpus, &cpus) == 0) return CPU_COUNT(&cpus);
  const unsigned n = std::thread::hardware_concurrency();
  return n == 0 ? 1 : static_cast<int>(n);
}

}  // namespace

int Main(std::function<void()> f) {
  sched::InstallOverflowReport();
  std::atomic<uint32_t> done{0};
  auto* scheduler = new sched::Scheduler(ProcsFromEnvironment());  // never destroyed: goroutines may be left
  internal::Start(std::make_unique<internal::FunctionTask<std::function<void()>>>([f = std::move(f), &done, scheduler] {
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
                  }),
                  SourceLocation{});
  scheduler->ReportDeadlocks();
  while (done.load() == 0) FutexWait(done, 0);
  race::Acquire(&race::goroutine_ends);
  if (!scheduler->Stop(kExitGrace)) {
    FlushOutput();
    ExitNow(0);
  }
  return 0;
}

Runtime::Runtime(int procs) {
  sched::InstallOverflowReport();
  scheduler_ = std::make_unique<sched::Scheduler>(procs > 0 ? procs : ProcsFromEnvironment());
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
  scheduler_->monitor().DropTimers();
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

int GOMAXPROCS() {
  const sched::Scheduler* scheduler = sched::Scheduler::Current();
  return scheduler != nullptr ? scheduler->procs() : 0;
}

int NumGoroutine() { return static_cast<int>(AllGoroutines::Instance().count()); }

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
