// What a variable is called is read from the line that makes it.

#include "plait/explorer/report/source.h"

#include <gtest/gtest.h>

namespace plait::explore {
namespace {

TEST(Source, NamesOfVariables) {
  EXPECT_EQ(NameInLine("  auto answer = make_chan<int>();", "chan"), "answer");
  EXPECT_EQ(NameInLine("  Chan<int> lines_ = make_chan<int>(1);  // lines", "chan"), "lines_");
  EXPECT_EQ(NameInLine("  chans[i] = make_chan<int>();", "chan"), "chans[i]");
  EXPECT_EQ(NameInLine("  const auto [ctx, cancel] = context::WithCancel(parent);", "context"), "ctx");
  EXPECT_EQ(NameInLine("  sync::Mutex mu;", "Mutex"), "mu");
  EXPECT_EQ(NameInLine("  sync::Cond changed(mu);", "Cond"), "changed");
  EXPECT_EQ(NameInLine("  sync::Map<std::string, int> words;", "sync.Map"), "words");
  EXPECT_EQ(NameInLine("  sync::atomic::Int64 tickets(2);", "atomic"), "tickets");
  EXPECT_EQ(NameInLine("  auto mu = std::make_shared<sync::Mutex>();", "Mutex"), "mu");
}

// What is a part of something else is called so.
TEST(Source, NamesOfParts) { EXPECT_EQ(NameInLine("  errgroup::Group group;", "WaitGroup"), "group.WaitGroup"); }

// Rather no name than a wrong one.
TEST(Source, NoNames) {
  for (const char* line : {"", "}", "struct Account {", "  return make_chan<int>();", "  f(make_chan<int>());",
                           "  sync::Mutex a, b;", "// sync::Mutex mu;", "  mu_(other)"}) {
    EXPECT_EQ(NameInLine(line, "chan"), "") << line;
  }
}

TEST(Source, TypeAndLineOtherwise) {
  EXPECT_EQ(NameInSource({"there/is/no/such_file.cc", 19}, ObjectKind::kChan), "chan@19");
  EXPECT_EQ(NameInSource({}, ObjectKind::kChan), "");
}

TEST(Source, Paths) {
  EXPECT_EQ(TidyPath("/proc/self/cwd/a/b.cc"), "a/b.cc");
  EXPECT_EQ(TidyPath("bazel-out/k8/bin/a/_virtual_includes/b/plait/a/b.h"), "a/b.h");
}

}  // namespace
}  // namespace plait::explore
