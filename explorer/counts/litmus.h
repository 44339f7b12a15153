#ifndef PLAIT_EXPLORER_COUNTS_LITMUS_H_
#define PLAIT_EXPLORER_COUNTS_LITMUS_H_

#include <array>
#include <sstream>
#include <string>

#include "plait/explorer/counts/count.h"

namespace plait::explore {

// A litmus test as text: threads separated by |; Wx1 stores 1, Rx loads, Ix increments, Ax2 adds 2, Xx3 exchanges, Cx12
// compares with 1 and swaps in 2.
using Variables = std::array<sync::atomic::Int64, 26>;

inline void RunThread(const std::string& thread, Variables& variables) {
  std::istringstream words(thread);
  for (std::string word; words >> word;) {
    sync::atomic::Int64& x = variables[static_cast<size_t>(word[1] - 'a')];
    const int64_t value = word.size() > 2 ? word[2] - '0' : 1;
    switch (word[0]) {
      case 'W':
        x.Store(value);
        break;
      case 'R':
        x.Load();
        break;
      case 'I':
      case 'A':
        x.Add(value);
        break;
      case 'X':
        x.Swap(value);
        break;
      case 'C':
        x.CompareAndSwap(value, word[3] - '0');
        break;
      default:
        FAIL() << "what is " << word << "?";
    }
  }
}

inline void RunLitmus(const std::string& program) {
  auto variables = std::make_shared<Variables>();
  std::istringstream threads(program);
  for (std::string thread; std::getline(threads, thread, '|');) {
    go([thread, variables] { RunThread(thread, *variables); });
  }
  join_all();
}

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_COUNTS_LITMUS_H_
