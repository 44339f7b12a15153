// Every library that we take from the system compiles, links and runs, in each configuration.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <string>
#include <vector>

namespace {

TEST(Smoke, Fmt) { EXPECT_EQ(fmt::format("{:>4}|{}", 7, "x"), "   7|x"); }

TEST(Smoke, Gmock) { EXPECT_THAT((std::vector<int>{3, 1, 2}), testing::UnorderedElementsAre(1, 2, 3)); }

TEST(Smoke, Json) {
  const auto json = nlohmann::json::parse(R"({"executions": 6, "exhaustive": true})");
  EXPECT_EQ(json.at("executions").get<int>(), 6);
  EXPECT_TRUE(json.at("exhaustive").get<bool>());
}

TEST(Smoke, Cli11) {
  CLI::App app("smoke");
  int jobs = 1;
  app.add_option("--jobs", jobs);
  app.parse("--jobs 2", /*program_name_included=*/false);
  EXPECT_EQ(jobs, 2);
}

TEST(Smoke, Pugixml) {
  pugi::xml_document xml;
  ASSERT_TRUE(xml.load_string("<testsuite tests='3'/>"));
  EXPECT_EQ(xml.child("testsuite").attribute("tests").as_int(), 3);
}

RC_GTEST_PROP(Smoke, RapidCheck, (std::vector<int> values)) {
  auto twice = values;
  std::reverse(twice.begin(), twice.end());
  std::reverse(twice.begin(), twice.end());
  RC_ASSERT(twice == values);
}

}  // namespace
