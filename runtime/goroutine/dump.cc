#include "plait/runtime/goroutine/dump.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "plait/runtime/arch/walk.h"
#include "plait/runtime/goroutine/capture.h"
#include "plait/runtime/goroutine/traceback_level.h"
#include "plait/runtime/time/clock.h"

namespace plait {
namespace {

constexpr int64_t kMinute = 60'000'000'000;

std::string StateText(const CapturedGoroutine& c) {
  switch (c.status) {
    case GStatus::kRunning:
      return "running";
    case GStatus::kSyscall:
      return "syscall";
    case GStatus::kWaiting:
      return WaitReasonText(c.wait_reason);
    case GStatus::kIdle:
    case GStatus::kRunnable:
      return "runnable";
    case GStatus::kDead:
      return "dead";
  }
  return "";
}

void AddFrames(GoroutineTrace& trace, void* const* pcs, int size, int elided, bool internals) {
  const int before = elided > 0 ? arch::Stack::kKept : size;
  trace.frames = Symbolize(pcs, before, internals);
  trace.elided = elided;
  trace.elided_at = trace.frames.size();
  if (elided == 0) return;
  for (StackFrame& frame : Symbolize(pcs + before, size - before, internals)) trace.frames.push_back(std::move(frame));
}

GoroutineTrace TraceOf(const CapturedGoroutine& c, int64_t now, bool internals) {
  GoroutineTrace trace;
  trace.id = c.id;
  trace.state = StateText(c);
  trace.waiting = c.status == GStatus::kWaiting;
  if (trace.waiting) trace.wait_reason = c.wait_reason;
  if (c.waiting_since != 0) trace.waiting_ns = std::max<int64_t>(now - c.waiting_since, 0);
  trace.locked_to_thread = c.locked_to_thread;
  trace.unavailable = c.unavailable;
  AddFrames(trace, c.pcs, c.size, c.elided, internals);
  // Without debug information: where it waits is known from the operation itself.
  if (trace.waiting && !trace.frames.empty() && trace.frames[0].file.empty() && c.waits_at.line != 0) {
    trace.frames[0].file = c.waits_at.file;
    trace.frames[0].line = c.waits_at.line;
  }
  if (*c.created_at.file != '\0') {
    trace.created_by = CallerName(c.created_pc, &trace.created_offset);
    if (trace.created_by.empty()) trace.created_by = "(unknown function)";
    trace.created_file = c.created_at.file;
    trace.created_line = c.created_at.line;
    trace.parent_id = c.parent_id;
  }
  return trace;
}

std::string Place(const std::string& file, uint32_t line, uint64_t offset) {
  char text[64];
  std::snprintf(text, sizeof text, ":%u +%#llx\n", line, static_cast<unsigned long long>(offset));
  return "\t" + (file.empty() ? "??" : file) + text;
}

GoroutineTrace TraceOfRunning(const G& g, void* const* pcs, int size, int elided, bool internals) {
  CapturedGoroutine c;
  c.id = g.id;
  c.parent_id = g.parent_id;
  c.status = GStatus::kRunning;
  c.locked_to_thread = g.thread_locks != 0;
  c.created_at = g.created_at;
  c.created_pc = g.created_pc;
  c.pcs = pcs;
  c.size = size;
  c.elided = elided;
  return TraceOf(c, 0, internals);
}

std::vector<GoroutineTrace> All(bool internals) {
  const Capture capture;
  const int64_t now = MonotonicNow();
  std::vector<GoroutineTrace> traces;
  for (const CapturedGoroutine& c : capture.goroutines()) traces.push_back(TraceOf(c, now, internals));
  return traces;
}

std::string Joined(const std::vector<GoroutineTrace>& traces) {
  std::string text;
  for (const GoroutineTrace& trace : traces) text += (text.empty() ? "" : "\n") + TextOf(trace);
  return text;
}

}  // namespace

std::vector<GoroutineTrace> Goroutines(bool internals) { return All(internals); }

std::string TextOf(const GoroutineTrace& trace) {
  std::string text = trace.id != 0 ? "goroutine " + std::to_string(trace.id) : "plain thread";
  text += " [" + trace.state;
  if (trace.leaked) {
    text += " (leaked)";
  } else if (trace.waiting_ns >= kMinute) {
    text += ", " + std::to_string(trace.waiting_ns / kMinute) + " minutes";
  }
  if (trace.locked_to_thread) text += ", locked to thread";
  text += "]:\n";
  if (trace.unavailable) text += "\tgoroutine running on other thread; stack unavailable\n";
  for (size_t i = 0; i < trace.frames.size(); ++i) {
    if (trace.elided > 0 && i == trace.elided_at) text += "..." + std::to_string(trace.elided) + " frames elided...\n";
    const StackFrame& frame = trace.frames[i];
    text += frame.function + "(...)\n" + Place(frame.file, frame.line, frame.offset);
  }
  if (!trace.created_by.empty()) {
    text += "created by " + trace.created_by +
            (trace.parent_id != 0 ? " in goroutine " + std::to_string(trace.parent_id) : " in a plain thread") + "\n" +
            Place(trace.created_file, trace.created_line, trace.created_offset);
  }
  return text;
}

std::string Stack(bool all) {
  if (all) return Joined(All(false));
  arch::Stack stack;
  arch::WalkHere(stack);
  return TextOf(TraceOfRunning(*CurrentG(), stack.pcs, stack.size, stack.elided, false));
}

namespace {

std::string CrashTraceOf(const G& g, void* const* pcs, int size, int elided) {
  const TracebackLevel level = CurrentTracebackLevel();
  if (level == TracebackLevel::kNone) return "";
  const bool internals = level >= TracebackLevel::kSystem;
  std::vector<GoroutineTrace> traces = {TraceOfRunning(g, pcs, size, elided, internals)};
  if (level >= TracebackLevel::kAll) {
    for (GoroutineTrace& trace : All(internals)) {
      if (trace.id != g.id) traces.push_back(std::move(trace));
    }
  }
  return "\n" + Joined(traces);
}

}  // namespace

std::string CrashTrace(const std::vector<void*>& stack, bool nobody) {
  if (nobody) {
    const TracebackLevel level = CurrentTracebackLevel();
    return level == TracebackLevel::kNone ? "" : "\n" + Joined(All(level >= TracebackLevel::kSystem));
  }
  if (!stack.empty()) return CrashTraceOf(*CurrentG(), stack.data(), static_cast<int>(stack.size()), 0);
  arch::Stack here;
  arch::WalkHere(here);
  return CrashTraceOf(*CurrentG(), here);
}

std::string CrashTraceOf(const G& g, const arch::Stack& stack) {
  return CrashTraceOf(g, stack.pcs, stack.size, stack.elided);
}

}  // namespace plait
