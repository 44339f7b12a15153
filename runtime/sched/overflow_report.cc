#include "plait/runtime/sched/overflow_report.h"

#include <unistd.h>

#include <cstring>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/panic/die.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/stack/overflow.h"

namespace plait::sched {
namespace {

// Everything below is async-signal-safe: no allocation, no stdio, no locks.
void Write(const char* text) { static_cast<void>(!write(STDERR_FILENO, text, std::strlen(text))); }

void WriteNumber(uint64_t n) {
  char digits[24];
  char* p = digits + sizeof digits;
  *--p = '\0';
  do *--p = static_cast<char>('0' + n % 10);
  while ((n /= 10) != 0);
  Write(p);
}

void Report(void*) {
  const G* g = CurrentGOrNull();
  Write("runtime: goroutine stack exceeds ");
  WriteNumber(g != nullptr ? g->stack.size : 0);
  Write("-byte limit\nfatal error: ");
  Write(texts::kStackOverflow);
  if (g != nullptr) {
    Write("\n\ngoroutine ");
    WriteNumber(g->id);
    Write(" [running]:\ncreated by go in goroutine ");
    WriteNumber(g->parent_id);
    Write("\n\t");
    Write(g->created_at.file);
    Write(":");
    WriteNumber(g->created_at.line);
  }
  Write("\n");
  ExitNow(2);
}

}  // namespace

void InstallOverflowReport() { stack::InstallOverflowHandler(&Report); }

}  // namespace plait::sched
