#ifndef PLAIT_DOCS_CLAUSES_CLAUSES_H_
#define PLAIT_DOCS_CLAUSES_CLAUSES_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// Go's rules, numbered (docs/clauses/*.txt), and the tests that hold plait to them. A test says which in the comment
// directly above it, at the beginning of a line:
//
//   // CH-06, CH-40: closing twice panics, and the channel can be used afterwards.
//   TEST(ChanClose, Twice) {
//
// docs/clauses.md is made of both, by ./plait clauses; .ci/lint fails when they do not fit together.
namespace plait::clauses {

// One line of a table: `CH-06 | N/D | A | closing a closed channel panics; of k closes one succeeds`, perhaps with a
// fifth field: why there is no test, or no explored one.
struct Clause {
  std::string section;  // "CH"
  std::string id;       // "CH-06"
  std::string tag;      // N: normative, D: a text, I: what Go's runtime does
  std::string checks;   // how it can be checked; A: in all schedules
  std::string rule;
  std::string reason;
  std::string place;  // of the line, for messages: "docs/clauses/CH.txt:6"

  bool Promised() const;  // N or D
  bool AllSchedules() const;
};

// One test that names clauses.
struct TestCase {
  std::vector<std::string> clauses;
  std::string file;
  std::string name;  // "ChanClose.Twice", or "static_assert"
  std::string kind;  // "plain", or some of "explored", "death", "compile", "tsan"
  std::string place;

  bool Explored() const;
};

struct Problem {
  std::string place;
  std::string text;
};

// Both complain about lines that they cannot read.
std::vector<Clause> ReadTable(std::string_view section, std::string_view file, std::string_view text,
                              std::vector<Problem>& problems);
std::vector<TestCase> ReadTests(std::string_view file, std::string_view text);

struct Book {
  std::vector<std::string> sections;  // that have a table, in the order of the page
  std::vector<std::string> held;      // of which every promise must have its test
  std::vector<Clause> clauses;
  std::vector<TestCase> tests;
  std::vector<Problem> problems;  // of reading
};

// Reads docs/clauses/ and every *_test.cc below `root`, except in folders whose name begins with a dot or "bazel-".
Book ReadBook(const std::filesystem::path& root);

// What does not fit: a test that names a clause which does not exist; in sections that are held, a promise without test
// and reason, and one about all schedules without explored test and reason.
std::vector<Problem> ProblemsOf(const Book& book);

std::string PageOf(const Book& book);

// One litmus file (docs/litmus.md), and what came of it when it was asked last.
struct LitmusFile {
  std::string file;  // below properties/litmus: "chan/ping_pong.litmus"
  std::vector<std::string> clauses;
  std::string hash;     // of its text
  std::string verdict;  // "2 agrees 2 agrees": outcomes, explored, outcomes seen in production, Go; "" if there is none
};

// Every litmus file below root/properties/litmus, with its line of docs/clauses/verdicts.txt, which ./plait litmus writes
// when it asks all files: `FILE HASH OUTCOMES EXPLORED PRODUCTION GO`. A line for another text of the file is none.
std::vector<LitmusFile> ReadLitmus(const std::filesystem::path& root);

// The same hash of a text wherever it is computed: 64-bit FNV-1a, in hexadecimal.
std::string HashOf(std::string_view text);

// docs/conformance.md: for each clause of the sections that litmus files are about, the files and tests, and the verdict
// of each column. What does not fit: a file that names a clause which does not exist, or has no verdict; a promise that
// nothing covers.
std::string ConformancePageOf(const Book& book, const std::vector<LitmusFile>& files);
std::vector<Problem> ProblemsOf(const Book& book, const std::vector<LitmusFile>& files);

}  // namespace plait::clauses

#endif  // PLAIT_DOCS_CLAUSES_CLAUSES_H_
