#include "plait/runtime/goroutine/symbolize.h"

#include <backtrace.h>
#include <cxxabi.h>
#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "plait/runtime/seam/race.h"

namespace plait {
namespace {

// Folders of the runtime that are Go's package runtime: their frames are hidden.
constexpr std::string_view kHiddenFolders[] = {"arch", "chan", "goroutine", "lock", "panic", "sched", "seam", "stack"};
// The same for what has no line: names that no user has.
constexpr std::string_view kHiddenNames[] = {
    "plait::internal::", "plait::sched::", "plait::arch::", "plait::Park", "plait::GoroutineEntry",
    "plait::Main",       "plait_",         "std::_",        "std::invoke", "std::function<",
    "__clone",           "__restore_rt",   "start_thread",  "_start",      "__libc_",
};

bool StartsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

// Our own folder as the compiler was told it: "" or "external/plait/".
std::string_view OurRoot() {
  static const std::string root = [] {
    const std::string file = __FILE__;
    return file.substr(0, file.rfind("runtime/goroutine/"));
  }();
  return root;
}

// What is behind "runtime/", if the file is ours.
std::string_view InRuntime(std::string_view file) {
  const std::string root = std::string(OurRoot()) + "runtime/";
  return StartsWith(file, root) ? file.substr(root.size()) : std::string_view();
}

bool Hidden(const StackFrame& frame) {
  const std::string_view file = frame.file;
  if (file.find("/include/c++/") != std::string_view::npos) return true;
  const std::string_view ours = InRuntime(file);
  if (!ours.empty()) {
    const bool test = ours.find("_test.cc") != std::string_view::npos;
    const std::string_view folder = ours.substr(0, ours.find('/'));
    return !test && std::find(std::begin(kHiddenFolders), std::end(kHiddenFolders), folder) != std::end(kHiddenFolders);
  }
  std::string_view name = frame.function;
  if (StartsWith(name, "void ")) name.remove_prefix(5);
  return std::any_of(std::begin(kHiddenNames), std::end(kHiddenNames),
                     [name](std::string_view hidden) { return StartsWith(name, hidden); });
}

std::string Demangled(const char* name) {
  if (name[0] != '_' || name[1] != 'Z') return name;
  int status = 0;
  char* text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string result = status == 0 ? text : name;
  std::free(text);
  return result;
}

// Bazel compiles under /proc/self/cwd, which is another folder by now, and finds our headers through links.
std::string Tidy(std::string_view file) {
  for (const std::string_view prefix : {"/proc/self/cwd/", "./"}) {
    if (StartsWith(file, prefix)) file.remove_prefix(prefix.size());
  }
  constexpr std::string_view kOurs = "/plait/";
  const size_t links = file.find("/_virtual_includes/");
  const size_t ours = links != std::string_view::npos ? file.find(kOurs, links) : std::string_view::npos;
  if (ours == std::string_view::npos) return std::string(file);
  return std::string(OurRoot()) + std::string(file.substr(ours + kOurs.size()));
}

void OnError(void*, const char*, int) {}

backtrace_state* State() {
  static backtrace_state* const state = backtrace_create_state(nullptr, /*threaded=*/1, &OnError, nullptr);
  return state;
}

struct Symbol {
  std::string name;
  uint64_t offset = 0;
};

Symbol SymbolOf(uintptr_t pc) {
  Symbol symbol;
  const auto found = [](void* data, uintptr_t at, const char* name, uintptr_t value, uintptr_t) {
    if (name == nullptr) return;
    *static_cast<Symbol*>(data) = {Demangled(name), at + 1 - value};
  };
  if (State() != nullptr) backtrace_syminfo(State(), pc, found, &OnError, &symbol);
  if (!symbol.name.empty()) return symbol;
  Dl_info info{};  // a stripped binary still exports some
  if (dladdr(reinterpret_cast<void*>(pc), &info) != 0 && info.dli_sname != nullptr) {
    return {Demangled(info.dli_sname), pc + 1 - reinterpret_cast<uintptr_t>(info.dli_saddr)};
  }
  return {"(unknown function)", 0};
}

}  // namespace

std::string WithoutParameters(std::string name) {
  if (const size_t clone = name.find(" [clone"); clone != std::string::npos) name.resize(clone);
  for (const std::string_view suffix : {" const", " volatile", " &", " &&", " noexcept"}) {
    if (name.size() > suffix.size() && std::string_view(name).substr(name.size() - suffix.size()) == suffix) {
      name.resize(name.size() - suffix.size());
    }
  }
  if (name.empty() || name.back() != ')') return name;
  int depth = 0;
  for (size_t i = name.size(); i-- > 0;) {
    depth += name[i] == ')' ? 1 : name[i] == '(' ? -1 : 0;
    if (depth != 0) continue;
    const std::string_view head = std::string_view(name).substr(0, i);
    const bool is_name = std::string_view(name).substr(i) == "(anonymous namespace)" ||
                         (head.size() >= 8 && head.substr(head.size() - 8) == "operator");
    if (i > 0 && !is_name) name.resize(i);
    break;
  }
  return name;
}

std::vector<StackFrame> Symbolize(void* const* pcs, int n, bool internals) {
  // What libbacktrace has mapped for one goroutine it reads for the next.
  const race::Ignore ignore;
  std::vector<StackFrame> frames;
  for (int i = 0; i < n; ++i) {
    const uintptr_t pc = reinterpret_cast<uintptr_t>(pcs[i]) - 1;  // of the call, not of what follows it
    const Symbol symbol = SymbolOf(pc);
    std::vector<StackFrame> inlined;  // innermost first; the last is the function itself
    const auto found = [](void* data, uintptr_t, const char* file, int line, const char* function) {
      if (file == nullptr) return 0;
      static_cast<std::vector<StackFrame>*>(data)->push_back(
          {WithoutParameters(function != nullptr ? Demangled(function) : "(unknown function)"), Tidy(file),
           static_cast<uint32_t>(line), 0});
      return 0;
    };
    if (State() != nullptr) backtrace_pcinfo(State(), pc, found, &OnError, &inlined);
    if (inlined.empty()) inlined.emplace_back();
    inlined.back().function = WithoutParameters(symbol.name);
    for (StackFrame& frame : inlined) {
      frame.offset = symbol.offset;
      if (internals || !Hidden(frame)) frames.push_back(std::move(frame));
    }
  }
  return frames;
}

std::string CallerName(void* pc, uint64_t* offset) {
  *offset = 0;
  if (pc == nullptr) return {};
  const std::vector<StackFrame> frames = Symbolize(&pc, 1);
  if (!frames.empty()) {
    *offset = frames.front().offset;
    return frames.front().function;
  }
  const Symbol symbol = SymbolOf(reinterpret_cast<uintptr_t>(pc) - 1);
  *offset = symbol.offset;
  return WithoutParameters(symbol.name);
}

}  // namespace plait
