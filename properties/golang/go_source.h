#ifndef PLAIT_PROPERTIES_GOLANG_GO_SOURCE_H_
#define PLAIT_PROPERTIES_GOLANG_GO_SOURCE_H_

#include <string>
#include <vector>

#include "plait/model/program.h"

namespace plait::golang {

// Where a goroutine of a copy of a program writes down what it does, in a file that is mapped into memory: it outlives
// the process, which Go ends with a fatal error when nothing can move any more.
//
//   [end] [-] [op: 2] [results: 2] [panic's length: 2] [panic's text: kPanicBytes]
//   results times: [op: 2] [ok] [-] [chosen: 4] [value: 4]
constexpr int kPanicBytes = 56;
constexpr int kHeadBytes = 8 + kPanicBytes;
constexpr int kResultBytes = 12;
constexpr int kMaxResults = 40;
constexpr int kSlotBytes = kHeadBytes + kMaxResults * kResultBytes;

// The `end` byte.
enum class GoEnd : unsigned char { kNotStarted, kRunning, kReturned, kPanicked, kGoexit };

// One Go program, in a single file of package main, that can run any of these programs:
//
//   binary PROGRAM COPIES PROCS UNIT FILE
//
// runs so many copies of the program at the same time, and writes down in FILE what their goroutines do. UNIT is how
// many microseconds a unit of time has. It always ends by Go's deadlock report: main waits for ever.
std::string GoSource(const std::vector<const model::Program*>& programs);

}  // namespace plait::golang

#endif  // PLAIT_PROPERTIES_GOLANG_GO_SOURCE_H_
