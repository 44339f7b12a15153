#include "plait/runtime/seam/op.h"

#include <iterator>

namespace plait {
namespace {

struct OpText {
  const char* name;
  char letter;
};

constexpr OpText kOpText[] = {
    {"go", 'g'},
    {"runtime.Gosched", 'y'},
    {"chan send", 's'},
    {"chan receive", 'r'},
    {"close", 'c'},
    {"len", 'n'},
    {"select", 'e'},
    {"Mutex.Lock", 'l'},
    {"Mutex.TryLock", 't'},
    {"Mutex.Unlock", 'u'},
    {"WaitGroup.Add", 'a'},
    {"WaitGroup.Wait", 'w'},
    {"atomic load", 'o'},
    {"atomic store", 'p'},
    {"atomic read-modify-write", 'q'},
    {"Sleep", 'z'},
    {"start timer", 'm'},
    {"stop timer", 'x'},
    {"time.Now", 'k'},
    {"choose", 'h'},
    {"join_all", 'j'},
    {"Pool.Get", 'G'},
    {"Pool.Put", 'P'},
    {"map read", 'M'},
    {"map write", 'N'},
    {"context cancel", 'K'},
    {"context Err", 'E'},
    {"RWMutex.RLock", 'R'},
    {"RWMutex.RUnlock", 'U'},
    {"RWMutex.Lock", 'L'},
    {"RWMutex.Unlock", 'W'},
    {"RWMutex.TryRLock", 'T'},
    {"RWMutex.TryLock", 'Y'},
    {"Once.Do", 'O'},
    {"Once.Do's end", 'D'},
    {"Cond.Wait", 'C'},
    {"Cond.Signal", 'S'},
    {"Cond.Broadcast", 'B'},
    {"reset timer", 'X'},
};

}  // namespace

const int kOpKinds = static_cast<int>(std::size(kOpText));
const char* OpName(OpKind kind) { return kOpText[static_cast<int>(kind)].name; }
char OpLetter(OpKind kind) { return kOpText[static_cast<int>(kind)].letter; }

}  // namespace plait
