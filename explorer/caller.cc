#include "plait/explorer/caller.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <string_view>

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
  if (Contains(path, "_virtual_includes/") && Contains(path, "/plait/")) return true;
  for (const char* prefix : {"/proc/self/cwd/", "./"}) {
    if (path.rfind(prefix, 0) == 0) path.erase(0, std::strlen(prefix));
  }
  static const std::string root = OurRoot();
  const bool in_our_rooms = path.rfind(root + "runtime/", 0) == 0 || path.rfind(root + "explorer/", 0) == 0;
  return in_our_rooms && !EndsWith(path, "_test.cc");
}

// addr2line prints function and file:line in turns, the inlined frames first.
SourceLocation Resolve(void* address) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return {};
  // The return address is one past the call; position-independent objects are asked by offset.
  auto offset = reinterpret_cast<uintptr_t>(address) - 1;
  const auto* header = static_cast<const ElfW(Ehdr)*>(info.dli_fbase);
  if (header->e_type == ET_DYN) offset -= reinterpret_cast<uintptr_t>(info.dli_fbase);
  char command[4400];
  std::snprintf(command, sizeof command, "addr2line -i -e '%s' %#zx 2>/dev/null", info.dli_fname, offset);
  FILE* pipe = popen(command, "r");
  if (pipe == nullptr) return {};
  SourceLocation found;
  static auto* const files = new std::set<std::string>;  // a SourceLocation's file must live for ever
  char line[4096];
  while (std::fgets(line, sizeof line, pipe) != nullptr) {
    const char* colon = std::strrchr(line, ':');
    if (colon == nullptr || *found.file != '\0') continue;
    const std::string file(line, static_cast<size_t>(colon - line));
    const int number = std::atoi(colon + 1);
    if (IsOurs(file) || number == 0) continue;
    found.file = files->insert(file).first->c_str();
    found.line = static_cast<uint32_t>(number);
  }
  pclose(pipe);
  return found;
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
