// What does not fit, and the page.

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "plait/docs/clauses/clauses.h"

namespace plait::clauses {
namespace {

using TestsOf = std::map<std::string, std::vector<const TestCase*>, std::less<>>;

TestsOf ByClause(const Book& book) {
  TestsOf tests;
  for (const TestCase& test : book.tests) {
    for (const std::string& id : test.clauses) {
      std::vector<const TestCase*>& of_id = tests[id];
      if (of_id.empty() || of_id.back() != &test) of_id.push_back(&test);
    }
  }
  return tests;
}

const std::vector<const TestCase*>& Of(const TestsOf& tests, const Clause& clause) {
  static const std::vector<const TestCase*> none;
  const auto it = tests.find(clause.id);
  return it == tests.end() ? none : it->second;
}

bool AnyExplored(const std::vector<const TestCase*>& tests) {
  return std::any_of(tests.begin(), tests.end(), [](const TestCase* test) { return test->Explored(); });
}

// What a promise lacks, or empty.
std::string Lack(const TestsOf& tests, const Clause& clause) {
  if (!clause.Promised() || !clause.reason.empty()) return {};
  const auto& of_clause = Of(tests, clause);
  if (of_clause.empty()) return "has no test, and no reason why";
  if (clause.AllSchedules() && !AnyExplored(of_clause)) return "has no explored test, and no reason why";
  return {};
}

std::string Lower(std::string text) {  // a heading's anchor
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string Cell(std::string text) {
  for (size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

struct Counts {
  int clauses = 0, promised = 0, tested = 0, all_schedules = 0, explored = 0, reasons = 0;
  std::set<const TestCase*> tests;

  void Add(const Clause& clause, const std::vector<const TestCase*>& of_clause) {
    ++clauses;
    tests.insert(of_clause.begin(), of_clause.end());
    if (!clause.Promised()) return;
    ++promised;
    tested += !of_clause.empty();
    reasons += !clause.reason.empty();
    if (!clause.AllSchedules()) return;
    ++all_schedules;
    explored += AnyExplored(of_clause);
  }

  std::string Row(const std::string& name) const {
    std::string row = "| " + name;
    for (const int n : {clauses, promised, tested, all_schedules, explored, reasons, static_cast<int>(tests.size())}) {
      row += " | " + std::to_string(n);
    }
    return row + " |\n";
  }
};

constexpr const char* kIntroduction =
    R"(# Go's rules, and the tests that hold plait to them

`./plait clauses` writes this page, from the tables in [clauses/](clauses) and from the comments above the tests; `.ci/lint`
fails when it is out of date. A test names its clauses at the beginning of the comment directly above it.

*Tag*: **N** what Go's specification, memory model or package documentation says; **D** a text that Go prints; **I** what Go's
runtime does without promising it. *Checks*: **A** in all schedules (explored), **R** random programs against a model, **S**
statistically, **1** in one run, **X** in a process that dies, **V** in virtual time, **C** by the compiler, **MEM** under
ThreadSanitizer, **P** a bound of time or space. Every N or D has a test, or says why there can be none; every A among them
has an explored one, or says why not.

)";

}  // namespace

bool Clause::Promised() const { return tag.find_first_of("ND") != std::string::npos; }

// A word of its own: "A", "1 + A", "A (2x2)"; not the A of another word.
bool Clause::AllSchedules() const {
  for (size_t i = 0; i < checks.size(); ++i) {
    const auto is_word = [this](size_t k) {
      return k < checks.size() && std::isalnum(static_cast<unsigned char>(checks[k]));
    };
    if (checks[i] == 'A' && !is_word(i + 1) && (i == 0 || !is_word(i - 1))) return true;
  }
  return false;
}

bool TestCase::Explored() const { return kind.find("explored") != std::string::npos; }

std::vector<Problem> ProblemsOf(const Book& book) {
  std::vector<Problem> problems = book.problems;
  std::set<std::string, std::less<>> ids;
  for (const Clause& clause : book.clauses) ids.insert(clause.id);
  const auto has = [](const std::vector<std::string>& list, const std::string& what) {
    return std::find(list.begin(), list.end(), what) != list.end();
  };
  for (const TestCase& test : book.tests) {
    for (const std::string& id : test.clauses) {
      if (has(book.sections, id.substr(0, id.find('-'))) && ids.count(id) == 0) {
        problems.push_back({test.place, test.name + " names " + id + ", which no table has"});
      }
    }
  }
  const TestsOf tests = ByClause(book);
  for (const Clause& clause : book.clauses) {
    if (!has(book.held, clause.section)) continue;
    const std::string lack = Lack(tests, clause);
    if (!lack.empty()) problems.push_back({clause.place, clause.id + " " + lack});
  }
  return problems;
}

std::string PageOf(const Book& book) {
  const TestsOf tests = ByClause(book);
  std::map<std::string, Counts> counts;
  Counts total;
  std::string missing;
  for (const Clause& clause : book.clauses) {
    counts[clause.section].Add(clause, Of(tests, clause));
    total.Add(clause, Of(tests, clause));
    const std::string lack = Lack(tests, clause);
    if (!lack.empty()) missing += "- " + clause.id + " " + lack + ": " + clause.rule + "\n";
  }
  std::string page = kIntroduction;
  page +=
      "| section | clauses | N or D | tested | A among them | explored | with a reason | tests |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (const std::string& section : book.sections)
    page += counts[section].Row("[" + section + "](#" + Lower(section) + ")");
  page += total.Row("all");
  page += "\n## Missing\n\n" + (missing.empty() ? "Nothing.\n" : missing);
  for (const std::string& section : book.sections) {
    page += "\n## " + section + "\n\n| clause | tag | checks | rule | tests |\n|---|---|---|---|---|\n";
    for (const Clause& clause : book.clauses) {
      if (clause.section != section) continue;
      std::string where;
      for (const TestCase* test : Of(tests, clause)) {
        where += (where.empty() ? "" : "<br>") + ("`" + test->file + "`: " + test->name) + " (" + test->kind + ")";
      }
      if (!clause.reason.empty()) where += (where.empty() ? "" : "<br>") + ("*" + clause.reason + "*");
      page += "| " + clause.id + " | " + clause.tag + " | " + clause.checks + " | " + Cell(clause.rule) + " | " +
              Cell(where) + " |\n";
    }
  }
  return page;
}

}  // namespace plait::clauses
