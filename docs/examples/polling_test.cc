// A loop that asks again and again instead of waiting. It may never end, and while it goes on nobody is told.

#include "plait/explore.h"

namespace {

using namespace plait;
using explore::Verdict;

// Found: nothing makes the worker run before main has asked once more.
PLAIT_EXPLORE(Polling, MayNeverEnd, .expect = Verdict::kStepLimit, .max_steps = 500) {
  sync::atomic::Bool ready;
  sync::WaitGroup worker;
  worker.Go([&] { ready.Store(true); });
  while (!ready.Load()) {
  }
  worker.Wait();
}

// Proven: a channel waits.
PLAIT_EXPLORE(Polling, WaitsInstead) {
  auto ready = make_chan<bool>();
  go([ready] { close(ready); });
  ready.recv();
}

}  // namespace
