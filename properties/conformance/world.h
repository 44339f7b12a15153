// The real objects of one run of a program. Private to the runner.
#ifndef PLAIT_PROPERTIES_CONFORMANCE_WORLD_H_
#define PLAIT_PROPERTIES_CONFORMANCE_WORLD_H_

#include <memory>
#include <vector>

#include "plait/model/program.h"
#include "plait/plait.h"

namespace plait::conformance {

// AfterFuncs, apart from the rest: their functions hold a World, and must not be held by it.
using Funcs = std::vector<time::Timer>;

struct World {
  // Everything but AfterFuncs; timers are armed, with so much time to the program's unit.
  World(const model::Program& program, time::Duration unit);

  template <class T>
  T& Of(std::vector<std::unique_ptr<T>>& all, int object) {
    return *all[static_cast<size_t>(object)];
  }

  std::vector<Chan<int>> channels;  // by channel; nil for those of timers and contexts
  // By object; null where it is of another kind.
  std::vector<std::unique_ptr<sync::Mutex>> mutexes;
  std::vector<std::unique_ptr<sync::RWMutex>> rw_mutexes;
  std::vector<std::unique_ptr<sync::WaitGroup>> wait_groups;
  std::vector<std::unique_ptr<sync::Once>> onces;
  std::vector<std::unique_ptr<sync::Cond>> conds;
  std::vector<std::unique_ptr<sync::atomic::Int64>> ints;
  std::vector<time::Timer> timers;
  std::vector<context::WithCancelResult> contexts;
};

}  // namespace plait::conformance

#endif  // PLAIT_PROPERTIES_CONFORMANCE_WORLD_H_
