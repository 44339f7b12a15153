// Tables and tests, from text.

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

#include "plait/docs/clauses/clauses.h"

namespace plait::clauses {
namespace {

constexpr std::string_view kMacros[] = {"TEST",         "TEST_F",        "TEST_P",         "TYPED_TEST",
                                        "TYPED_TEST_P", "PLAIT_EXPLORE", "PLAIT_EXPLORE_F"};

bool StartsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }
bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}
bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool IsUpper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// How many characters of `text` are a clause's id: "CH-06". 0: it does not begin with one.
size_t IdLength(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && IsUpper(text[i])) ++i;
  if (i < 2 || i >= text.size() || text[i] != '-') return 0;
  const size_t digits = ++i;
  while (i < text.size() && IsDigit(text[i])) ++i;
  return i - digits == 2 && (i == text.size() || !IsWord(text[i])) ? i : 0;
}

// The ids with which lines and sentences of a comment begin. A list may go on in the next line, after its comma.
std::vector<std::string> IdsIn(const std::vector<std::string_view>& comment) {
  std::vector<std::string> ids, open;
  // Takes a list from the front of `text`; what is open at its end goes on in the next line.
  const auto take = [&](std::string_view text) {
    for (;;) {
      text = Trimmed(text);
      const size_t length = IdLength(text);
      if (length == 0) break;
      open.emplace_back(text.substr(0, length));
      text.remove_prefix(length);
      if (StartsWith(text, ":")) {
        ids.insert(ids.end(), open.begin(), open.end());
        break;
      }
      if (text == ",") return;
      if (!StartsWith(text, ",")) break;
      text.remove_prefix(1);
    }
    open.clear();
  };
  for (const std::string_view line : comment) {
    take(line);
    for (size_t at = 0; (at = line.find_first_of(".;", at)) != std::string_view::npos; ++at) {
      if (open.empty()) take(line.substr(at + 1));
    }
  }
  return ids;
}

// "ChanClose.Twice" if line `at` begins a test; it may be broken after the parenthesis or the comma.
std::string TestName(const std::vector<std::string_view>& lines, size_t at) {
  const std::string_view line = Trimmed(lines[at]);
  const size_t open = line.find('(');
  if (open == std::string_view::npos) return {};
  const std::string_view macro = line.substr(0, open);
  if (std::find(std::begin(kMacros), std::end(kMacros), macro) == std::end(kMacros)) return {};
  std::string arguments(line.substr(open + 1));
  for (size_t i = at + 1; i < lines.size() && i < at + 3; ++i) arguments += " " + std::string(Trimmed(lines[i]));
  const std::vector<std::string_view> parts = Split(arguments, ',');
  if (parts.size() < 2) return {};
  std::string_view name = Trimmed(parts[1]);
  size_t length = 0;
  while (length < name.size() && IsWord(name[length])) ++length;
  return std::string(Trimmed(parts[0])) + "." + std::string(name.substr(0, length));
}

std::string KindOf(std::string_view head, std::string_view body, std::string_view comment) {
  std::string kind;
  const auto add = [&kind](bool is, const char* word) {
    if (is) kind += (kind.empty() ? "" : ", ") + std::string(word);
  };
  add(StartsWith(head, "PLAIT_EXPLORE") || Contains(body, "Explore("), "explored");
  add(Contains(body, "_DEATH(") || Contains(body, "_EXIT("), "death");
  add(Contains(head, "static_assert") || Contains(body, "static_assert"), "compile");
  add(Contains(body, "PLAIT_TSAN") || Contains(comment, "tsan"), "tsan");
  return kind.empty() ? "plain" : kind;
}

std::string PlaceOf(std::string_view file, size_t line) { return std::string(file) + ":" + std::to_string(line + 1); }

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::vector<Clause> ReadTable(std::string_view section, std::string_view file, std::string_view text,
                              std::vector<Problem>& problems) {
  std::vector<Clause> clauses;
  const std::vector<std::string_view> lines = Split(text, '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    if (Trimmed(lines[i]).empty() || StartsWith(lines[i], "#")) continue;
    const std::vector<std::string_view> fields = Split(lines[i], '|');
    const std::string_view id = Trimmed(fields[0]);
    if (fields.size() < 4 || fields.size() > 5 || IdLength(id) != id.size() || id.substr(0, id.find('-')) != section ||
        Trimmed(fields[3]).empty()) {
      problems.push_back({PlaceOf(file, i), "not of the form `" + std::string(section) +
                                                "-01 | tag | checks | rule [| why there is no test]`"});
      continue;
    }
    Clause clause{.section = std::string(section),
                  .id = std::string(id),
                  .tag = std::string(Trimmed(fields[1])),
                  .checks = std::string(Trimmed(fields[2])),
                  .rule = std::string(Trimmed(fields[3])),
                  .reason = fields.size() == 5 ? std::string(Trimmed(fields[4])) : "",
                  .place = PlaceOf(file, i)};
    if (std::any_of(clauses.begin(), clauses.end(), [&clause](const Clause& other) { return other.id == clause.id; })) {
      problems.push_back({clause.place, clause.id + " stands here twice"});
    }
    clauses.push_back(std::move(clause));
  }
  return clauses;
}

std::vector<TestCase> ReadTests(std::string_view file, std::string_view text) {
  std::vector<TestCase> tests;
  const std::vector<std::string_view> lines = Split(text, '\n');
  std::vector<std::string_view> comment;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = Trimmed(lines[i]);
    if (StartsWith(line, "//")) {
      comment.push_back(line.substr(2));
      continue;
    }
    std::string name = TestName(lines, i);
    const bool asserts = StartsWith(line, "static_assert(");
    if (asserts) name = "static_assert";
    if (!name.empty()) {
      std::vector<std::string> ids = IdsIn(comment);
      if (!ids.empty()) {
        std::string body, words;
        for (size_t k = i; k < lines.size() && !asserts && !StartsWith(lines[k], "}"); ++k) {
          body += std::string(lines[k]) + "\n";
        }
        for (const std::string_view c : comment) words += std::string(c) + "\n";
        tests.push_back({std::move(ids), std::string(file), name, KindOf(line, body, words), PlaceOf(file, i)});
      }
    }
    comment.clear();
  }
  return tests;
}

Book ReadBook(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  Book book;
  std::istringstream order(Slurp(root / "docs/clauses/sections"));
  for (std::string line; std::getline(order, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string section, held;
    words >> section >> held;
    const std::string file = "docs/clauses/" + section + ".txt";
    if (!fs::exists(root / file)) {
      if (held == "held") book.problems.push_back({"docs/clauses/sections:1", "there is no " + file});
      continue;
    }
    book.sections.push_back(section);
    if (held == "held") book.held.push_back(section);
    for (Clause& clause : ReadTable(section, file, Slurp(root / file), book.problems)) {
      book.clauses.push_back(std::move(clause));
    }
  }
  std::vector<std::string> files;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
    const std::string name = it->path().filename().string();
    if (it->is_directory() && (StartsWith(name, ".") || StartsWith(name, "bazel-"))) {
      it.disable_recursion_pending();
    } else if (it->is_regular_file() && EndsWith(name, "_test.cc")) {
      files.push_back(fs::relative(it->path(), root).generic_string());
    }
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    for (TestCase& test : ReadTests(file, Slurp(root / file))) book.tests.push_back(std::move(test));
  }
  return book;
}

}  // namespace plait::clauses
