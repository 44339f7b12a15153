#ifndef PLAIT_RUNTIME_GOROUTINE_DUMP_H_
#define PLAIT_RUNTIME_GOROUTINE_DUMP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "plait/runtime/arch/walk.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/goroutine/symbolize.h"

namespace plait {

// What every goroutine is at, as text and as data.
//
//   std::fputs(Stack(true).c_str(), stderr);
//
//   goroutine 7 [chan receive, 2 minutes]:
//   app::Worker::Run(...)
//   	app/worker.cc:31 +0x5b
//   app::Serve(Config const&)::{lambda()#1}::operator()(...)
//   	app/serve.cc:28 +0x1d
//   created by app::Serve in goroutine 1
//   	app/serve.cc:27 +0x9e
//
// The form is Go's (DUMP-01, 06, 07, 09), so that tools which read Go's dumps read these. The same is printed by a
// crash (PANIC-15, PANIC-22; GOTRACEBACK says how much: traceback_level.h), and when SIGQUIT ends a program that runs
// under plait::Main.
//
// A dump of all goroutines stops the world while the stacks are read: a consistent snapshot, which wakes nobody and
// loses nothing (DUMP-12, DUMP-22). A goroutine that computes is stopped where it is. Names and lines are looked up
// afterwards. Frames of the runtime and of the standard library are left out, of a deep stack the middle (DUMP-14).
//
// Thread safety: from any goroutine, plain thread, or explored body.

// A goroutine at the moment of the dump.
struct GoroutineTrace {
  uint64_t id = 0;
  // Its waiting in Go's words (DUMP-03): "chan receive"; or "running", "runnable", "syscall".
  std::string state;
  bool waiting = false;
  WaitReason wait_reason = WaitReason::kNone;  // if waiting
  int64_t waiting_ns = 0;                      // if waiting: for how long, with a few seconds' error; 0 if unknown
  bool locked_to_thread = false;
  bool leaked = false;  // set by whoever looks for leaks: printed as " (leaked)"

  std::vector<StackFrame> frames;  // innermost first
  size_t elided_at = 0;            // if elided: how many of `frames` come before the gap
  int elided = 0;                  // how many were left out there
  bool unavailable = false;        // it ran on a thread that could not be stopped (DUMP-11)

  // The `go` statement; empty for main's goroutine (DUMP-07). The parent's id stays when the parent has ended.
  std::string created_by;
  std::string created_file;
  uint32_t created_line = 0;
  uint64_t created_offset = 0;
  uint64_t parent_id = 0;  // 0: it was a plain thread
};

// All of them: the caller first, if it is a goroutine, then the others, oldest first. `internals`: with the frames of
// the runtime itself.
std::vector<GoroutineTrace> Goroutines(bool internals = false);

// As printed above, with a newline at the end.
std::string TextOf(const GoroutineTrace& trace);

// Go's runtime.Stack: the calling goroutine, or all of them with an empty line between two.
std::string Stack(bool all);

// For crashes: an empty line and then what CurrentTracebackLevel() asks for. The current goroutine's frames are the
// given return addresses, or the caller's. `nobody`: no goroutine is current, the crash concerns them all.
std::string CrashTrace(const std::vector<void*>& stack = {}, bool nobody = false);

// The same for a goroutine that stands still on another thread, with this stack.
std::string CrashTraceOf(const G& g, const arch::Stack& stack);

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_DUMP_H_
