#include "plait/properties/conformance/world.h"

namespace plait::conformance {

World::World(const model::Program& program, time::Duration unit) {
  for (const model::Channel& c : program.channels) {
    channels.push_back(c.nil || c.of >= 0 ? Chan<int>() : make_chan<int>(c.capacity));
  }
  const size_t n = program.objects.size();
  mutexes.resize(n);
  rw_mutexes.resize(n);
  wait_groups.resize(n);
  onces.resize(n);
  conds.resize(n);
  ints.resize(n);
  timers.resize(n);
  contexts.resize(n);
  for (size_t i = 0; i < n; ++i) {
    const model::Object& object = program.objects[i];
    switch (object.kind) {
      case model::ObjectKind::kMutex:
        mutexes[i] = std::make_unique<sync::Mutex>();
        break;
      case model::ObjectKind::kRWMutex:
        rw_mutexes[i] = std::make_unique<sync::RWMutex>();
        break;
      case model::ObjectKind::kWaitGroup:
        wait_groups[i] = std::make_unique<sync::WaitGroup>();
        break;
      case model::ObjectKind::kOnce:
        onces[i] = std::make_unique<sync::Once>();
        break;
      case model::ObjectKind::kCond:
        conds[i] = std::make_unique<sync::Cond>(Of(mutexes, object.of));
        break;
      case model::ObjectKind::kInt:
        ints[i] = std::make_unique<sync::atomic::Int64>();
        break;
      case model::ObjectKind::kTimer:
        timers[i] = time::NewTimer(object.after * unit);
        break;
      case model::ObjectKind::kFunc:
        break;
      case model::ObjectKind::kContext: {
        const context::Context parent =
            object.of < 0 ? context::Background() : contexts[static_cast<size_t>(object.of)].ctx;
        contexts[i] =
            object.after > 0 ? context::WithTimeout(parent, object.after * unit) : context::WithCancel(parent);
        break;
      }
    }
  }
}

}  // namespace plait::conformance
