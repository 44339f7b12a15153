#include "plait/docs/clauses/clauses.h"

#include <gtest/gtest.h>

namespace plait::clauses {
namespace {

constexpr const char* kTable =
    "# a remark\n"
    "XX-01 | N | A | one\n"
    "XX-02 | I | 1 | two, with a \\ in it\n"
    "XX-03 | N/D | 1 + A | three\n"
    "XX-04 | N | C | four | the compiler sees to it\n";

// In pieces, so that this file's own tests are not taken for those in the texts.
const std::string kSlashes = "//";
const std::string kTests = kSlashes + " XX-01, XX-03: both.\n" +
                           "TEST(Suite, Both) {\n"
                           "  EXPECT_EQ(1, 1);\n"
                           "}\n"
                           "\n" +
                           kSlashes + " Two lines,\n" + kSlashes + " and this one, of (XX-02). XX-03: here.\n" +
                           "PLAIT_EXPLORE_F(Suite,\n"
                           "                Explored, .expect = Verdict::kLeak) {\n"
                           "}\n" +
                           kSlashes + " XX-02: not directly above.\n\n" + "TEST(Suite, None) {}\n" + kSlashes +
                           " XX-04,\n" + kSlashes + " XX-09: a list in two lines, by the compiler.\n" +
                           "static_assert(true);\n";

std::vector<std::string> Texts(const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.place + ": " + problem.text);
  return texts;
}

Book BookOf(const std::string& tests) {
  Book book;
  book.sections = book.held = {"XX"};
  book.clauses = ReadTable("XX", "XX.txt", kTable, book.problems);
  book.tests = ReadTests("x_test.cc", tests);
  return book;
}

TEST(Clauses, TestsAndTheirKinds) {
  const std::vector<TestCase> tests = ReadTests("x_test.cc", kTests);
  ASSERT_EQ(tests.size(), 3u);
  EXPECT_EQ(tests[0].clauses, (std::vector<std::string>{"XX-01", "XX-03"}));
  EXPECT_EQ(tests[0].name, "Suite.Both");
  EXPECT_EQ(tests[0].kind, "plain");
  EXPECT_EQ(tests[1].clauses, (std::vector<std::string>{"XX-03"}));
  EXPECT_EQ(tests[1].name, "Suite.Explored");
  EXPECT_TRUE(tests[1].Explored());
  EXPECT_EQ(tests[2].clauses, (std::vector<std::string>{"XX-04", "XX-09"}));
  EXPECT_EQ(tests[2].kind, "compile");
}

TEST(Clauses, Problems) {
  EXPECT_EQ(Texts(ProblemsOf(BookOf(kTests))), (std::vector<std::string>{
                                                   "x_test.cc:16: static_assert names XX-09, which no table has",
                                                   "XX.txt:2: XX-01 has no explored test, and no reason why",
                                               }));
  EXPECT_EQ(Texts(ProblemsOf(BookOf(""))), (std::vector<std::string>{
                                               "XX.txt:2: XX-01 has no test, and no reason why",
                                               "XX.txt:4: XX-03 has no test, and no reason why",
                                           }));
  Book loose = BookOf("");
  loose.held.clear();
  EXPECT_TRUE(ProblemsOf(loose).empty());
}

TEST(Clauses, LinesThatCannotBeRead) {
  std::vector<Problem> problems;
  ReadTable("XX", "XX.txt",
            "XX-01 | N | A | one\nYY-02 | N | A | two\nXX-3 | N | A | three\nXX-01 | N | A | again\nXX-04 | N | A\n",
            problems);
  ASSERT_EQ(problems.size(), 4u);
  EXPECT_EQ(problems[0].place, "XX.txt:2");
  EXPECT_EQ(problems[2].text, "XX-01 stands here twice");
}

TEST(Clauses, Page) {
  const std::string page = PageOf(BookOf(kTests));
  EXPECT_NE(page.find("| [XX](#xx) | 4 | 3 | 3 | 2 | 1 | 1 | 3 |\n"), std::string::npos) << page;
  EXPECT_NE(page.find("- XX-01 has no explored test, and no reason why: one\n"), std::string::npos) << page;
  EXPECT_NE(page.find("| XX-03 | N/D | 1 + A | three | `x_test.cc`: Suite.Both (plain)<br>`x_test.cc`: Suite.Explored "
                      "(explored) |\n"),
            std::string::npos)
      << page;
}

}  // namespace
}  // namespace plait::clauses
