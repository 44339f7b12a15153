// GoogleTest writes what RecordProperty was given as
//   <testcase><properties><property name="plait_coverage" value="{...}"/></properties></testcase>
// and Bazel keeps the file as TESTLOGS/<package>/<target>/[shard_i_of_n/]test.xml.

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <pugixml.hpp>
#include <set>

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
      .part = row.value("part", 0u),
      .parts = row.value("parts", 1u),
      .optimal = row.value("optimal", false),
      .redundant = row.value("redundant", uint64_t{0}),
      .target = {},
      .races = row.at("races"),
      .seconds = row.at("seconds"),
      .by_part = {},
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
      Coverage row = CoverageOf(nlohmann::json::parse(text));
      row.target = file.parent_path().string();
      if (row.parts > 1) row.target = file.parent_path().parent_path().string();
      found.rows.push_back(std::move(row));
    } catch (const nlohmann::json::exception& error) {
      found.problems.push_back(file.string() + ": the property plait_coverage is not as this plait writes it (" +
                               error.what() + "): " + text);
    }
  }
}

// One row for all the parts of a test.
void MergeParts(CoverageFound& found) {
  std::vector<Coverage> rows;
  std::map<std::pair<std::string, std::string>, size_t> merged;
  std::map<size_t, std::set<uint32_t>> parts;
  for (const Coverage& row : found.rows) {
    const auto [it, fresh] = merged.try_emplace({row.target, row.test}, rows.size());
    if (row.parts == 1 || fresh) {
      it->second = rows.size();
      rows.push_back(row);
      if (row.parts > 1) rows.back().by_part = {row.executions};
      parts[it->second] = {row.part};
      continue;
    }
    Coverage& sum = rows[it->second];
    parts[it->second].insert(row.part);
    sum.by_part.push_back(row.executions);
    if (sum.verdict == "none") sum.verdict = row.verdict;
    sum.executions += row.executions;
    sum.redundant += row.redundant;
    sum.optimal = sum.optimal && row.optimal;
    sum.abandoned_stacks += row.abandoned_stacks;
    sum.complete = sum.complete && row.complete;
    sum.seconds = std::max(sum.seconds, row.seconds);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (parts[i].size() != rows[i].parts) rows[i].complete = false;
  }
  found.rows = std::move(rows);
}

// The folders, relative to testlogs, of the tests that an events file names: a JSON object a line, of which those with
// an id "testResult" have the target's label, "//package:target".
std::optional<std::set<std::string>> FoldersOf(const fs::path& events, CoverageFound& found) {
  std::ifstream file(events);
  if (!file) {
    found.problems.push_back(events.string() + ": cannot be read; the table has all results that there are");
    return std::nullopt;
  }
  std::set<std::string> folders;
  for (std::string line; std::getline(file, line);) {
    const nlohmann::json event = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!event.is_object()) continue;
    std::string label = event.value("/id/testResult/label"_json_pointer, "");
    if (label.rfind("//", 0) != 0) continue;
    label.erase(0, label[2] == ':' ? 3 : 2);
    std::replace(label.begin(), label.end(), ':', '/');
    folders.insert(label);
  }
  return folders;
}

// testlogs/package/target/test.xml, or testlogs/package/target/shard_1_of_2/test.xml.
bool InOneOf(const std::set<std::string>& folders, const fs::path& testlogs, const fs::path& file) {
  const fs::path folder = file.parent_path().lexically_relative(testlogs);
  return folders.count(folder.string()) != 0 || folders.count(folder.parent_path().string()) != 0;
}

}  // namespace

CoverageFound ReadCoverage(const fs::path& testlogs, const fs::path& events) {
  CoverageFound found;
  std::optional<std::set<std::string>> folders;
  if (!events.empty()) folders = FoldersOf(events, found);
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator it(testlogs, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (it->path().filename() == "test.xml") files.push_back(it->path());
  }
  if (error) found.problems.push_back(testlogs.string() + ": " + error.message());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    if (!folders.has_value() || InOneOf(*folders, testlogs, file)) ReadFile(file, found);
  }
  MergeParts(found);
  return found;
}

}  // namespace plait::explore
