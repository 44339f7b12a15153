#include "plait/explorer/report/screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "plait/explorer/place.h"
#include "plait/explorer/report/source.h"

namespace plait::explore {
namespace {

constexpr size_t kWidth = 80;
constexpr size_t kMostRows = 32;      // of steps: with the rest it is still a screen
constexpr size_t kTextColumns = 3;    // so many columns can hold text
constexpr size_t kLongestCycle = 60;  // lines

// Breaks text at spaces; a word that is too long is broken anywhere.
std::vector<std::string> Wrapped(const std::string& text, size_t width) {
  std::vector<std::string> lines;
  std::string line;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find(' ', at), text.size());
    std::string word = text.substr(at, end - at);
    at = end + 1;
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      lines.push_back(line);
      line.clear();
    }
    while (word.size() > width) {
      lines.push_back(word.substr(0, width));
      word.erase(0, width);
    }
    line += (line.empty() ? "" : " ") + word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(line);
  return lines;
}

// Each line of text, wrapped and indented.
std::string Paragraph(const std::string& text, size_t indent, size_t hang = 0) {
  std::string out;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const size_t word = std::min(text.find_first_not_of(' ', at), end);
    size_t spaces = indent + std::min<size_t>(word - at, 20);
    for (const std::string& line : Wrapped(text.substr(word, end - word), kWidth - spaces - hang)) {
      out += (line.empty() ? "" : std::string(spaces, ' ')) + line + "\n";
      if (spaces == indent) spaces += hang;
    }
    at = end + 1;
  }
  return out;
}

std::string Trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string DurationText(int64_t ns) {
  if (ns % 1'000'000'000 == 0) return fmt::format("{}s", ns / 1'000'000'000);
  if (ns % 1'000'000 == 0) return fmt::format("{}ms", ns / 1'000'000);
  return ns % 1'000 == 0 ? fmt::format("{}us", ns / 1'000) : fmt::format("{}ns", ns);
}

// A line of the recording, or (line < 0) words about lines that are not shown.
struct Row {
  int line = -1;
  std::string words = {};
};

bool SameLine(const StepRecord& a, const StepRecord& b) {
  return a.goroutine == b.goroutine && a.text == b.text && a.result == b.result && a.where.line == b.where.line;
}

class ScreenWriter {
 public:
  explicit ScreenWriter(const Recording& recording) : r_(recording) {}

  std::string Write() {
    out_ = r_.verdict == Verdict::kNone ? r_.test + ": nothing wrong in this schedule\n"
                                        : r_.test + ": " + VerdictName(r_.verdict) + "\n" + Paragraph(r_.text, 2, 2);
    out_ += "\n";
    FindFile();
    FindRows();
    FindColumns();
    if (columns_.size() <= kTextColumns) {
      WriteTexts();
    } else {
      WriteLanes();
    }
    if (!r_.lines.empty()) out_ += "\n";
    WriteEnds();
    if (const std::string reduced = ReductionText(r_); !reduced.empty()) out_ += "\n" + Paragraph(reduced, 2);
    if (left_out_) out_ += Paragraph("...: steps that do not matter to this; --plait_steps=all shows them", 2);
    out_ += fmt::format("\n  replay: {}\n", ReplayLine(r_.token));
    return std::move(out_);
  }

 private:
  // Most lines are in one file, which is named once.
  void FindFile() {
    std::map<std::string, int> count;
    for (const StepRecord& line : r_.lines) ++count[line.where.file];
    for (const GoroutineEnd& end : r_.ends) ++count[end.where.file];
    count.erase("");
    const auto most =
        std::max_element(count.begin(), count.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most != count.end()) file_ = most->first;
  }

  std::string Place(const SourceLocation& where) const {
    return where.file == file_ && where.line != 0 ? ":" + std::to_string(where.line) : ShortPlace(where);
  }

  // "at cache_test.cc:34" as ":34", if that is the file.
  std::string InThisFile(std::string text) const {
    const std::string name = ShortPlace({file_.c_str(), 0});
    const std::string file = " at " + name.substr(0, name.size() - std::min<size_t>(name.size(), 1));
    for (size_t at = text.find(file); file.size() > 5 && at != std::string::npos; at = text.find(file, at)) {
      text.replace(at, file.size(), "  :");
      at += 3;
    }
    return text;
  }

  // A loop that goes round at the end: where it begins, and how many lines it has; 0: none.
  std::pair<size_t, size_t> Cycle() const {
    const size_t n = r_.lines.size();
    if (n < 60) return {0, 0};
    for (size_t period = 1; period <= kLongestCycle; ++period) {
      size_t same = 0;
      while (same + period < n && SameLine(r_.lines[n - 1 - same], r_.lines[n - 1 - same - period])) ++same;
      if (same >= 3 * period && same > n / 2) return {n - same - period, period};
    }
    return {0, 0};
  }

  void FindRows() {
    const std::vector<bool> matters = WhatMatters(r_);
    const auto [cycle, period] = Cycle();
    const size_t end = period == 0 ? r_.lines.size() : cycle + period;
    for (size_t i = 0; i < end;) {
      if (matters[i]) {
        rows_.push_back({static_cast<int>(i)});
        ++i;
        continue;
      }
      const size_t begin = i;
      std::set<int> whose;
      for (; i < end && !matters[i]; ++i) whose.insert(r_.lines[i].goroutine);
      std::string names;
      for (const int g : whose) names += (names.empty() ? "" : ", ") + GoroutineNameOf(g);
      rows_.push_back({-1, fmt::format("... {} of {}", Steps(begin, i), names)});
      left_out_ = true;
    }
    if (rows_.size() > kMostRows) {
      constexpr size_t kHead = 6;
      const size_t tail = rows_.size() - (kMostRows - kHead - 1);
      size_t from = 0, to = 0;
      for (size_t i = kHead; i < tail; ++i) {
        if (rows_[i].line < 0) continue;
        to = static_cast<size_t>(rows_[i].line) + 1;
        if (from == 0) from = static_cast<size_t>(rows_[i].line);
      }
      rows_.erase(rows_.begin() + kHead, rows_.begin() + static_cast<std::ptrdiff_t>(tail));
      rows_.insert(rows_.begin() + kHead, Row{-1, "... " + Steps(from, to) + " in between; the replay has them all"});
    }
    if (period != 0) {
      rows_.push_back({-1, fmt::format("... and so on: the last {} again and again, {} times in all",
                                       Steps(cycle, cycle + period), (r_.lines.size() - cycle) / period)});
    }
  }

  std::string Steps(size_t from, size_t to) const {
    std::set<uint32_t> steps;
    for (size_t i = from; i < to; ++i) steps.insert(r_.lines[i].step);
    return fmt::format("{} step{}", steps.size(), steps.size() == 1 ? "" : "s");
  }

  // Whoever acts, or does not stand as it should at the end.
  void FindColumns() {
    std::set<int> columns;
    for (const Row& row : rows_) {
      if (row.line >= 0) columns.insert(r_.lines[static_cast<size_t>(row.line)].goroutine);
    }
    for (const GoroutineEnd& end : r_.ends) {
      const bool still_here = end.state == GoroutineEnd::kRunnable && r_.verdict == Verdict::kStepLimit;
      if (end.state == GoroutineEnd::kBlocked || end.state == GoroutineEnd::kPanicked || still_here)
        columns.insert(end.number);
    }
    columns.erase(0);
    columns_.assign(columns.begin(), columns.end());
  }

  std::string TextOf(const StepRecord& line) const {
    return line.text + (line.result.empty() ? "" : "  " + line.result);
  }

  static char Mark(const StepRecord& line, int goroutine) {
    const auto at = static_cast<size_t>(goroutine) - 1;
    if (at >= line.states.size() || line.states[at] == 'e') return ' ';
    return line.states[at] == 'b' ? ':' : '.';
  }

  std::string Head() const { return file_.empty() ? "" : "lines are those of " + TidyPath(file_); }

  // Rows that are not a goroutine's: what is left out, and time.
  bool WriteOther(const Row& row) {
    if (row.line < 0) {
      out_ += "        " + row.words + "\n";
      return true;
    }
    const StepRecord& line = r_.lines[static_cast<size_t>(row.line)];
    if (line.goroutine != 0) return false;
    out_ += Trimmed(fmt::format("  {:>4}  -- {}: {} --", line.step, DurationText(line.now), line.text)) + "\n";
    return true;
  }

  void WriteTexts() {
    if (rows_.empty()) return;
    const size_t n = std::max<size_t>(1, columns_.size());
    const size_t width = (kWidth - 8 - 2 * (n - 1)) / n;
    std::string head = "  step  ";
    for (const int g : columns_) head += fmt::format("{:<{}}", GoroutineNameOf(g), width + 2);
    out_ += (file_.empty() ? "" : "        " + Head() + "\n") + Trimmed(head) + "\n";
    uint32_t shown = 0;
    for (const Row& row : rows_) {
      if (WriteOther(row)) continue;
      const StepRecord& line = r_.lines[static_cast<size_t>(row.line)];
      const std::string place = Place(line.where);
      std::vector<std::string> cell = Wrapped(TextOf(line) + (place.empty() ? "" : "  " + place), width);
      for (size_t k = 0; k < cell.size(); ++k) {
        std::string text = k == 0 && line.step != shown ? fmt::format("  {:>4}  ", line.step) : std::string(8, ' ');
        for (const int g : columns_) {
          const std::string mark(1, k == 0 ? Mark(line, g) : ' ');
          text += fmt::format("{:<{}}", g == line.goroutine ? cell[k] : mark, width + 2);
        }
        out_ += Trimmed(text) + "\n";
      }
      shown = line.step;
    }
    out_ += "        ('.' could go on, ':' waits)\n";
  }

  void WriteLanes() {
    if (rows_.empty()) return;
    std::string head = "  step ";
    for (const int g : columns_) head += " " + GoroutineNameOf(g);
    out_ += (file_.empty() ? "" : "        " + Head() + "\n") + head + "\n";
    const size_t width = kWidth - std::min<size_t>(kWidth - 30, head.size() + 2);
    uint32_t shown = 0;
    for (const Row& row : rows_) {
      if (WriteOther(row)) continue;
      const StepRecord& line = r_.lines[static_cast<size_t>(row.line)];
      const std::string place = Place(line.where);
      std::vector<std::string> cell = Wrapped(TextOf(line) + (place.empty() ? "" : "  " + place), width);
      for (size_t k = 0; k < cell.size(); ++k) {
        std::string text = k == 0 && line.step != shown ? fmt::format("  {:>4} ", line.step) : std::string(7, ' ');
        for (const int g : columns_) {
          const char mark = g == line.goroutine ? (k == 0 ? '*' : '.') : Mark(line, g);
          text += fmt::format(" {:^{}}", mark, GoroutineNameOf(g).size());
        }
        out_ += text + "  " + cell[k] + "\n";
      }
      shown = line.step;
    }
    out_ += "        ('*' acts, '.' could go on, ':' waits)\n";
  }

  void WriteEnds() {
    out_ += "  at the end\n";
    size_t returned = 0;
    std::string names;
    for (const GoroutineEnd& end : r_.ends) {
      if (end.state == GoroutineEnd::kReturned) {
        ++returned;
        names += (names.empty() ? "" : ", ") + end.name;
        continue;
      }
      const std::string place = Place(end.where);
      out_ += fmt::format("  {:<5} ", end.name);
      std::string text = Paragraph(HowItEnded(end) + (place.empty() ? "" : "  " + place), 8, 2);
      out_ += text.substr(8);
      if (end.number != 1) {
        const std::string started = Place(end.created_at);
        out_ +=
            Paragraph("started by " + GoroutineNameOf(end.created_by) + (started.empty() ? "" : "  " + started), 10);
      }
      if (const std::string wakers = WhoCouldWake(r_, end); !wakers.empty()) out_ += Paragraph(InThisFile(wakers), 10);
    }
    if (returned != 0) out_ += Paragraph(names + (returned == 1 ? " has returned" : " have returned"), 2, 2);
  }

  const Recording& r_;
  std::string out_;
  std::string file_;
  std::vector<Row> rows_;
  std::vector<int> columns_;
  bool left_out_ = false;
};

}  // namespace

std::string Screen(const Recording& recording) { return ScreenWriter(recording).Write(); }

}  // namespace plait::explore
