#ifndef PLAIT_RUNTIME_GOROUTINE_ENTRY_H_
#define PLAIT_RUNTIME_GOROUTINE_ENTRY_H_

#include <exception>

#include "plait/runtime/goroutine/g.h"

namespace plait {

// First function on a goroutine's stack: runs its task, lets nothing escape, ends the goroutine. Never returns.
void GoroutineEntry(void* g);

// Binds a stack to a G that has none and prepares its first run. Fatal when no memory is left.
void BindStack(G* g);
// Gives the stack back. The G must not be running on it.
void UnbindStack(G* g);

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_ENTRY_H_
