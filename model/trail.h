// Runs a thing once for every sequence of choices that it can make. For tests only.
#ifndef PLAIT_MODEL_TRAIL_H_
#define PLAIT_MODEL_TRAIL_H_

#include <cstddef>
#include <vector>

namespace plait::model {

// The choices of one run: what was picked of how many. A run first repeats those that are there, then picks firsts.
struct Trail {
  struct Choice {
    size_t picked;
    size_t of;
  };
  std::vector<Choice> choices;
  size_t next = 0;

  size_t Pick(size_t of) {
    if (next == choices.size()) choices.push_back({0, of});
    return choices[next++].picked;
  }

  // To the next run; false if that was the last.
  bool Advance() {
    while (!choices.empty() && choices.back().picked + 1 == choices.back().of) choices.pop_back();
    next = 0;
    if (choices.empty()) return false;
    ++choices.back().picked;
    return true;
  }
};

}  // namespace plait::model

#endif  // PLAIT_MODEL_TRAIL_H_
