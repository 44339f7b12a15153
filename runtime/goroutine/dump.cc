#include "plait/runtime/goroutine/dump.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>

#include <cstdio>
#include <cstdlib>

#include "plait/runtime/goroutine/all_goroutines.h"

namespace plait {
namespace {

std::string FrameLine(void* address) {
  Dl_info info{};
  char text[512];
  if (dladdr(address, &info) != 0 && info.dli_sname != nullptr) {
    int status = 0;
    char* name = abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status);
    std::snprintf(text, sizeof text, "%s(...)\n\t%s +%#lx\n", status == 0 ? name : info.dli_sname, info.dli_fname,
                  static_cast<char*>(address) - static_cast<char*>(info.dli_saddr));
    std::free(name);
  } else {
    std::snprintf(text, sizeof text, "(unknown function)\n\t%s +%#lx\n",
                  info.dli_fname != nullptr ? info.dli_fname : "??",
                  info.dli_fname != nullptr ? static_cast<char*>(address) - static_cast<char*>(info.dli_fbase) : 0L);
  }
  return text;
}

std::string Place(const SourceLocation& where) {
  return std::string("\t") + (*where.file != '\0' ? where.file : "??") + ":" + std::to_string(where.line) + "\n";
}

const char* StateText(const G* g) {
  switch (g->status.load()) {
    case GStatus::kRunning:
      return "running";
    case GStatus::kWaiting:
      return WaitReasonText(g->wait_reason);
    case GStatus::kIdle:
    case GStatus::kRunnable:
      return "runnable";
    case GStatus::kDead:
      return "dead";
  }
  return "";
}

std::string Header(const G* g) { return "\ngoroutine " + std::to_string(g->id) + " [" + StateText(g) + "]:\n"; }

std::string CreatedBy(const G* g) {
  if (g->is_thread || *g->created_at.file == '\0') return "";
  const std::string by = g->parent_id != 0 ? "in goroutine " + std::to_string(g->parent_id) : "by a plain thread";
  return "created by go " + by + "\n" + Place(g->created_at);
}

}  // namespace

std::string DumpCurrent(const std::vector<void*>& stack) {
  const G* g = CurrentG();
  std::string text = g->is_thread ? std::string("\nplain thread [running]:\n") : Header(g);
  std::vector<void*> frames = stack;
  if (frames.empty()) {
    frames.resize(32);
    frames.resize(static_cast<size_t>(backtrace(frames.data(), 32)));
  }
  for (void* frame : frames) text += FrameLine(frame);
  return text + CreatedBy(g);
}

std::string DumpAll() {
  std::string text;
  for (const G* g : AllGoroutines::Instance().Live()) {
    text += Header(g);
    if (g->status == GStatus::kWaiting)
      text += std::string(WaitReasonText(g->wait_reason)) + "(...)\n" + Place(g->waits_at);
    text += CreatedBy(g);
  }
  return text;
}

}  // namespace plait
