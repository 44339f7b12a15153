#include "plait/runtime/seam/object.h"

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/seam/controller.h"

namespace plait {

const char* ObjectKindName(ObjectKind kind) {
  constexpr const char* kNames[] = {
      "chan",    "Mutex",    "WaitGroup",    "atomic",  "timer", "Pool", "sync.Map", "map",
      "context", "Weighted", "singleflight", "RWMutex", "Once",  "Cond", "ticker",   "AfterFunc",
  };
  return kNames[static_cast<int>(kind)];
}

void Object::Begin() noexcept {
  // No AttachThread here: a thread that merely constructs a Mutex needs no G.
  const G* g = CurrentGOrNull();
  if (g != nullptr && g->controller != nullptr) [[unlikely]] {
    g->controller->ObjectBegan(*this);
  }
}

void Object::End() noexcept { record_->controller->ObjectEnded(*this); }

void Object::SetName(const char* name) {
  if (record_ != nullptr) record_->controller->ObjectNamed(*this, name);
}

}  // namespace plait
