#include "plait/runtime/panic/fatal.h"

#include <unistd.h>

#include <string>

#include "plait/runtime/goroutine/dump.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/panic/die.h"
#include "plait/runtime/panic/frame.h"
#include "plait/runtime/panic/panic_text.h"
#include "plait/runtime/seam/controller.h"

namespace plait {

void Fatal(std::string_view text) {
  G* g = CurrentGOrNull();
  if (g != nullptr && g->controller != nullptr) g->controller->Fatal(text);
  // PANIC-23: raised while deferred calls run because of a panic: that comes first.
  std::string pending = g != nullptr && g->frame != nullptr ? PendingPanics() : std::string();
  if (!pending.empty()) pending += '\t';
  Die(pending + "fatal error: " + Indented(text) + "\n" + CrashTrace());
}

void FatalAll(std::string_view text) {
  Die("fatal error: " + std::string(text) + "\n" + CrashTrace({}, /*nobody=*/true));
}

void Throw(std::string_view text) {
  Die("fatal error: " + std::string(text) + " (a bug in plait, please report it)\n" + CrashTrace());
}

}  // namespace plait
