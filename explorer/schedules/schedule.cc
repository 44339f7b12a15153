#include "plait/explorer/schedules/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace plait::explore {
namespace {

constexpr const char* kFirstLine = "plait schedule 1";

std::string FromFirstWord(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// "name: value". Says what is wrong with it, or nothing.
std::string TakeField(const std::string& line, KeptSchedule& kept) {
  const size_t colon = line.find(':');
  if (colon == std::string::npos) return "is neither a field (name: value) nor a step after an empty line";
  const std::string name = line.substr(0, colon);
  const std::string value = FromFirstWord(line.substr(colon + 1));
  if (name == "test") {
    kept.token.test = value;
  } else if (name == "found") {
    kept.found = value;
  } else if (name == "granularity") {
    if (value != "user" && value != "runtime") return "must be 'granularity: user' or 'granularity: runtime'";
    kept.token.granularity = value == "user" ? Granularity::kUser : Granularity::kRuntime;
  } else if (name == "fingerprint") {
    const auto [end, wrong] = std::from_chars(value.data(), value.data() + value.size(), kept.token.fingerprint, 16);
    if (wrong != std::errc() || end != value.data() + value.size()) return "must have a hexadecimal number";
  } else {
    return "has a field that is not known; there are test, found, granularity, fingerprint";
  }
  return {};
}

}  // namespace

std::string EncodeSchedule(const KeptSchedule& kept) {
  std::string text =
      fmt::format("{}\ntest: {}\nfound: {}\ngranularity: {}\nfingerprint: {:04x}\n\n", kFirstLine, kept.token.test,
                  kept.found, GranularityName(kept.token.granularity), kept.token.fingerprint);
  size_t width = 0;
  for (const StepKey& key : kept.token.schedule) width = std::max(width, EncodeStep(key).size());
  for (size_t i = 0; i < kept.token.schedule.size(); ++i) {
    std::string line = EncodeStep(kept.token.schedule[i]);
    if (i < kept.texts.size()) line = fmt::format("{:<{}}  {}", line, width, kept.texts[i]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

bool DecodeSchedule(const std::string& text, KeptSchedule& kept, std::string& error) {
  kept = {};
  std::istringstream in(text);
  std::string line;
  bool steps = false;
  for (int number = 1; std::getline(in, line); ++number) {
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    std::string wrong;
    if (number == 1) {
      if (line != kFirstLine) wrong = std::string("is not '") + kFirstLine + "', the format that this plait reads";
    } else if (line.empty()) {
      steps = true;
    } else if (line[0] == '#') {
      continue;
    } else if (!steps) {
      wrong = TakeField(line, kept);
    } else {
      const size_t space = std::min(line.find(' '), line.size());
      StepKey key;
      if (!DecodeStep(std::string_view(line).substr(0, space), key)) {
        wrong = "begins with '" + line.substr(0, space) + "', which is no step";
      } else {
        kept.token.schedule.push_back(key);
        kept.texts.push_back(FromFirstWord(line.substr(space)));
      }
    }
    if (!wrong.empty()) {
      error = fmt::format("line {} {}", number, wrong);
      return false;
    }
  }
  if (kept.token.test.empty()) {
    error = "it names no test (test: Suite.Name)";
    return false;
  }
  return true;
}

}  // namespace plait::explore
