#include "plait/runtime/goroutine/g.h"

#include <pthread.h>

extern "C" {
constinit thread_local plait::G* plait_current_g __attribute__((used, tls_model("initial-exec"))) = nullptr;
}

namespace plait {
namespace {

// A pthread key and not a thread_local object: the runtime has one thread-local variable.
pthread_key_t ThreadKey() {
  static const pthread_key_t key = [] {
    pthread_key_t made;
    const int error = pthread_key_create(&made, [](void* g) {
      SetCurrentG(nullptr);  // another key's destructor may still do an operation: it gets a new one
      delete static_cast<G*>(g);
    });
    if (error != 0) __builtin_trap();  // more than 1024 keys: nothing works any more
    return made;
  }();
  return key;
}

}  // namespace

G* AttachThread() {
  G* g = new G;
  g->is_thread = true;
  g->set_status(GStatus::kRunning);
  pthread_setspecific(ThreadKey(), g);
  SetCurrentG(g);
  return g;
}

}  // namespace plait
