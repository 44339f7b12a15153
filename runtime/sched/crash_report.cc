#include "plait/runtime/sched/crash_report.h"

#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <string>

#include "plait/runtime/arch/walk.h"
#include "plait/runtime/goroutine/dump.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/lock/futex.h"
#include "plait/runtime/panic/die.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/sched/scheduler.h"
#include "plait/runtime/stack/overflow.h"
#include "plait/runtime/time/clock.h"

// Invariants:
//   R1  Whoever takes `state` from kNone to kClaimed is the only one who writes `report`, until it sets kDue.
//   R2  From kDue on nobody writes it. The monitor makes it kDone when it is printed.

// Not sigaction, for the reason given in freeze.cc.
extern "C" int __sigaction(int signal, const struct sigaction* action, struct sigaction* before);

namespace plait::sched {
namespace {

constexpr int64_t kPatience = 2'000'000'000;

enum : uint32_t { kNone, kClaimed, kDue, kDone };
constinit std::atomic<uint32_t> state{kNone};  // futex word of the thread that was hit

struct {
  char head[512];
  bool quit = false;  // the business of all goroutines
  bool ends = false;  // the process ends with the report
  const G* g = nullptr;
  arch::Stack stack;
} report;

// Async-signal-safe, unlike snprintf.
class Writer {
 public:
  Writer(char* buffer, size_t size) : at_(buffer), end_(buffer + size - 1) { *at_ = '\0'; }

  Writer& operator<<(const char* text) {
    while (*text != '\0' && at_ < end_) *at_++ = *text++;
    *at_ = '\0';
    return *this;
  }
  Writer& Number(uint64_t n, uint64_t base = 10) {
    char digits[24];
    char* p = digits + sizeof digits;
    *--p = '\0';
    do *--p = "0123456789abcdef"[n % base];
    while ((n /= base) != 0);
    return *this << p;
  }
  Writer& Hex(uint64_t n) { return (*this << "0x").Number(n, 16); }

 private:
  char* at_;
  char* end_;
};

void Print(const char* text) { static_cast<void>(!write(STDERR_FILENO, text, std::strlen(text))); }

// What is known without looking anything up.
void PrintBare() {
  const G* g = report.g;
  char text[512];
  Writer writer(text, sizeof text);
  writer << "\ngoroutine ";
  writer.Number(g->id) << " [running]:\ncreated by (unknown function) in goroutine ";
  writer.Number(g->parent_id) << "\n\t" << g->created_at.file << ":";
  writer.Number(g->created_at.line) << "\n";
  Print(report.head);
  Print(text);
}

bool Claim() {
  uint32_t none = kNone;
  return state.compare_exchange_strong(none, kClaimed);
}

void Due() {
  state = kDue;
  if (Scheduler* scheduler = Scheduler::Current()) scheduler->monitor().Nudge();
}

// On the thread that was hit. Returns when it is printed.
void Report(const G* g, bool ends) {
  report.g = g;
  report.ends = ends;
  arch::WalkHere(report.stack);
  Due();
  if (Scheduler::Current() != nullptr) {
    // A loop: the report freezes the world, by a signal that interrupts this wait.
    const int64_t deadline = MonotonicNow() + kPatience;
    for (int64_t left; state.load() == kDue && (left = deadline - MonotonicNow()) > 0;) FutexWait(state, kDue, left);
    if (state.load() == kDone) return;
  }
  PrintBare();
}

void OnOverflow(void*) {
  const G* g = CurrentGOrNull();
  if (g == nullptr || !Claim()) {
    Print("fatal error: ");
    Print(texts::kStackOverflow);
    Print("\n");
    ExitNow(2);
  }
  Writer writer(report.head, sizeof report.head);
  writer << "runtime: goroutine stack exceeds ";
  writer.Number(g->stack.size) << "-byte limit\nfatal error: " << texts::kStackOverflow << "\n";
  Report(g, /*ends=*/true);
  ExitNow(2);
}

void OnFault(int signal, siginfo_t* info, void* context) {
  const G* g = CurrentGOrNull();
  if (g == nullptr || g->is_thread || g->controller != nullptr || !Claim()) return;
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  const auto pc = static_cast<uint64_t>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
  Writer writer(report.head, sizeof report.head);
  if (address < 4096) {
    writer << "panic: " << texts::kNilDereference << "\n";
  } else {
    (writer << "unexpected fault address ").Hex(address) << "\nfatal error: " << texts::kFault << "\n";
  }
  writer << (signal == SIGBUS ? "[signal SIGBUS: bus error code=" : "[signal SIGSEGV: segmentation violation code=");
  writer.Hex(static_cast<uint64_t>(info->si_code)) << " addr=";
  writer.Hex(address) << " pc=";
  writer.Hex(pc) << "]\n";
  Report(g, /*ends=*/false);
}

void OnQuit(int, siginfo_t* info, void* context) {
  if (!Claim()) return;
  Writer writer(report.head, sizeof report.head);
  writer << "SIGQUIT: quit\nPC=";
  writer.Hex(static_cast<uint64_t>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]));
  writer << " sigcode=";
  writer.Number(static_cast<uint64_t>(info->si_code < 0 ? -info->si_code : info->si_code)) << "\n";
  report.quit = true;
  Due();
}

}  // namespace

void InstallCrashReports() {
  stack::InstallOverflowHandler(&OnOverflow);
  stack::InstallFaultReport(&OnFault);
}

void InstallQuitReport() {
  struct sigaction before = {};
  sigaction(SIGQUIT, nullptr, &before);
  if ((before.sa_flags & SA_SIGINFO) != 0 || before.sa_handler != SIG_DFL) return;
  struct sigaction ours = {};
  ours.sa_sigaction = &OnQuit;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  __sigaction(SIGQUIT, &ours, nullptr);
}

bool CrashReportDue() { return state.load() == kDue; }

void MakeCrashReport() {
  const std::string text =
      report.head + (report.quit ? CrashTrace({}, /*nobody=*/true) : CrashTraceOf(*report.g, report.stack));
  if (report.quit || report.ends) Die(text);
  FlushOutput();
  Print(text.c_str());
  state = kDone;
  FutexWake(state, 1);
}

}  // namespace plait::sched
