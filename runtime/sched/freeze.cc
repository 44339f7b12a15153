#include "plait/runtime/sched/freeze.h"

#include <errno.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/lock/futex.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/time/clock.h"

// Not sigaction, which ThreadSanitizer takes over: it would hold the signal back until the thread next calls into libc,
// and an idle worker never does.
extern "C" int __sigaction(int signal, const struct sigaction* action, struct sigaction* before);

namespace plait::sched {
namespace {

[[maybe_unused]] constexpr int64_t kPatience = 1'000'000'000;

constinit Lock threads_lock;  // guards the list; held while the world is frozen
constinit Freezable* threads = nullptr;
constinit std::atomic<uint32_t> arrived{0};
constinit uint32_t signalled = 0;
struct sigaction before;

pid_t ThisThread() { return static_cast<pid_t>(syscall(SYS_gettid)); }

}  // namespace

void SleepUntilThaw() {
  for (uint32_t now; (now = freeze_epoch.load()) % 2 == 1;) FutexWait(freeze_epoch, now);
}

Freezable::Freezable() : tid_(ThisThread()) {
  arch::WalkHere(stack_);  // the unwinder's first time must not be in the handler
  threads_lock.lock();
  static bool installed = false;
  if (!installed) {
    installed = true;
    struct sigaction ours = {};
    ours.sa_sigaction = &OnSignal;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    __sigaction(SIGURG, &ours, &before);
  }
  next_ = threads;
  threads = this;
  threads_lock.unlock();
}

Freezable::~Freezable() {
  threads_lock.lock();
  Freezable** link = &threads;
  while (*link != this) link = &(*link)->next_;
  *link = next_;
  threads_lock.unlock();
}

void Freezable::OnSignal(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  const uint32_t now = freeze_epoch.load();
  Freezable* self = nullptr;
  if (now % 2 == 1) {  // the freezer holds the lock: the list stands still
    const pid_t tid = ThisThread();
    for (self = threads; self != nullptr && self->tid_ != tid; self = self->next_) {
    }
  }
  if (self != nullptr && self->arrived_epoch_.load() != now) {
    self->sp_ = static_cast<uintptr_t>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RSP]);
    stack_t alternate = {};
    sigaltstack(nullptr, &alternate);
    const auto lo = reinterpret_cast<uintptr_t>(alternate.ss_sp);
    const bool nested = self->sp_ >= lo && self->sp_ < lo + alternate.ss_size;
    self->interrupted_ = nested ? CurrentGOrNull() : nullptr;
    arch::WalkHere(self->stack_);
    self->arrived_epoch_ = now;  // Z2
    arrived.fetch_add(1);
    FutexWake(arrived, 1);
    while (freeze_epoch.load() == now) FutexWait(freeze_epoch, now);
  } else if (self == nullptr) {
    if ((before.sa_flags & SA_SIGINFO) != 0) {
      before.sa_sigaction(signal, info, context);
    } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
      before.sa_handler(signal);
    }
  }
  errno = saved_errno;
}

Frozen::Frozen() {
  threads_lock.lock();
  [[maybe_unused]] const pid_t self = ThisThread();
  [[maybe_unused]] const pid_t process = getpid();
  arrived = 0;
  freeze_epoch.fetch_add(1);
  signalled = 0;
#ifndef PLAIT_TSAN  // whose runtime must not be interrupted by code that calls it: then nobody but us starts anything
  for (Freezable* t = threads; t != nullptr; t = t->next_) {
    if (t->tid_ != self) signalled += syscall(SYS_tgkill, process, t->tid_, SIGURG) == 0;
  }
  const int64_t deadline = MonotonicNow() + kPatience;
  for (uint32_t n; (n = arrived.load()) < signalled;) {
    const int64_t left = deadline - MonotonicNow();
    if (left <= 0) break;
    FutexWait(arrived, n, left);
  }
#endif
}

Frozen::~Frozen() {
  freeze_epoch.fetch_add(1);
  FutexWake(freeze_epoch, 1 << 30);
  threads_lock.unlock();
}

const arch::Stack* Frozen::On(const void* lo, size_t size) {
  const auto low = reinterpret_cast<uintptr_t>(lo);
  for (const Freezable* t = threads; t != nullptr; t = t->next_) {
    if (t->arrived_epoch_.load() == freeze_epoch.load() && t->sp_ >= low && t->sp_ < low + size) return &t->stack_;
  }
  return nullptr;
}

bool Frozen::Interrupted(const G* g) {
  for (const Freezable* t = threads; t != nullptr; t = t->next_) {
    if (t->arrived_epoch_.load() == freeze_epoch.load() && t->interrupted_ == g) return true;
  }
  return false;
}

bool Frozen::Complete() { return arrived.load() >= signalled; }

}  // namespace plait::sched
