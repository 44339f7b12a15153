#include "plait/explorer/watchdog.h"

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

namespace plait::explore {
namespace {

// Runs on the stuck goroutine's stack. Not strictly async-signal-safe, but the process is about to end anyway.
void PrintStackAndExit(int) {
  void* frames[48];
  const int n = backtrace(frames, 48);
  backtrace_symbols_fd(frames, n, STDERR_FILENO);
  _exit(2);
}

std::atomic<pthread_t> watched{};

}  // namespace

std::atomic<double> Watchdog::limit_{0};
std::atomic<uint64_t> Watchdog::beat_{0};
std::atomic<bool> Watchdog::going_{false};
std::atomic<int> Watchdog::number_{0};
std::atomic<const char*> Watchdog::file_{""};
std::atomic<uint32_t> Watchdog::line_{0};

void Watchdog::Watch(double seconds) {
  limit_ = seconds;
  watched = pthread_self();
  if (seconds <= 0) return;
  static std::mutex lock;
  static pid_t started_in = 0;  // a process that has been forked has no watchdog yet
  const std::lock_guard<std::mutex> guard(lock);
  if (started_in == getpid()) return;
  started_in = getpid();
  void* warm_up[1];
  backtrace(warm_up, 1);  // loads the unwinder now, not inside the handler
  signal(SIGUSR2, PrintStackAndExit);
  std::thread([] {
    Run();
    pthread_kill(watched, SIGUSR2);
  }).detach();
}

// Returns when a step has taken too long.
void Watchdog::Run() {
  uint64_t last_beat = 0;
  double stuck = 0;
  constexpr double kPeriod = 0.5;
  for (;;) {
    std::this_thread::sleep_for(std::chrono::duration<double>(kPeriod));
    const uint64_t beat = beat_.load(std::memory_order_relaxed);
    stuck = going_.load(std::memory_order_relaxed) && beat == last_beat ? stuck + kPeriod : 0;
    last_beat = beat;
    const double seconds = limit_;
    if (seconds <= 0 || stuck < seconds) continue;
    const int number = number_.load(std::memory_order_relaxed);
    char name[16];
    std::snprintf(name, sizeof name, number == 1 ? "main" : "G%d", number);
    std::fprintf(
        stderr,
        "plait: %s has not come back from a step for %.0f s (its last operation: %s:%u).\n"
        "It blocks outside plait, where the explorer cannot let others run (a std::mutex held across a park, a system\n"
        "call, a plain condition variable), or it loops without any operation. Use plait's primitives there.\n"
        "In a debugger, switch this off by --plait_watchdog=0. Its stack:\n",
        name, seconds, file_.load(std::memory_order_relaxed), line_.load(std::memory_order_relaxed));
    return;
  }
}

}  // namespace plait::explore
