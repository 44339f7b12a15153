#ifndef PLAIT_RUNTIME_GOROUTINE_DUMP_H_
#define PLAIT_RUNTIME_GOROUTINE_DUMP_H_

#include <string>
#include <vector>

#include "plait/runtime/goroutine/g.h"

namespace plait {

// Goroutine dumps in Go's form (DUMP-01, 06, 07, 09):
//
//   goroutine 7 [chan receive]:
//   main.cc:31
//   created by goroutine 1
//   	main.cc:28

// The current goroutine; its frames are `stack` if given, else those of the caller.
std::string DumpCurrent(const std::vector<void*>& stack = {});

// Every goroutine, oldest first. Exact only while none runs.
std::string DumpAll();

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_DUMP_H_
