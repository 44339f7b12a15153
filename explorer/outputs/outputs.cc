#include "plait/explorer/outputs/outputs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "plait/explorer/page/page.h"
#include "plait/explorer/progress/observed.h"
#include "plait/explorer/report/recording.h"

namespace plait::explore {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// A test's name as a file's: parameterised ones have slashes.
std::string FileName(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

// Whether the file could be written.
bool Write(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::trunc | std::ios::binary);
  file << text;
  file.close();
  return static_cast<bool>(file);
}

std::string CannotWrite(const std::string& folder) {
  return "plait: the reports cannot be written to " + folder + "; --plait_report=FOLDER names another folder";
}

}  // namespace

std::string WriteFailure(const std::string& folder, const std::string& name, const Result& result) {
  if (folder.empty() || result.recording.empty()) return {};
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string base = folder + "/" + FileName(name);
  const bool written = Write(base + ".txt", result.report) && Write(base + ".html", FailurePage(result.recording)) &&
                       Write(base + ".perfetto.json", PerfettoTrace(result.recording)) &&
                       Write(base + ".schedule", result.schedule);
  if (!written) return CannotWrite(folder);
  return "reports: " + WhereToFind(folder) + "/" + FileName(name) + ".{html,txt,perfetto.json,schedule}";
}

std::string ExplorationJson(const std::string& name, const Options& options, const Result& result) {
  const Observed none;
  const Observed& observed = result.observed != nullptr ? *result.observed : none;
  json samples = json::array();
  for (const Observed::Sample& s : observed.samples)
    samples.push_back({s.seconds, s.executions, s.redundant, s.classes});
  json depths = json::object();
  for (const auto& [depth, n] : observed.depths) depths[std::to_string(depth)] = n;
  json branching = json::array();
  for (const auto& [where, b] : observed.branching)
    branching.push_back({{"where", where}, {"times", b.times}, {"alternatives", b.alternatives}});
  json parts = json::array();
  for (const PartDone& p : result.parts)
    parts.push_back({{"part", p.part}, {"of", p.of}, {"executions", p.executions}, {"seconds", p.seconds}});
  if (parts.empty()) {
    parts.push_back({{"part", options.part.index},
                     {"of", options.part.count},
                     {"executions", result.executions},
                     {"seconds", result.seconds}});
  }
  json all = {{"format", "plait-exploration-1"},        {"test", name},
              {"verdict", VerdictName(result.verdict)}, {"coverage", CoverageLine(result, options)},
              {"samples", std::move(samples)},          {"depths", std::move(depths)},
              {"branching", std::move(branching)},      {"parts", std::move(parts)}};
  if (result.estimate > 0) all["estimate"] = {result.estimate, result.estimate_low, result.estimate_high};
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string WriteExploration(const std::string& folder, const std::string& name, const Options& options,
                             const Result& result) {
  if (folder.empty()) return {};
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string path = folder + "/" + FileName(name) + ".exploration.html";
  return Write(path, ExplorationPage(ExplorationJson(name, options, result))) ? "exploration: " + path
                                                                              : CannotWrite(folder);
}

}  // namespace plait::explore
