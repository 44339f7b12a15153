#include "plait/runtime/goroutine/traceback_level.h"

#include <atomic>
#include <cstdlib>

namespace plait {
namespace {

TracebackLevel Parse(std::string_view name) {
  if (name == "none" || name == "0") return TracebackLevel::kNone;
  if (name == "all" || name == "1") return TracebackLevel::kAll;
  if (name == "system" || name == "2") return TracebackLevel::kSystem;
  if (name == "crash") return TracebackLevel::kCrash;
  return TracebackLevel::kSingle;
}

std::atomic<TracebackLevel>& Level() {
  static std::atomic<TracebackLevel> level = [] {
    const char* name = std::getenv("GOTRACEBACK");
    return Parse(name != nullptr ? name : "");
  }();
  return level;
}

}  // namespace

TracebackLevel CurrentTracebackLevel() { return Level().load(); }

void SetTraceback(std::string_view level) { Level() = Parse(level); }

}  // namespace plait
