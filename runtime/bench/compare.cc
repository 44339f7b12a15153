// compare OURS PEER: runs every row of ours and the same row of the peer, a fresh process each, by turns, for several
// rounds, with GOMAXPROCS 1 and 2; prints the medians, their ratio and the spread. See ../../plait, `bench runtime`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace {

struct Options {
  std::string ours;
  std::string peer;
  std::string peer_name = "Go";
  std::string rows;
  std::string json;
  int rounds = 5;
};

// What the command prints, if it ends with status 0.
std::optional<std::string> Output(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  char buffer[4096];
  while (const size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, n);
  if (pclose(pipe) != 0) return std::nullopt;
  return text;
}

// Nanoseconds for one operation, or nothing.
std::optional<double> MeasureOurs(const Options& options, const std::string& row, int procs) {
  const auto text = Output(
      fmt::format("GOMAXPROCS={} '{}' '--benchmark_filter=^{}/' --benchmark_format=json", procs, options.ours, row));
  if (!text) return std::nullopt;
  const nlohmann::json result = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (result.is_discarded() || result["benchmarks"].empty()) return std::nullopt;
  const nlohmann::json& benchmark = result["benchmarks"][0];
  return benchmark["real_time"].get<double>() * (benchmark["time_unit"] == "ms" ? 1e6 : 1);
}

std::optional<double> MeasurePeer(const Options& options, const std::string& row, int procs) {
  const auto text = Output(fmt::format("GOMAXPROCS={} '{}' {}", procs, options.peer, row));
  if (!text) return std::nullopt;
  const size_t space = text->find(' ');
  return space == std::string::npos ? std::nullopt : std::optional(std::strtod(text->c_str() + space, nullptr));
}

struct Figures {
  std::vector<double> all;

  void Add(std::optional<double> value) {
    if (value) all.push_back(*value);
  }
  bool empty() const { return all.empty(); }
  double Median() const {
    std::vector<double> sorted = all;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
  double Min() const { return *std::min_element(all.begin(), all.end()); }
  double Max() const { return *std::max_element(all.begin(), all.end()); }
};

std::string Time(double ns) {
  if (ns < 100) return fmt::format("{:.1f} ns", ns);
  if (ns < 1e6) return fmt::format("{:.0f} ns", ns);
  return fmt::format("{:.0f} ms", ns / 1e6);
}

// Of a row's figure: nanoseconds, unless its name says bytes.
std::string WithUnit(const std::string& row, double figure) {
  constexpr std::string_view kBytes = "_bytes";
  if (row.size() > kBytes.size() && row.ends_with(kBytes)) return fmt::format("{:.0f} B", figure);
  return Time(figure);
}

std::string Spread(const std::string& row, const Figures& f) {
  if (f.empty()) return "";
  return fmt::format("{} to {}", WithUnit(row, f.Min()), WithUnit(row, f.Max()));
}

std::vector<std::string> RowsOf(const Options& options) {
  const auto list = Output(fmt::format("'{}' --benchmark_list_tests", options.ours));
  std::vector<std::string> rows;
  for (size_t start = 0; list && start < list->size();) {
    const size_t end = std::min(list->find('\n', start), list->size());
    const std::string row = list->substr(start, list->substr(start, end - start).find('/'));
    if (!row.empty() && row.find(options.rows) != std::string::npos) rows.push_back(row);
    start = end + 1;
  }
  return rows;
}

nlohmann::json JsonRow(const std::string& row, int procs, const Figures& ours, const Figures& peer) {
  nlohmann::json json = {{"name", row}, {"procs", procs}};
  if (!ours.empty()) json["ours"] = {{"median_ns", ours.Median()}, {"min_ns", ours.Min()}, {"max_ns", ours.Max()}};
  if (!peer.empty()) json["peer"] = {{"median_ns", peer.Median()}, {"min_ns", peer.Min()}, {"max_ns", peer.Max()}};
  if (!ours.empty() && !peer.empty()) json["ratio"] = ours.Median() / peer.Median();
  return json;
}

int Compare(const Options& options) {
  const std::vector<std::string> rows = RowsOf(options);
  if (rows.empty()) {
    fmt::print(stderr, "compare: no row of {} contains '{}'\n", options.ours, options.rows);
    return 2;
  }
  fmt::print("{:<22} {:>5} {:>10} {:>10} {:>6}   {}\n", "row", "procs", "plait", options.peer_name, "ratio",
             "plait, from least to most");
  nlohmann::json json = nlohmann::json::array();
  bool failed = false;
  for (const std::string& row : rows) {
    for (const int procs : {1, 2}) {
      Figures ours, peer;
      for (int round = 0; round < options.rounds; ++round) {
        ours.Add(MeasureOurs(options, row, procs));
        if (!options.peer.empty()) peer.Add(MeasurePeer(options, row, procs));
      }
      failed |= ours.empty();
      fmt::print(
          "{:<22} {:>5} {:>10} {:>10} {:>6}   {}\n", row, procs, ours.empty() ? "failed" : WithUnit(row, ours.Median()),
          peer.empty() ? "-" : WithUnit(row, peer.Median()),
          ours.empty() || peer.empty() ? "-" : fmt::format("{:.2f}", ours.Median() / peer.Median()), Spread(row, ours));
      std::fflush(stdout);
      json.push_back(JsonRow(row, procs, ours, peer));
    }
  }
  fmt::print("\nmedians of {} processes each, by turns; ours as `bazel build -c opt` makes it, {} as `go build` does\n",
             options.rounds, options.peer_name);
  if (!options.json.empty()) {
    std::ofstream file(options.json);
    file << nlohmann::json{{"rounds", options.rounds}, {"flags", "bazel -c opt (GCC, -O2 -DNDEBUG)"}, {"rows", json}}
                .dump(2)
         << "\n";
    if (!file.flush()) {
      fmt::print(stderr, "compare: cannot write {}\n", options.json);
      return 1;
    }
  }
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("plait's operations against the same ones of a peer, measured by turns in one run");
  app.add_option("ours", options.ours, "the program with our rows")->required()->check(CLI::ExistingFile);
  app.add_option("--peer", options.peer, "the program with the peer's rows")->check(CLI::ExistingFile);
  app.add_option("--peer_name", options.peer_name, "what the table calls it")->capture_default_str();
  app.add_option("--rows", options.rows, "only rows whose name contains this");
  app.add_option("--rounds", options.rounds, "processes of each for a figure")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--json", options.json, "write the figures to this file as well");
  CLI11_PARSE(app, argc, argv);
  return Compare(options);
}
