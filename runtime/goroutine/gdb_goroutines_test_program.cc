// A program for gdb_goroutines_test.sh to stop and look at.

#include "plait/plait.h"

extern "C" __attribute__((noinline)) void StopHere() { asm volatile(""); }

__attribute__((noinline)) void WaitsForOther(plait::Chan<int> ch) {
  ch.recv();
  asm volatile("");  // no tail call
}

int main() {
  return plait::Main([] {
    auto ch = plait::make_chan<int>();
    plait::go([ch] { WaitsForOther(ch); });
    while (plait::Goroutines().back().state != "chan receive") plait::Gosched();
    plait::go([] { plait::Select{}; });
    while (plait::Goroutines().back().state != "select (no cases)") plait::Gosched();
    StopHere();
  });
}
