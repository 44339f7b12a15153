#include "plait/explorer/schedules/kept.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "plait/explorer/schedules/schedule.h"

namespace plait::explore {
namespace {

namespace fs = std::filesystem;

bool ReadFile(const fs::path& path, std::string& text) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream all;
  all << file.rdbuf();
  text = all.str();
  return static_cast<bool>(file);
}

void WriteFile(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::trunc | std::ios::binary);
  file << text;
  file.close();
  if (!file) std::printf("plait: %s cannot be written\n", path.c_str());
}

std::vector<fs::path> SchedulesIn(const std::string& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".schedule") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The name of the test whose schedule it is; empty, and the error, if it is none.
std::string TestOf(const fs::path& path, std::string& error) {
  std::string text;
  KeptSchedule kept;
  if (!ReadFile(path, text)) {
    error = "cannot be read";
    return {};
  }
  return DecodeSchedule(text, kept, error) ? kept.token.test : std::string();
}

// How to bring the files up to date, for a person to paste.
std::string RefreshLine() {
  const char* target = std::getenv("TEST_TARGET");
  return target != nullptr ? fmt::format("bazel run {}.schedules", target)
                           : std::string("this program with --plait_refresh=FOLDER");
}

}  // namespace

std::vector<std::string> KeptFor(const std::string& folder, const std::string& test) {
  std::vector<std::string> paths;
  for (const fs::path& path : SchedulesIn(folder)) {
    std::string error;
    const std::string of = TestOf(path, error);
    // What is damaged is every test's business: it must not be passed over.
    if (of == test || !error.empty()) paths.push_back(path.string());
  }
  return paths;
}

KeptRun RunKept(const std::string& path, const Options& options, const Replayer& replay) {
  KeptRun run;
  Options one = options;
  one.replay = "@" + path;
  run.result = replay(one);
  if (run.result.verdict == options.expect) return run;
  if (run.result.verdict == Verdict::kNondeterminism) {
    run.outcome = KeptRun::kOutdated;
    run.message = fmt::format(
        "plait: the kept schedule {} no longer fits the program.\n{}If that is intended, bring it up to date:\n  {}\n",
        path, run.result.report, RefreshLine());
    return run;
  }
  run.outcome = KeptRun::kFails;
  run.message = run.result.verdict == Verdict::kNone
                    ? fmt::format(
                          "plait: the kept schedule {} was expected to find: {}, and finds nothing wrong any "
                          "more.\n",
                          path, VerdictName(options.expect))
                    : fmt::format("plait: found in the kept schedule {}, before anything was explored\n{}", path,
                                  run.result.report);
  return run;
}

void RefreshKept(const std::string& folder, const std::string& test, const Options& options, const Replayer& replay,
                 const Replayer& nearest) {
  for (const std::string& path : KeptFor(folder, test)) {
    std::string before;
    ReadFile(path, before);
    Options one = options;
    one.replay = "@" + path;
    Result result = replay(one);
    const bool fits = result.verdict != Verdict::kNondeterminism;
    if (!fits) result = nearest(one);
    if (result.schedule.empty()) {
      std::printf("  %s: %s\n", path.c_str(), result.report.c_str());
      continue;
    }
    WriteFile(path, result.schedule);
    std::printf("  %s: %s (%s)\n", path.c_str(),
                result.schedule == before ? "as it was"
                : fits                    ? "fits, written anew"
                                          : "did not fit; the nearest schedule takes its place",
                VerdictName(result.verdict));
  }
}

void Keep(const std::string& folder, const std::string& test, const Result& found) {
  std::error_code error;
  fs::create_directories(folder, error);
  for (const fs::path& path : SchedulesIn(folder)) {
    std::string text;
    if (ReadFile(path, text) && text == found.schedule) {
      std::printf("  %s: has what was found\n", path.c_str());
      return;
    }
  }
  std::string base = test;
  std::replace(base.begin(), base.end(), '/', '_');
  fs::path path = fs::path(folder) / (base + ".schedule");
  for (int k = 2; fs::exists(path); ++k) path = fs::path(folder) / fmt::format("{}.{}.schedule", base, k);
  WriteFile(path, found.schedule);
  std::printf("  %s: new (%s)\n", path.c_str(), VerdictName(found.verdict));
}

void PruneKept(const std::string& folder, const std::vector<std::string>& tests) {
  for (const fs::path& path : SchedulesIn(folder)) {
    std::string error;
    const std::string test = TestOf(path, error);
    if (!error.empty()) {
      std::printf("  %s: is no schedule: %s\n", path.c_str(), error.c_str());
    } else if (std::find(tests.begin(), tests.end(), test) == tests.end()) {
      fs::remove(path);
      std::printf("  %s: removed, there is no test %s any more\n", path.c_str(), test.c_str());
    }
  }
}

}  // namespace plait::explore
