// Runs explored tests, and holds what they show of the defects that they find against files:
//
//   screens_test FOLDER TEST...
//
// Each screen must be that of FOLDER/Suite.Name.txt, fit a terminal, and its last line must run the same schedule again, as
// must the file that is to be kept; page and trace must be there. `bazel run` of this target writes the files anew.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

fs::path folder;
std::vector<std::string> programs;

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Ran {
  int status = -1;
  std::string output;
};

Ran RunCommand(const std::string& command) {
  Ran ran;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  char buffer[4096];
  while (const size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) ran.output.append(buffer, n);
  const int status = pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

// As under `bazel test`, whose targets the replay lines name.
std::string Target(const std::string& program) {
  const fs::path path(program);
  // Not the files in which Bazel looks for what became of this test itself.
  return "env -u TEST_PREMATURE_EXIT_FILE -u XML_OUTPUT_FILE -u TEST_UNDECLARED_OUTPUTS_DIR TEST_TARGET=//" +
         path.parent_path().string() + ":" + path.filename().string() + " ";
}

void ExpectFits(const std::string& name, const std::string& screen) {
  std::istringstream lines(screen);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    if (line.rfind("  replay: ", 0) == 0) continue;
    EXPECT_LE(line.size(), 80u) << name << ": " << line;
    EXPECT_EQ(line.find_last_not_of(' ') + 1, line.size()) << name << ": ends in spaces: '" << line << "'";
  }
  EXPECT_LE(count, 60) << name;
}

// The schedule, without how it was found and what follows.
std::string Schedule(const std::string& screen) { return screen.substr(0, screen.find(" between goroutines (")); }

void ExpectReplays(const std::string& program, const std::string& name, const std::string& screen,
                   const std::string& replay) {
  const Ran ran = RunCommand(Target(program) + program + " --plait_replay=" + replay);
  EXPECT_EQ(ran.status, 0) << replay << "\n" << ran.output;
  std::string schedule = Schedule(screen);
  schedule.resize(schedule.rfind("\n\n"));
  EXPECT_NE(ran.output.find(schedule), std::string::npos) << name << "\n" << ran.output << "\ninstead of\n" << schedule;
}

void ExpectFiles(const fs::path& base) {
  const std::string page = Read(base.string() + ".html");
  EXPECT_NE(page.find("plait-recording-1"), std::string::npos) << base;
  EXPECT_EQ(page.find("http://"), page.find("http://www.w3.org/2000/svg")) << base << " loads something";
  EXPECT_EQ(page.find("https://"), std::string::npos) << base << " loads something";
  const auto trace = nlohmann::json::parse(Read(base.string() + ".perfetto.json"), nullptr, false);
  ASSERT_TRUE(trace.is_object()) << base;
  EXPECT_GE(trace["traceEvents"].size(), 3u) << base;
}

TEST(Screens, AreAsBefore) {
  const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  std::map<std::string, std::string> found;
  for (const std::string& program : programs) {
    const fs::path reports = fs::path(testing::TempDir()) / ("screens." + fs::path(program).filename().string());
    fs::remove_all(reports);
    const Ran ran = RunCommand(Target(program) + program + " --gtest_brief=1 --plait_report=" + reports.string());
    EXPECT_EQ(ran.status, 0) << ran.output;
    bool first = true;  // one of each program is replayed from its file as well: a replay takes a third of a second
    for (const auto& entry : fs::directory_iterator(reports)) {
      if (entry.path().extension() != ".txt") continue;
      const std::string name = entry.path().filename().string();
      const std::string screen = found[name] = Read(entry.path());
      ExpectFits(name, screen);
      if (workspace != nullptr) continue;
      EXPECT_EQ(screen, Read(folder / name)) << name << ": `bazel run` of this target writes the new one";
      fs::path base = entry.path();
      base.replace_extension();
      ExpectFiles(base);
      if (first) ExpectReplays(program, name, screen, "@" + base.string() + ".schedule");
      first = false;
      const size_t token = screen.find("--plait_replay=");
      ASSERT_NE(token, std::string::npos) << screen;
      const std::string replay = screen.substr(token + 15, screen.find('\n', token) - token - 15);
      EXPECT_LE(replay.size(), 200u) << replay;
      ExpectReplays(program, name, screen, replay);
    }
  }
  EXPECT_FALSE(found.empty());
  if (workspace != nullptr) {
    const fs::path to = fs::path(workspace) / folder;
    for (const auto& entry : fs::directory_iterator(to)) fs::remove(entry.path());
    for (const auto& [name, screen] : found) std::ofstream(to / name) << screen;
    return;
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    EXPECT_EQ(found.count(entry.path().filename().string()), 1u) << entry.path() << " was not found any more";
  }
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc < 3) {
    std::fprintf(stderr, "usage: screens_test FOLDER TEST...\n");
    return 2;
  }
  folder = argv[1];
  programs.assign(argv + 2, argv + argc);
  return RUN_ALL_TESTS();
}
