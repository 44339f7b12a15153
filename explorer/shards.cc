#include "plait/explorer/shards.h"

#include <fnmatch.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace plait::explore {
namespace {

std::vector<std::string>& Explored() {
  static std::vector<std::string> explored;
  return explored;
}

Part& TheShard() {
  static Part part;
  return part;
}

bool MatchesOneOf(const std::string& patterns, const std::string& name) {
  for (size_t at = 0; at <= patterns.size();) {
    const size_t end = std::min(patterns.find(':', at), patterns.size());
    if (fnmatch(patterns.substr(at, end - at).c_str(), name.c_str(), 0) == 0) return true;
    at = end + 1;
  }
  return false;
}

// GoogleTest's filter: patterns, then those after a '-' are left out.
bool PassesFilter(const std::string& filter, const std::string& name) {
  const size_t minus = filter.find('-');
  const std::string in = filter.substr(0, minus);
  if (minus != std::string::npos && MatchesOneOf(filter.substr(minus + 1), name)) return false;
  return in.empty() || MatchesOneOf(in, name);
}

}  // namespace

void TakeShards() {
  const char* total = std::getenv("TEST_TOTAL_SHARDS");
  const char* index = std::getenv("TEST_SHARD_INDEX");
  unsetenv("GTEST_TOTAL_SHARDS");
  unsetenv("GTEST_SHARD_INDEX");
  if (total == nullptr || index == nullptr) return;
  Part part{.index = static_cast<uint32_t>(std::strtoul(index, nullptr, 10)),
            .count = static_cast<uint32_t>(std::strtoul(total, nullptr, 10))};
  if (part.count <= 1 || part.index >= part.count) return;
  if (const char* status = std::getenv("TEST_SHARD_STATUS_FILE"); status != nullptr) {
    if (std::FILE* file = std::fopen(status, "a"); file != nullptr) std::fclose(file);
  }
  TheShard() = part;
  if (part.index == 0) return;
  const std::string filter = GTEST_FLAG_GET(filter);
  std::string ours;
  for (const std::string& name : Explored()) {
    if (PassesFilter(filter, name)) ours += (ours.empty() ? "" : ":") + name;
  }
  GTEST_FLAG_SET(filter, ours.empty() ? "-*" : ours);
}

Part OurShard() { return TheShard(); }

const std::vector<std::string>& ExploredTests() { return Explored(); }

bool RegisterExplored(const char* name) {
  Explored().emplace_back(name);
  return true;
}

}  // namespace plait::explore
