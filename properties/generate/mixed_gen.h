#ifndef PLAIT_PROPERTIES_GENERATE_MIXED_GEN_H_
#define PLAIT_PROPERTIES_GENERATE_MIXED_GEN_H_

#include <map>
#include <string>

#include <rapidcheck.h>

#include "plait/model/program.h"

namespace plait::generate {

// Programs of everything that the model knows: channels and selects as in AnyProgram, and besides them one or two of
// locks, a WaitGroup, a Once, a Cond, a timer, an AfterFunc, a context, atomic integers; deferred calls, panics,
// recover, Goexit, sleeps. What is locked is unlocked by the same goroutine, since a fatal error shows nothing; a
// WaitGroup is added to before anybody may wait. At most max_ops operations that are not Unlocks or the like.
rc::Gen<model::Program> MixedProgram(int max_ops);

// What there is in a program, for histograms: "lock", "select", "timer", "full buffer"...
std::map<std::string, int> FeaturesOf(const model::Program& program);

}  // namespace plait::generate

#endif  // PLAIT_PROPERTIES_GENERATE_MIXED_GEN_H_
