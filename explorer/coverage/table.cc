#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plait/explorer/coverage/coverage.h"

namespace plait::explore {
namespace {

constexpr size_t kWidth = 100;
constexpr size_t kColumns = 8;
using Cells = std::array<std::string, kColumns>;
constexpr bool kRight[kColumns] = {false, false, true, false, false, false, false, true};
const Cells kHead = {"explored test", "verdict", "executions", "explored", "steps", "time", "races", "s"};

bool LooksAtAll(const Coverage& row) {
  return row.mode == "exhaustive" || row.mode == "optimal" || row.mode == "enumerate";
}
bool NothingFound(const Coverage& row) { return row.verdict == "none"; }
bool Finished(const Coverage& row) { return row.complete || !NothingFound(row); }
bool AsExpected(const Coverage& row) { return row.verdict == row.expected && Finished(row); }

// Capitals are for what fails the test.
std::string VerdictText(const Coverage& row) {
  if (row.verdict == "skipped") return "skipped";
  if (NothingFound(row) && row.expected != "none") return "MISSED " + row.expected;
  if (NothingFound(row)) return row.complete && LooksAtAll(row) ? "proven" : "none found";
  return (row.verdict == row.expected ? "found " : "FAILED ") + row.verdict;
}

std::string ExtentText(const Coverage& row) {
  if (!Finished(row)) return "NOT FINISHED";
  if (!LooksAtAll(row)) return row.mode;
  return row.complete ? "exhaustive" : "to failure";
}

std::string SecondsText(double seconds) { return fmt::format("{:.{}f}", seconds, seconds < 10 ? 2 : 0); }

Cells CellsOf(const Coverage& row) {
  return {row.test,
          VerdictText(row),
          std::to_string(row.executions),
          ExtentText(row),
          row.granularity,
          row.time == "adversarial" ? "any" : row.time,
          row.races ? "yes" : "no",
          SecondsText(row.seconds)};
}

std::string Line(const Cells& cells, const std::array<size_t, kColumns>& widths) {
  std::string line;
  // A name that is too long has a line of its own.
  if (cells[0].size() > widths[0]) line = "  " + cells[0] + "\n";
  for (size_t i = 0; i < kColumns; ++i) {
    const std::string& cell = i == 0 && cells[0].size() > widths[0] ? std::string() : cells[i];
    line += fmt::format(fmt::runtime(kRight[i] ? "  {:>{}}" : "  {:<{}}"), cell, widths[i]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

// How the work was divided among Bazel's shards.
std::string PartsText(const Coverage& row) {
  if (row.by_part.size() < 2) return {};
  std::string text = "    in parts of";
  for (const uint64_t executions : row.by_part) text += " " + std::to_string(executions);
  return text + "\n";
}

std::string Total(const std::vector<Coverage>& rows) {
  size_t unexpected = 0, skipped = 0, unfinished = 0, races = 0;
  uint64_t executions = 0, abandoned = 0;
  double seconds = 0;
  for (const Coverage& row : rows) {
    skipped += row.verdict == "skipped";
    unfinished += !Finished(row);
    unexpected += row.verdict != "skipped" && Finished(row) && !AsExpected(row);
    races += row.races;
    executions += row.executions;
    abandoned += row.abandoned_stacks;
    seconds += row.seconds;
  }
  std::string text = fmt::format("  {} explored test{}: {} as expected", rows.size(), rows.size() == 1 ? "" : "s",
                                 rows.size() - unexpected - unfinished - skipped);
  if (unexpected != 0) text += fmt::format(", {} NOT AS EXPECTED", unexpected);
  if (unfinished != 0) text += fmt::format(", {} NOT FINISHED", unfinished);
  if (skipped != 0) text += fmt::format(", {} skipped", skipped);
  text += fmt::format("\n  {} executions, {} s", executions, SecondsText(seconds));
  if (races == 0) text += "; data races not checked";
  if (abandoned != 0) text += fmt::format("; {} stacks abandoned", abandoned);
  return text + "\n";
}

}  // namespace

std::string CoverageTable(const std::vector<Coverage>& rows) {
  std::vector<Cells> table;
  for (const Coverage& row : rows) table.push_back(CellsOf(row));
  std::array<size_t, kColumns> widths{};
  size_t others = 0;
  for (size_t i = 0; i < kColumns; ++i) {
    widths[i] = kHead[i].size();
    for (const Cells& cells : table) widths[i] = std::max(widths[i], cells[i].size());
    others += 2 + (i == 0 ? 0 : widths[i]);
  }
  widths[0] = std::min(widths[0], std::max(kWidth - std::min(kWidth, others), kHead[0].size()));
  std::string text = Line(kHead, widths);
  for (size_t i = 0; i < table.size(); ++i) text += Line(table[i], widths) + PartsText(rows[i]);
  text += Total(rows);
  return text + "  (time any: adversarial, the earliest deadline may pass at any step)\n";
}

std::string CoverageOfParts(const std::vector<Coverage>& rows) {
  std::string text;
  for (const Coverage& row : rows) {
    if (row.parts == 1 || row.by_part.empty()) continue;
    const uint64_t largest = *std::max_element(row.by_part.begin(), row.by_part.end());
    const auto& found = row.by_part;
    std::string how = row.mode;
    if (LooksAtAll(row)) {
      how = Finished(row) ? ExtentText(row) : "NOT FINISHED";
      how += row.optimal               ? " (optimal)"
             : row.mode == "enumerate" ? " (every schedule)"
             : row.redundant == 0      ? " (sleep sets)"
                                       : fmt::format(" (sleep sets, {} more redundant)", row.redundant);
    }
    text += fmt::format("  {}: {} executions in {}, {}, {} granularity,\n    {} time, data races: {}", row.test,
                        row.executions,
                        found.size() == row.parts ? fmt::format("{} parts", row.parts)
                                                  : fmt::format("ONLY {} OF {} PARTS", found.size(), row.parts),
                        how, row.granularity, row.time, row.races ? "checked" : "not checked");
    if (row.executions > 0) {
      text += fmt::format("; the largest part has {:.2f} times its share",
                          static_cast<double>(largest * found.size()) / static_cast<double>(row.executions));
    }
    text += "\n";
  }
  return text;
}

}  // namespace plait::explore
