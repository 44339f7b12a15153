#include "plait/explorer/caller.h"

#include <execinfo.h>

#include <cstring>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "plait/runtime/goroutine/symbolize.h"

namespace plait::explore {
namespace {

bool Contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

bool EndsWith(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// Our own folder as the compiler was told it: "" or "external/plait/".
std::string OurRoot() {
  const std::string file = __FILE__;
  return file.substr(0, file.rfind("explorer/caller.cc"));
}

bool IsOurs(std::string path) {
  if (Contains(path, "/usr/include/") || Contains(path, "/usr/lib/") || Contains(path, "/include/c++/") ||
      Contains(path, "??"))
    return true;
  for (const char* prefix : {"/proc/self/cwd/", "./"}) {
    if (path.rfind(prefix, 0) == 0) path.erase(0, std::strlen(prefix));
  }
  static const std::string root = OurRoot();
  const bool in_our_rooms = path.rfind(root + "runtime/", 0) == 0 || path.rfind(root + "explorer/", 0) == 0;
  return in_our_rooms && !EndsWith(path, "_test.cc");
}

SourceLocation Resolve(void* address) {
  static auto* const files = new std::set<std::string>;  // a SourceLocation's file must live for ever
  for (const StackFrame& frame : Symbolize(&address, 1, /*internals=*/true)) {
    if (frame.line == 0 || frame.file.empty() || IsOurs(frame.file)) continue;
    return {files->insert(frame.file).first->c_str(), frame.line};
  }
  return {};
}

}  // namespace

SourceLocation CallerOutsidePlait() {
  static auto* const known = new std::map<void*, SourceLocation>;
  void* frames[24];
  const int n = backtrace(frames, 24);
  for (int i = 1; i < n; ++i) {
    const auto [it, fresh] = known->try_emplace(frames[i]);
    if (fresh) it->second = Resolve(frames[i]);
    if (*it->second.file != '\0') return it->second;
  }
  return {};
}

}  // namespace plait::explore
