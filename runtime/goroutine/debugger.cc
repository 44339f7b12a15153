// What a debugger needs to find the goroutines of a process or of its core file, without debug information:
// runtime/arch/gdb_goroutines.py reads it. Whoever changes the meaning of a field raises the version, there too.

#include <cstddef>
#include <cstdint>

#include "plait/runtime/goroutine/g.h"

#pragma GCC diagnostic ignored "-Winvalid-offsetof"  // both compilers know where the members of a G are

extern "C" {

struct PlaitGoroutineLayout {
  uint32_t version, id, parent_id, status, wait_reason, is_thread, next, saved_sp, stack_lo, stack_size, created_file,
      created_line;
};

extern const PlaitGoroutineLayout plait_goroutine_layout;
const PlaitGoroutineLayout plait_goroutine_layout __attribute__((used)) = {
    .version = 1,
    .id = offsetof(plait::G, id),
    .parent_id = offsetof(plait::G, parent_id),
    .status = offsetof(plait::G, status),
    .wait_reason = offsetof(plait::G, wait_reason),
    .is_thread = offsetof(plait::G, is_thread),
    .next = offsetof(plait::G, all_next),
    .saved_sp = offsetof(plait::G, fiber),  // its first member
    .stack_lo = offsetof(plait::G, stack) + offsetof(plait::stack::Stack, lo),
    .stack_size = offsetof(plait::G, stack) + offsetof(plait::stack::Stack, size),
    .created_file = offsetof(plait::G, created_at) + offsetof(plait::SourceLocation, file),
    .created_line = offsetof(plait::G, created_at) + offsetof(plait::SourceLocation, line),
};

}  // extern "C"
