#include "plait/properties/golang/go_run.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "plait/properties/golang/go_source.h"

namespace plait::golang {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Runs a command with its output in a file; returns its status as a shell shows it.
int RunCommand(const std::vector<std::string>& words, const std::vector<std::string>& extra_environment,
               const std::string& folder, const std::string& output) {
  const pid_t child = fork();
  if (child == 0) {
    const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    dup2(out, 1);
    dup2(out, 2);
    if (chdir(folder.c_str()) != 0) _exit(126);
    for (const std::string& variable : extra_environment) putenv(const_cast<char*>(variable.c_str()));
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int MinorOf(const std::string& go) {
  const std::string out = fs::temp_directory_path() / ("plait_go_version." + std::to_string(getpid()));
  const int status = RunCommand({go, "version"}, {"GOTOOLCHAIN=local"}, "/", out);
  const std::string text = ReadFile(out);
  fs::remove(out);
  const size_t at = text.find("go1.");
  return status == 0 && at != std::string::npos ? std::atoi(text.c_str() + at + 4) : 0;
}

int Get2(const unsigned char* b) { return b[0] | b[1] << 8; }
int Get4(const unsigned char* b) { return static_cast<int32_t>(Get2(b) | static_cast<uint32_t>(Get2(b + 2)) << 16); }

model::GoroutineOutcome ReadGoroutine(const unsigned char* slot) {
  std::vector<model::Result> results;
  for (int k = 0; k < Get2(slot + 4); ++k) {
    const unsigned char* r = slot + kHeadBytes + k * kResultBytes;
    results.push_back({.op = Get2(r), .chosen = Get4(r + 4), .value = Get4(r + 8), .ok = r[2] != 0});
  }
  std::stable_sort(results.begin(), results.end(), [](const auto& a, const auto& b) { return a.op < b.op; });
  const std::string text(reinterpret_cast<const char*>(slot + 8), static_cast<size_t>(Get2(slot + 6)));
  switch (static_cast<GoEnd>(slot[0])) {
    case GoEnd::kNotStarted:
      return model::NotStarted();
    case GoEnd::kRunning:
      return model::Blocked(Get2(slot + 2), std::move(results));
    case GoEnd::kReturned:
      return model::Returned(std::move(results));
    case GoEnd::kPanicked:
      return model::Panicked(Get2(slot + 2), text, std::move(results));
    case GoEnd::kGoexit:
      return model::Exited(std::move(results));
  }
  throw std::runtime_error("go: a slot of the file makes no sense");
}

// How many goroutines of the dump wait for each reason; those that do not wait at channels are all the same, because
// their names have changed between versions ("semacquire").
std::map<std::string, int> ReasonsIn(const std::string& dump) {
  std::map<std::string, int> reasons;
  for (size_t at = dump.find("\ngoroutine "); at != std::string::npos; at = dump.find("\ngoroutine ", at + 1)) {
    const size_t open = dump.find('[', at);
    const size_t close = dump.find_first_of("],", open);
    if (dump.compare(at, 13, "\ngoroutine 1 ") == 0) continue;  // main, in select {}
    const std::string reason = dump.substr(open + 1, close - open - 1);
    const bool chan = reason.starts_with("chan") || reason.starts_with("select");
    ++reasons[chan ? reason : "else"];
  }
  return reasons;
}

}  // namespace

Go FindGo() {
  std::vector<std::string> places;
  if (const char* named = std::getenv("PLAIT_GO")) {
    places.push_back(named);
  } else {
    const char* cache = std::getenv("PLAIT_GO_CACHE");
    const char* home = std::getenv("HOME");
    const std::string unpacked =
        cache != nullptr ? cache : std::string(home != nullptr ? home : "/root") + "/.cache/plait/go";
    places.push_back(unpacked + "/bin/go");
    for (int minor = 30; minor >= 19; --minor) places.push_back("/usr/lib/go-1." + std::to_string(minor) + "/bin/go");
  }
  for (const std::string& path : places) {
    if (access(path.c_str(), X_OK) != 0) continue;
    if (const int minor = MinorOf(path); minor > 0) return {path, minor};
  }
  return {};
}

GoBatch::GoBatch(const Go& go, std::vector<const model::Program*> programs) : programs_(std::move(programs)) {
  std::string folder = fs::temp_directory_path() / "plait_go.XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("go: cannot make a folder in /tmp");
  folder_ = folder;
  std::ofstream(folder_ + "/main.go") << GoSource(programs_);
  std::ofstream(folder_ + "/go.mod") << "module litmus\n\ngo 1." << go.minor << "\n";
  // The compiled standard library may be kept; nothing is ever downloaded.
  const char* kept = std::getenv("PLAIT_GO_BUILD_CACHE");
  const std::vector<std::string> environment = {
      "GOCACHE=" + (kept != nullptr ? std::string(kept) : folder_ + "/cache"),
      "GOPATH=" + folder_ + "/path",
      "GOTOOLCHAIN=local",
      "GOPROXY=off",
      "GOFLAGS=-mod=mod",
      "CGO_ENABLED=0",
      "HOME=" + folder_,
  };
  const std::string log = folder_ + "/build.log";
  // Inlining and optimisation of the programs would only cost time.
  if (RunCommand({go.path, "build", "-o", "programs", "."}, environment, folder_, log) != 0) {
    throw std::runtime_error("go build:\n" + ReadFile(log).substr(0, 4000));
  }
}

GoBatch::~GoBatch() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::multiset<model::Outcome> GoBatch::Run(size_t index, const Options& options) const {
  const model::Program& program = *programs_[index];
  const std::string file = folder_ + "/run", log = folder_ + "/run.log";
  const size_t copy_bytes = program.goroutines.size() * kSlotBytes;
  const size_t bytes = copy_bytes * static_cast<size_t>(options.copies);
  { std::ofstream empty(file, std::ios::trunc); }
  fs::resize_file(file, bytes);
  const int status = RunCommand({folder_ + "/programs", std::to_string(index), std::to_string(options.copies),
                                 std::to_string(options.procs), std::to_string(options.unit_us), file},
                                {"GOTRACEBACK=all"}, folder_, log);
  const std::string dump = ReadFile(log);
  if (status != 2 || dump.find("all goroutines are asleep - deadlock!") == std::string::npos) {
    throw std::runtime_error("go: ended with status " + std::to_string(status) + " for\n" + ToString(program) +
                             dump.substr(0, 2000));
  }
  const std::string data = ReadFile(file);
  std::multiset<model::Outcome> outcomes;
  std::map<std::string, int> expected;
  for (int copy = 0; copy < options.copies; ++copy) {
    std::vector<model::GoroutineOutcome> goroutines;
    for (size_t g = 0; g < program.goroutines.size(); ++g) {
      const size_t at = copy_bytes * static_cast<size_t>(copy) + g * kSlotBytes;
      goroutines.push_back(ReadGoroutine(reinterpret_cast<const unsigned char*>(data.data()) + at));
      if (goroutines.back().end != model::End::kBlocked) continue;
      const std::string reason = WaitReason(program, program.goroutines[g][static_cast<size_t>(goroutines.back().op)]);
      ++expected[reason.starts_with("chan") || reason.starts_with("select") ? reason : "else"];
    }
    outcomes.insert(model::Judge(std::move(goroutines)));
  }
  if (const auto actual = ReasonsIn(dump); actual != expected) {
    std::string text = "go: its dump shows other goroutines blocked than have written so:";
    for (const auto& [reason, n] : actual) text += "\n  dump    " + std::to_string(n) + " " + reason;
    for (const auto& [reason, n] : expected) text += "\n  written " + std::to_string(n) + " " + reason;
    throw std::runtime_error(text + "\n" + ToString(program));
  }
  return outcomes;
}

}  // namespace plait::golang
