#include "plait/runtime/panic/die.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "plait/runtime/goroutine/traceback_level.h"

namespace plait {

void Die(std::string_view message) {
  static std::atomic<bool> dying{false};
  if (dying.exchange(true)) {
    for (;;) pause();
  }
  FlushOutput();
  while (!message.empty()) {
    const ssize_t written = write(STDERR_FILENO, message.data(), message.size());
    if (written <= 0) break;
    message.remove_prefix(static_cast<size_t>(written));
  }
  if (CurrentTracebackLevel() == TracebackLevel::kCrash) std::abort();  // for a core file
  ExitNow(2);
}

void FlushOutput() {
  for (FILE* file : {stdout, stderr}) {
    if (ftrylockfile(file) != 0) continue;
    fflush_unlocked(file);
    funlockfile(file);
  }
}

void ExitNow(int status) {
  for (;;) syscall(SYS_exit_group, status);
}

}  // namespace plait
