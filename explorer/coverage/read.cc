// GoogleTest writes what RecordProperty was given as
//   <testcase><properties><property name="plait_coverage" value="{...}"/></properties></testcase>
// and Bazel keeps the file as TESTLOGS/<package>/<target>/[shard_i_of_n/]test.xml.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "plait/explorer/coverage/coverage.h"

namespace plait::explore {
namespace {

namespace fs = std::filesystem;

Coverage CoverageOf(const nlohmann::json& row) {
  return {
      .test = row.at("test"),
      .verdict = row.at("verdict"),
      .expected = row.at("expected"),
      .mode = row.at("mode"),
      .granularity = row.at("granularity"),
      .time = row.at("time"),
      .executions = row.at("executions"),
      .abandoned_stacks = row.value("abandoned_stacks", uint64_t{0}),
      .complete = row.at("complete"),
      .races = row.at("races"),
      .seconds = row.at("seconds"),
  };
}

void ReadFile(const fs::path& file, CoverageFound& found) {
  pugi::xml_document document;
  if (const pugi::xml_parse_result parsed = document.load_file(file.c_str()); !parsed) {
    found.problems.push_back(file.string() + ": " + parsed.description() + " at byte " + std::to_string(parsed.offset));
    return;
  }
  ++found.files;
  for (const pugi::xpath_node& node : document.select_nodes("//property[@name='plait_coverage']")) {
    const char* text = node.node().attribute("value").value();
    try {
      found.rows.push_back(CoverageOf(nlohmann::json::parse(text)));
    } catch (const nlohmann::json::exception& error) {
      found.problems.push_back(file.string() + ": the property plait_coverage is not as this plait writes it (" +
                               error.what() + "): " + text);
    }
  }
}

}  // namespace

CoverageFound ReadCoverage(const fs::path& testlogs) {
  CoverageFound found;
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator it(testlogs, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (it->path().filename() == "test.xml") files.push_back(it->path());
  }
  if (error) found.problems.push_back(testlogs.string() + ": " + error.message());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) ReadFile(file, found);
  return found;
}

}  // namespace plait::explore
