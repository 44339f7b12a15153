// What the documents show is what is built and run:
//   - every ```cpp block of README.md and docs/tutorial.md stands, line for line, in a source file of docs/examples;
//   - every ```python block in a BUILD file of docs/examples/consumer;
//   - every ```text block, what a program prints, in what ./plait demo prints;
//   - every block of docs/failures.md that names a file of docs/examples (```text screens/...), in that file.
// Indentation as a whole is not compared.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Lines = std::vector<std::string>;

Lines LinesOf(std::istream& in) {
  Lines lines;
  for (std::string line; std::getline(in, line);) {
    line.erase(line.find_last_not_of(" \t\r") + 1);
    lines.push_back(line);
  }
  return lines;
}

Lines ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in.good()) << path;
  return LinesOf(in);
}

// Takes away the indentation that all lines have.
Lines Dedented(Lines lines) {
  size_t indent = std::string::npos;
  for (const std::string& line : lines) {
    if (!line.empty()) indent = std::min(indent, line.find_first_not_of(' '));
  }
  for (std::string& line : lines) line.erase(0, indent);
  return lines;
}

struct Block {
  std::string language;
  size_t line = 0;  // where it begins, from 1
  Lines lines;
};

std::vector<Block> BlocksOf(const Lines& document) {
  std::vector<Block> blocks;
  bool inside = false;
  for (size_t i = 0; i < document.size(); ++i) {
    if (document[i].rfind("```", 0) == 0) {
      inside = !inside;
      if (inside) blocks.push_back({document[i].substr(3), i + 2, {}});
    } else if (inside) {
      blocks.back().lines.push_back(document[i]);
    }
  }
  EXPECT_FALSE(inside) << "a block does not end";
  return blocks;
}

bool Holds(const Lines& file, const Lines& block) {
  const Lines wanted = Dedented(block);
  for (size_t i = 0; i + wanted.size() <= file.size(); ++i) {
    const auto first = file.begin() + static_cast<std::ptrdiff_t>(i);
    if (Dedented(Lines(first, first + static_cast<std::ptrdiff_t>(wanted.size()))) == wanted) return true;
  }
  return false;
}

std::vector<Lines> FilesIn(const char* folder, const std::vector<std::string>& endings) {
  std::vector<Lines> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) {
          return name.size() >= ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
        })) {
      files.push_back(ReadFile(entry.path()));
    }
  }
  return files;
}

std::string Joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

void ExpectEachFound(const char* document, const std::string& language, const std::vector<Lines>& files,
                     const std::string& where) {
  for (const Block& block : BlocksOf(ReadFile(document))) {
    if (block.language != language) continue;
    EXPECT_TRUE(std::any_of(files.begin(), files.end(), [&](const Lines& file) { return Holds(file, block.lines); }))
        << document << ":" << block.line << ": this is not (any more) to be found in " << where << ":\n"
        << Joined(block.lines);
  }
}

constexpr const char* kDocuments[] = {"README.md", "docs/tutorial.md"};

TEST(Docs, CodeIsFromTheExamples) {
  const auto files = FilesIn("docs/examples", {".cc", ".h"});
  ASSERT_FALSE(files.empty());
  for (const char* document : kDocuments) ExpectEachFound(document, "cpp", files, "docs/examples");
}

TEST(Docs, BuildRulesAreFromTheConsumer) {
  const auto files = FilesIn("docs/examples/consumer", {"BUILD", "WORKSPACE"});
  ASSERT_FALSE(files.empty());
  for (const char* document : kDocuments) ExpectEachFound(document, "python", files, "docs/examples/consumer");
}

TEST(Docs, FailuresAreTheFilesTheyName) {
  int count = 0;
  for (const Block& block : BlocksOf(ReadFile("docs/failures.md"))) {
    const size_t space = block.language.find(' ');
    if (space == std::string::npos) continue;
    const std::string file = "docs/examples/" + block.language.substr(space + 1);
    EXPECT_TRUE(Holds(ReadFile(file), block.lines))
        << "docs/failures.md:" << block.line << ": not (any more) in " << file;
    ++count;
  }
  EXPECT_EQ(count, 3);
}

// What a program prints; it must exit with status 0.
Lines OutputOf(const char* command) {
  FILE* pipe = popen(command, "r");
  EXPECT_NE(pipe, nullptr);
  std::string text;
  char buffer[4096];
  while (const size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, n);
  EXPECT_EQ(pclose(pipe), 0) << text;
  std::istringstream in(text);
  return LinesOf(in);
}

TEST(Docs, OutputIsTheDemos) {
#if defined(PLAIT_TSAN)
  GTEST_SKIP() << "under --config=tsan the demo says that races were checked";
#endif
  unsetenv("TEST_TARGET");  // else the replay line would be bazel's
  const Lines output = OutputOf("docs/examples/demo");
  for (const char* document : kDocuments) {
    ExpectEachFound(document, "text", {output}, "what ./plait demo prints:\n" + Joined(output));
  }
}

TEST(Docs, HelloRuns) { EXPECT_EQ(OutputOf("docs/examples/hello"), (Lines{"hello", "world"})); }

}  // namespace
