#include "plait/runtime/sched/deadlock.h"

#include <dirent.h>

namespace plait::sched {

bool OnlyOurThreads(int procs) {
  DIR* tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return false;  // cannot know
  int threads = 0;
  while (const dirent* entry = readdir(tasks)) threads += entry->d_name[0] != '.';
  closedir(tasks);
  return threads == procs + 2;
}

}  // namespace plait::sched
