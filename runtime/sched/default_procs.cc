#include "plait/runtime/sched/default_procs.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace plait::sched {
namespace {

std::string Read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

int UsableCpus() {
  cpu_set_t cpus;
  if (sched_getaffinity(0, sizeof cpus, &cpus) == 0) return CPU_COUNT(&cpus);
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

double CpuQuota(const std::string& cgroup, const std::string& mount) {
  // "0::/user.slice/app.scope": version 2. Every folder from there up to the mount may have a limit.
  const size_t at = cgroup.find("0::/");
  if (at == std::string::npos) return -1;
  std::string folder = cgroup.substr(at + 3, cgroup.find('\n', at) - at - 3);
  double least = -1;
  for (;;) {
    double quota = 0, period = 0;
    if (std::sscanf(Read(mount + folder + "/cpu.max").c_str(), "%lf %lf", &quota, &period) == 2 && period > 0) {
      least = least < 0 ? quota / period : std::min(least, quota / period);
    }
    if (folder.empty() || folder == "/") return least;
    folder.resize(folder.rfind('/'));
  }
}

int DefaultProcs(int cpus, double quota) {
  if (quota < 0) return cpus;
  return std::min(cpus, std::max(2, static_cast<int>(std::ceil(quota))));
}

int DefaultProcs() {
  if (const char* text = std::getenv("GOMAXPROCS")) {
    char* end = nullptr;
    const long n = std::strtol(text, &end, 10);
    if (end != text && *end == '\0' && n >= 1 && n <= 1024) return static_cast<int>(n);
    std::fprintf(stderr, "plait: GOMAXPROCS=%s is not a number from 1 to 1024; using one per CPU\n", text);
  }
  return DefaultProcs(UsableCpus(), CpuQuota(Read("/proc/self/cgroup")));
}

}  // namespace plait::sched
