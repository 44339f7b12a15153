// The litmus files themselves: each says exactly what the model says, and what the runtime does is that. A file names
// its clauses in its first line; docs/conformance.md has them all.

#include "plait/properties/litmus/files.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "plait/properties/generate/sanitized.h"
#include "plait/properties/litmus/columns.h"

namespace plait::litmus {
namespace {

constexpr char kFolder[] = "properties/litmus";

const std::vector<Litmus>& Files() {
  static const std::vector<Litmus> files = ParseFiles({kFolder});
  return files;
}

TEST(LitmusFiles, NameTheirClausesAndListTheirOutcomes) {
  for (const Litmus& litmus : Files()) {
    EXPECT_FALSE(litmus.clauses.empty()) << litmus.file << ": the first comment begins with no clause";
    EXPECT_TRUE(litmus.lists_outcomes) << litmus.file;
  }
}

TEST(LitmusFiles, NoTwoAreEqualUpToRenaming) {
  std::map<std::string, std::string> seen;
  for (const Litmus& litmus : Files()) {
    const auto [at, added] = seen.emplace(UpToRenaming(litmus.program), litmus.file);
    EXPECT_TRUE(added) << litmus.file << " is " << at->second;
  }
}

TEST(LitmusFiles, AreManyAndLargeEnough) {
  size_t three_goroutines = 0, six_outcomes = 0;
  for (const Litmus& litmus : Files()) {
    three_goroutines += litmus.program.goroutines.size() >= 3 ? 1 : 0;
    six_outcomes += litmus.outcomes.size() >= 6 ? 1 : 0;
  }
  std::printf("%zu files, %zu of three goroutines or more, %zu of six outcomes or more\n", Files().size(),
              three_goroutines, six_outcomes);
  EXPECT_GE(Files().size(), 200u);
  EXPECT_GE(three_goroutines, 60u);
  EXPECT_GE(six_outcomes, 40u);
}

// model = file = explored runtime, as sets; production within.
TEST(LitmusFiles, ModelAndRuntimeAgree) {
  size_t allowed = 0, seen = 0;
  for (const Litmus& litmus : Files()) {
    SCOPED_TRACE(litmus.file);
    const Columns columns = Ask(litmus, {.production_runs = generate::kSanitized ? 12 : 100});
    EXPECT_TRUE(columns.disagreements.empty()) << Table(litmus, columns);
    if (!columns.production.asked()) continue;
    EXPECT_TRUE(columns.explored.asked()) << columns.explored.silent;
    allowed += columns.fifo.size();
    for (const auto& [outcome, n] : columns.production.seen) seen += columns.fifo.contains(outcome) ? 1 : 0;
  }
  std::printf("production has shown %zu of %zu outcomes\n", seen, allowed);
  if (!generate::kSanitized) {
    EXPECT_GE(seen * 100, allowed * 80);
  }
}

}  // namespace
}  // namespace plait::litmus
