#include "plait/explorer/page/page.h"

#include <nlohmann/json.hpp>
#include <string_view>

namespace plait::explore {
namespace {

// Made of the .html files by the BUILD rule.
constexpr std::string_view kFailure =
#include "plait/explorer/page/failure.html.inc"
    ;
constexpr std::string_view kExploration =
#include "plait/explorer/page/exploration.html.inc"
    ;

// JSON within <script>: "</script>" in a text must not end it, and "<!--" must not begin anything.
std::string Filled(std::string_view page, const std::string& json) {
  constexpr std::string_view kMark = "@DATA@";
  std::string data;
  for (const char c : json) {
    if (c == '<') {
      data += "\\u003c";
    } else {
      data += c;
    }
  }
  const size_t at = page.find(kMark);
  return std::string(page.substr(0, at)) + data + std::string(page.substr(at + kMark.size()));
}

constexpr int kMicroseconds = 1000;  // of a step

}  // namespace

std::string FailurePage(const std::string& recording) { return Filled(kFailure, recording); }

std::string ExplorationPage(const std::string& exploration) { return Filled(kExploration, exploration); }

std::string PerfettoTrace(const std::string& recording) {
  using nlohmann::json;
  const json r = json::parse(recording);
  json events = json::array();
  const auto meta = [&](int tid, const char* what, const std::string& name) {
    events.push_back({{"ph", "M"}, {"pid", 1}, {"tid", tid}, {"name", what}, {"args", {{"name", name}}}});
  };
  meta(0, "process_name", r.at("test").get<std::string>() + ": " + r.at("verdict").get<std::string>());
  const json& lines = r.at("lines");
  for (const json& end : r.at("ends")) meta(end.at("number"), "thread_name", end.at("name"));
  meta(0, "thread_name", "time");
  std::vector<int> waits_since(r.at("ends").size() + 1, -1);
  const auto wait_ends = [&](size_t g, int at) {
    if (waits_since[g] < 0) return;
    events.push_back({{"ph", "X"},
                      {"pid", 1},
                      {"tid", g},
                      {"cat", "wait"},
                      {"name", "waits"},
                      {"ts", waits_since[g] * kMicroseconds},
                      {"dur", (at - waits_since[g]) * kMicroseconds}});
    waits_since[g] = -1;
  };
  for (size_t i = 0; i < lines.size(); ++i) {
    const json& line = lines[i];
    const std::string states = line.at("states");
    const int at = static_cast<int>(i), goroutine = line.at("goroutine");
    for (size_t g = 1; g < waits_since.size(); ++g) {
      const bool waits = g <= states.size() && states[g - 1] == 'b' && static_cast<int>(g) != goroutine;
      if (!waits) wait_ends(g, at);
      if (waits && waits_since[g] < 0) waits_since[g] = at;
    }
    const std::string result = line.at("result");
    events.push_back({{"ph", "X"},
                      {"pid", 1},
                      {"tid", goroutine},
                      {"cat", "step"},
                      {"name", line.at("text").get<std::string>() + (result.empty() ? "" : "  " + result)},
                      {"ts", at * kMicroseconds},
                      {"dur", kMicroseconds * 9 / 10},
                      {"args", {{"step", line.at("step")}, {"where", line.at("where").at("short")}}}});
  }
  const int end = static_cast<int>(lines.size());
  for (const json& goroutine : r.at("ends")) {
    const size_t g = goroutine.at("number");
    if (goroutine.at("state") == "waits" && waits_since[g] < 0) waits_since[g] = end;
    wait_ends(g, end + 1);
  }
  int id = 0;
  for (const json& arrow : r.at("arrows")) {
    const auto point = [&](const char* phase, size_t line, double part) {
      json event = {{"ph", phase},
                    {"pid", 1},
                    {"tid", lines[line].at("goroutine")},
                    {"cat", "arrow"},
                    {"name", arrow.at("kind")},
                    {"id", id},
                    {"ts", static_cast<double>(line) * kMicroseconds + part * kMicroseconds}};
      if (*phase == 'f') event["bp"] = "e";
      events.push_back(std::move(event));
    };
    point("s", arrow.at("from"), 0.5);
    point("f", arrow.at("to"), 0.4);
    ++id;
  }
  return json({{"displayTimeUnit", "ms"},
               {"otherData", {{"test", r.at("test")}, {"verdict", r.at("verdict")}, {"replay", r.at("replay")}}},
               {"traceEvents", std::move(events)}})
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace plait::explore
