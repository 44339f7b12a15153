// Real Go has no outcome that the model does not allow it. Which Go: third_party/install-go.

#include <gtest/gtest.h>

#include "plait/properties/litmus/columns.h"
#include "plait/properties/litmus/files.h"
#include "plait/properties/litmus/random.h"

namespace plait::litmus {
namespace {

TEST(LitmusFiles, RealGoAgrees) {
  const golang::Go go = golang::FindGo();
  ASSERT_FALSE(go.path.empty()) << "there is no Go: run third_party/install-go, or name one with PLAIT_GO";
  const std::vector<Litmus> files = ParseFiles({"properties/litmus"});
  std::vector<Columns> columns;
  for (const Litmus& litmus : files) columns.push_back(Ask(litmus, {.explored = false, .production_runs = 0}));
  std::vector<const Litmus*> pointers;
  std::vector<Columns*> answers;
  for (size_t i = 0; i < files.size(); ++i) {
    pointers.push_back(&files[i]);
    answers.push_back(&columns[i]);
  }
  AskGo(go, pointers, answers, 40);
  int judged = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    EXPECT_TRUE(columns[i].disagreements.empty()) << Table(files[i], columns[i]);
    judged += columns[i].go.asked() ? 1 : 0;
  }
  std::printf("Go 1.%d has judged %d of %zu files\n", go.minor, judged, files.size());
}

TEST(RandomPrograms, RealGoAgrees) {
  const golang::Go go = golang::FindGo();
  ASSERT_FALSE(go.path.empty()) << "there is no Go: run third_party/install-go, or name one with PLAIT_GO";
  RandomPrograms random({.max_ops = 7});
  EXPECT_EQ(random.CompareWithGo(go, 150, 1, 20), "");
  std::printf("%s\n", random.Summary().c_str());
}

}  // namespace
}  // namespace plait::litmus
