#ifndef PLAIT_RUNTIME_GOROUTINE_ENTRY_H_
#define PLAIT_RUNTIME_GOROUTINE_ENTRY_H_

#include <exception>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/stack/stack_cache.h"

namespace plait {

// First function on a goroutine's stack: runs its task, lets nothing escape, ends the goroutine. Never returns.
void GoroutineEntry(void* g);

// Binds a stack to a G that has none and prepares its first run. Fatal when no memory is left. `stacks`: those of the
// calling worker, or null.
void BindStack(G* g, stack::StackCache* stacks = nullptr);
// Gives the stack back. The G must not be running on it.
void UnbindStack(G* g, stack::StackCache* stacks = nullptr);

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_ENTRY_H_
