#include "plait/runtime/sched/deadlock.h"

#include <dirent.h>

namespace plait::sched {

bool OnlyOurThreads(int procs) {
  DIR* tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return false;  // cannot know
  int threads = 0;
  while (const dirent* entry = readdir(tasks)) threads += entry->d_name[0] != '.';
  closedir(tasks);
#ifdef PLAIT_TSAN
  constexpr int kSanitizers = 1;  // ThreadSanitizer has one of its own
#else
  constexpr int kSanitizers = 0;
#endif
  return threads == procs + 2 + kSanitizers;
}

}  // namespace plait::sched
