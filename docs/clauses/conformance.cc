// The page of conformance: which litmus files and tests hold each of Go's rules, and what came of them.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "plait/docs/clauses/clauses.h"

namespace plait::clauses {
namespace {

// The sections that litmus files are about.
constexpr const char* kSections[] = {"CH",   "SEL", "GO",   "MU",    "RW",   "WG",  "ONCE",
                                     "COND", "CTX", "TIME", "PANIC", "DEAD", "LEAK"};

constexpr char kIntroduction[] =
    "# Conformance: does it behave like Go?\n"
    "\n"
    "`./plait litmus` writes this page: it asks all [litmus files](litmus.md) of `properties/litmus`. `.ci/lint` fails "
    "when a\n"
    "file or a test has changed since.\n"
    "\n"
    "*Explored*: our runtime, in every schedule, has exactly the model's outcomes. *Production*: how many of the "
    "model's outcomes\n"
    "it has shown on threads; it has shown no others. *Go*: the real one has shown nothing that the model does not "
    "allow. Where a\n"
    "column did not judge all files, it says how many. *Tests* hold the clause besides: [clauses.md](clauses.md) names "
    "them.\n"
    "\n";

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// A verdict, taken apart.
struct Verdict {
  int outcomes = 0;
  std::string explored;
  int seen = -1;  // -1: not run
  std::string go;
};

Verdict Parse(const std::string& text) {
  std::istringstream in(text);
  Verdict v;
  std::string seen;
  in >> v.outcomes >> v.explored >> seen >> v.go;
  if (seen != "-") v.seen = std::atoi(seen.c_str());
  return v;
}

// "agrees", "disagrees", or how many of how many have judged.
std::string Column(int agree, int disagree, int silent) {
  if (disagree > 0) return "**disagrees**";
  if (agree == 0) return "not judged";
  return silent == 0 ? "agrees" : "agrees (" + std::to_string(agree) + " of " + std::to_string(agree + silent) + ")";
}

struct Sum {
  int agree[2] = {0, 0}, disagree[2] = {0, 0}, silent[2] = {0, 0};  // explored, Go
  int outcomes = 0, seen = 0;

  void Add(const Verdict& v) {
    const std::string* columns[] = {&v.explored, &v.go};
    for (int i = 0; i < 2; ++i) {
      ++(*columns[i] == "agrees" ? agree : *columns[i] == "disagrees" ? disagree : silent)[i];
    }
    if (v.seen >= 0) {
      outcomes += v.outcomes;
      seen += v.seen;
    }
  }
  std::string Cells() const {
    return Column(agree[0], disagree[0], silent[0]) + " | " + std::to_string(seen) + " of " + std::to_string(outcomes) +
           " | " + Column(agree[1], disagree[1], silent[1]);
  }
};

bool Names(const std::vector<std::string>& clauses, const std::string& id) {
  return std::find(clauses.begin(), clauses.end(), id) != clauses.end();
}

}  // namespace

std::string HashOf(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  char digits[17];
  std::snprintf(digits, sizeof(digits), "%016llx", static_cast<unsigned long long>(hash));
  return digits;
}

std::vector<LitmusFile> ReadLitmus(const std::filesystem::path& root) {
  std::map<std::string, std::string> verdicts;  // "FILE HASH": the rest of the line
  std::ifstream in(root / "docs/clauses/verdicts.txt");
  for (std::string line; std::getline(in, line);) {
    const size_t second = line.find(' ', line.find(' ') + 1);
    if (second != std::string::npos) verdicts[line.substr(0, second)] = line.substr(second + 1);
  }
  std::vector<LitmusFile> files;
  const std::filesystem::path folder = root / "properties/litmus";
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".litmus") continue;
    const std::string text = Slurp(entry.path());
    LitmusFile file{
        .file = entry.path().lexically_relative(folder), .clauses = {}, .hash = HashOf(text), .verdict = {}};
    // "// CH-08, SEL-12: ..."
    std::istringstream ids(text.substr(text.find_first_not_of("/ "), text.find(':')));
    for (std::string id; ids >> id && (id.back() == ',' || id.back() == ':');) {
      file.clauses.push_back(id.substr(0, id.size() - 1));
      if (id.back() == ':') break;
    }
    const auto found = verdicts.find(file.file + " " + file.hash);
    if (found != verdicts.end()) file.verdict = found->second;
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.file < b.file; });
  return files;
}

std::string ConformancePageOf(const Book& book, const std::vector<LitmusFile>& files) {
  std::string page = kIntroduction;
  Sum all;
  int not_judged = 0;
  for (const LitmusFile& file : files) {
    const Verdict verdict = Parse(file.verdict);
    all.Add(verdict);
    not_judged += verdict.go == "agrees" || verdict.go == "disagrees" ? 0 : 1;
  }
  page +=
      std::to_string(files.size()) + " files; real Go has not judged " + std::to_string(not_judged) + " of them.\n\n";
  page += "| | explored | production | Go |\n|---|---|---|---|\n| all files | " + all.Cells() + " |\n";
  for (const char* section : kSections) {
    page += "\n## " + std::string(section) +
            "\n\n| clause | tag | rule | litmus files | tests | explored | production | Go "
            "|\n|---|---|---|---|---|---|---|---|\n";
    for (const Clause& clause : book.clauses) {
      if (clause.section != section) continue;
      Sum sum;
      std::string names;
      for (const LitmusFile& file : files) {
        if (!Names(file.clauses, clause.id)) continue;
        sum.Add(Parse(file.verdict));
        const std::string name = file.file.substr(0, file.file.rfind('.'));
        names += (names.empty() ? "" : "<br>") + ("[" + name + "](../properties/litmus/" + file.file + ")");
      }
      const auto tests = std::count_if(book.tests.begin(), book.tests.end(),
                                       [&](const TestCase& test) { return Names(test.clauses, clause.id); });
      std::string rule = clause.rule;
      if (!clause.reason.empty()) rule += " *(" + clause.reason + ")*";
      for (size_t at = 0; (at = rule.find('|', at)) != std::string::npos; at += 2) rule.insert(at, "\\");
      page += "| " + clause.id + " | " + clause.tag + " | " + rule + " | " + names + " | " +
              (tests == 0 ? "" : std::to_string(tests)) + " | " + (names.empty() ? " | | " : sum.Cells()) + " |\n";
    }
  }
  return page;
}

std::vector<Problem> ProblemsOf(const Book& book, const std::vector<LitmusFile>& files) {
  std::vector<Problem> problems;
  std::set<std::string> known;
  for (const Clause& clause : book.clauses) known.insert(clause.id);
  for (const LitmusFile& file : files) {
    const std::string place = "properties/litmus/" + file.file + ":1";
    for (const std::string& id : file.clauses) {
      if (!known.contains(id)) problems.push_back({place, "there is no clause " + id});
    }
    if (file.clauses.empty())
      problems.push_back({place, "its first comment begins with no clause: // CH-08, SEL-12: ..."});
    if (file.verdict.empty())
      problems.push_back({place, "nobody has asked it since it was changed; run ./plait litmus"});
  }
  for (const Clause& clause : book.clauses) {
    const bool here = std::find(std::begin(kSections), std::end(kSections), clause.section) != std::end(kSections);
    if (!here || !clause.Promised() || !clause.reason.empty()) continue;
    const auto names = [&clause](const auto& what) { return Names(what.clauses, clause.id); };
    if (std::none_of(files.begin(), files.end(), names) && std::none_of(book.tests.begin(), book.tests.end(), names)) {
      problems.push_back({clause.place, "no litmus file and no test covers " + clause.id});
    }
  }
  return problems;
}

}  // namespace plait::clauses
