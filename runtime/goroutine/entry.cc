#include "plait/runtime/goroutine/entry.h"

#include <atomic>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/frame.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/sched/m.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/seam/race.h"

namespace plait {
namespace {

// Under a controller the task's frames lie deeper than whatever this goroutine calls after them, so that the remains of
// its locals stay as they are until the execution is over: the explorer recognises what has been destroyed in them.
[[gnu::noinline]] void RunDeeper(Task* task) {
  constexpr size_t kGap = 2048;
  void* gap = __builtin_alloca(kGap);
  asm volatile("" : : "r"(gap) : "memory");  // clang would shrink it to what is used of it
  task->Run();
}

// Kept apart from GoroutineEntry so that no exception object and no handler is alive when the goroutine ends.
std::exception_ptr RunTask(G* g) {
  try {
    if (g->controller == nullptr) {
      g->task->Run();
    } else if (g->controller->MayStart()) {
      RunDeeper(g->task);
    }
    g->DropTask();
  } catch (const GoexitUnwind&) {
    g->exited = true;
  } catch (const Unwind&) {
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

// In ThreadSanitizer's reports a goroutine goes by the place of its go statement.
void NameForReports([[maybe_unused]] G* g) {
#ifdef PLAIT_TSAN
  const char* file = g->created_at.file;
  const char* slash = std::strrchr(file, '/');
  char name[64] = "main";
  if (*file != '\0') {
    std::snprintf(name, sizeof name, "go at %s:%u", slash != nullptr ? slash + 1 : file, g->created_at.line);
  }
  g->fiber.SetName(name);
#endif
}

}  // namespace

void GoroutineEntry(void* arg) {
  G* g = static_cast<G*>(arg);
  sched::Begun(g);
  race::Acquire(g);  // the go statement happens before the function (MEM, "Goroutine creation")
  std::exception_ptr uncaught = RunTask(g);
  if (g->task != nullptr) {
    // After Goexit, a panic or an unwind: the captures go now, on the goroutine's own stack.
    try {
      g->DropTask();
    } catch (...) {
      if (uncaught == nullptr) uncaught = std::current_exception();
    }
  }
  if (uncaught == nullptr || g->controller != nullptr) g->panics = nullptr;
  if (g->controller != nullptr) [[unlikely]] {
    g->set_status(GStatus::kDead);
    g->controller->Ended(std::move(uncaught));
  }
  if (uncaught != nullptr) DieOfPanic(uncaught);
  race::Release(&race::goroutine_ends);
  sched::EndCurrent(g);
}

void BindStack(G* g, stack::StackCache* stacks) {
  stack::Stack stack = g->stack;
  if (stack.lo == nullptr) {
    stack = stacks != nullptr ? stacks->Get() : stack::StackPool::Global().Get(stack::kDefaultStackSize);
    if (stack.lo == nullptr) Fatal("out of memory: cannot allocate a goroutine stack");
  }
  g->fiber.Init(stack.lo, stack.size, GoroutineEntry, g);
  // Last: a dump, which may freeze us anywhere, walks the fiber of a G that has a stack.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  g->stack = stack;
  NameForReports(g);
}

void UnbindStack(G* g, stack::StackCache* stacks) {
  const stack::Stack stack = std::exchange(g->stack, stack::Stack{});
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (stacks != nullptr) {
    stacks->Put(stack);
  } else {
    stack::StackPool::Global().Put(stack);
  }
}

}  // namespace plait
