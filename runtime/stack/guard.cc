#include "plait/runtime/stack/guard.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace plait::stack {

namespace {

// Not in glibc 2.36.
constexpr int kMadvGuardInstall = 102;

// Whether the kernel knows light guards.
bool ProbeLightGuards() {
  void* page = mmap(nullptr, kGuardSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return false;
  const bool works = madvise(page, kGuardSize, kMadvGuardInstall) == 0;
  munmap(page, kGuardSize);
  return works;
}

int64_t MaxMapCount() {
  constexpr int64_t kKernelsDefault = 65530;
  const int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return kKernelsDefault;
  char text[32] = {};
  const ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  const int64_t value = length > 0 ? strtoll(text, nullptr, 10) : 0;
  return value > 0 ? value : kKernelsDefault;
}

void WarnOnce() {
  static constinit std::atomic<bool> warned{false};
  if (warned.exchange(true)) return;
  static constexpr char kText[] =
      "plait: some goroutine stacks have no guard page, overflow of these goes unnoticed "
      "(raise vm.max_map_count, or use Linux 6.13 or later)\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kText, sizeof kText - 1);
}

}  // namespace

void Guards::Configure(bool use_light, int64_t max_protected) {
  static const bool light_works = ProbeLightGuards();
  use_light_ = use_light && light_works;
  max_protected_ = max_protected;
}

size_t Guards::Install(char* first, size_t stride, size_t n) {
  size_t done = use_light_ ? InstallLight(first, stride, n) : 0;
  // Light guards are refused for locked memory (mlockall), and when there is no memory for the page table.
  if (done < n) done += InstallProtected(first + done * stride, stride, n - done);
  if (done < n) {
    unguarded_ += n - done;
    WarnOnce();
  }
  return done;
}

// Many by one system call, 0.4 us each instead of 0.8: process_madvise takes this advice for the process itself. The
// descriptor is made anew each time, because in a child of fork it would still mean the parent.
size_t Guards::InstallLight(char* first, size_t stride, size_t n) {
  size_t done = 0;
  const int self = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
  if (self >= 0) {
    iovec pages[kMaxGuardBatch];
    for (size_t i = 0; i < n; ++i) pages[i] = {first + i * stride, kGuardSize};
    const long bytes = syscall(SYS_process_madvise, self, pages, n, kMadvGuardInstall, 0);
    close(self);
    if (bytes > 0) done = static_cast<size_t>(bytes) / kGuardSize;
  }
  while (done < n && madvise(first + done * stride, kGuardSize, kMadvGuardInstall) == 0) ++done;
  light_ += done;
  return done;
}

size_t Guards::InstallProtected(char* first, size_t stride, size_t n) {
  static const int64_t default_budget = MaxMapCount() / 4;
  const size_t budget = static_cast<size_t>(max_protected_ < 0 ? default_budget : max_protected_);
  size_t done = 0;
  for (; done < n; ++done) {
    // Taken before it is spent: two size classes may grow at once.
    if (protected_pages_.fetch_add(1) >= budget || mprotect(first + done * stride, kGuardSize, PROT_NONE) != 0) {
      protected_pages_.fetch_sub(1);
      break;
    }
  }
  return done;
}

}  // namespace plait::stack
