#include "plait/explorer/coverage/coverage.h"

#include <gtest/gtest.h>

#include <sstream>

namespace plait::explore {
namespace {

const std::filesystem::path kTestData = "explorer/coverage/testdata";

TEST(Coverage, ReadsEveryExploredTestOfEveryShard) {
  const CoverageFound found = ReadCoverage(kTestData / "good");
  EXPECT_EQ(found.files, 3);
  EXPECT_TRUE(found.problems.empty()) << found.problems[0];
  ASSERT_EQ(found.rows.size(), 6u);
  EXPECT_EQ(found.rows[0].test, "Leak.AbandonedSender");
  EXPECT_EQ(found.rows[0].verdict, "leak");
  EXPECT_EQ(found.rows[1].executions, 2u);
  EXPECT_TRUE(found.rows[1].complete);
  EXPECT_EQ(found.rows[5].test, "Pool.NotThere");
}

TEST(Coverage, SaysForEachTestWhatWasShown) {
  EXPECT_EQ(CoverageTable(ReadCoverage(kTestData / "good").rows),
            R"(  explored test         verdict          executions  explored      steps  time  races     s
  Leak.AbandonedSender  found leak                2  to failure    user   any   no     0.00
  Leak.BufferOfOne      proven                    2  exhaustive    user   any   no     0.00
  Pool.Big              none found           123456  NOT FINISHED  user   any   no       41
  Pool.Sampled          none found            10000  random        user   any   no     1.50
  Pool.Wrong            FAILED deadlock          17  to failure    user   any   no     0.01
  Pool.NotThere         MISSED leak              90  exhaustive    user   any   no     0.02
  6 explored tests: 3 as expected, 2 NOT AS EXPECTED, 1 NOT FINISHED
  133567 executions, 43 s; data races not checked
  (time any: adversarial, the earliest deadline may pass at any step)
)");
}

// What the shards of a test have explored, each for itself, is one line.
TEST(Coverage, OfPartsIsOneLine) {
  std::vector<Coverage> rows = ReadCoverage(kTestData / "parts").rows;
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(CoverageOfParts(rows),
            "  Sharded.Mutexes: 1680 executions in 3 parts, exhaustive (optimal), user granularity,\n"
            "    adversarial time, data races: not checked; the largest part has 1.07 times its share\n");
  // Three of four are not all.
  rows[0].parts = 4;
  rows[0].complete = false;
  EXPECT_EQ(CoverageOfParts(rows),
            "  Sharded.Mutexes: 1680 executions in ONLY 3 OF 4 PARTS, NOT FINISHED (optimal), user granularity,\n"
            "    adversarial time, data races: not checked; the largest part has 1.07 times its share\n");
  EXPECT_EQ(CoverageOfParts(ReadCoverage(kTestData / "good").rows), "");
}

TEST(Coverage, NamesWhatCannotBeReadAndGoesOn) {
  const CoverageFound found = ReadCoverage(kTestData / "broken");
  EXPECT_EQ(found.rows.size(), 2u);
  ASSERT_EQ(found.problems.size(), 3u);
  EXPECT_NE(found.problems[0].find("cut_test/test.xml: "), std::string::npos) << found.problems[0];
  EXPECT_NE(found.problems[1].find("is not as this plait writes it"), std::string::npos) << found.problems[1];
  EXPECT_NE(found.problems[2].find("is not as this plait writes it"), std::string::npos) << found.problems[2];
}

// With an events file: the tests of that run, and not what else lies there.
TEST(Coverage, OfOneRun) {
  const CoverageFound found = ReadCoverage(kTestData / "good", kTestData / "events.json");
  EXPECT_EQ(found.files, 2);
  EXPECT_TRUE(found.problems.empty());
  ASSERT_FALSE(found.rows.empty());
  for (const Coverage& row : found.rows) EXPECT_EQ(row.test.rfind("Leak.", 0) == 0, false) << row.test;
}

TEST(Coverage, MissingFolderIsAProblem) {
  const CoverageFound found = ReadCoverage(kTestData / "nowhere");
  EXPECT_TRUE(found.rows.empty());
  ASSERT_EQ(found.problems.size(), 1u);
  EXPECT_NE(found.problems[0].find("nowhere: No such file"), std::string::npos) << found.problems[0];
}

// How the work was divided among shards.
TEST(Coverage, SaysHowPartsWereDivided) {
  const std::string table = CoverageTable({{.test = "A.B",
                                            .verdict = "none",
                                            .expected = "none",
                                            .mode = "exhaustive",
                                            .granularity = "user",
                                            .time = "adversarial",
                                            .executions = 60,
                                            .complete = true,
                                            .parts = 3,
                                            .by_part = {10, 30, 20}}});
  EXPECT_NE(table.find("\n    in parts of 10 30 20\n"), std::string::npos) << table;
}

// A name too long for its column stands on a line of its own; the others stay within 100 columns.
TEST(Coverage, WideNamesKeepTheTableNarrow) {
  const std::string long_name = "AVeryLongSuiteName.WithATestNameThatGoesOnAndOnUntilNoScreenCanHoldIt";
  std::istringstream table(CoverageTable({{.test = long_name,
                                           .verdict = "invariant broken",
                                           .expected = "none",
                                           .mode = "exhaustive",
                                           .granularity = "runtime",
                                           .time = "quiescent",
                                           .executions = 123456789,
                                           .seconds = 3600}}));
  for (std::string line; std::getline(table, line);) EXPECT_LE(line.size(), 100u) << line;
}

}  // namespace
}  // namespace plait::explore
