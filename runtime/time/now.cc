#include "plait/runtime/time/now.h"

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/time/clock.h"

namespace plait::internal {

int64_t Nanotime() {
  const G* g = CurrentGOrNull();
  return g != nullptr && g->controller != nullptr ? g->controller->Now() : MonotonicNow();
}

}  // namespace plait::internal
