// Where each part of a state lies in its bytes.
#ifndef PLAIT_MODEL_LAYOUT_H_
#define PLAIT_MODEL_LAYOUT_H_

#include <array>
#include <cstddef>
#include <vector>

#include "plait/model/program.h"

namespace plait::model {

// A value takes two bytes, low byte first. A count, an index or a flag takes one.
constexpr size_t kValueSize = 2;

// How a goroutine ends, while it does.
constexpr size_t kFrameSize = 4;

// Offsets in bytes, for one program. A goroutine g has its status at 2g and its pc at 2g + 1, and kFrameSize bytes at
// frames + kFrameSize * g.
struct Layout {
  explicit Layout(const Program& program);

  struct ChannelAt {
    size_t closed = 0;
    size_t buffer = 0;                   // [count] [count values]
    std::array<size_t, 2> waiters = {};  // by Dir: [count] [count goroutines]
  };
  std::vector<ChannelAt> channels;  // meaningless for nil channels
  size_t frames = 0;
  std::vector<size_t> objects;               // by object; what lies there is told in state.h
  std::vector<size_t> timers;                // [armed] [deadline]: of objects, then of goroutines that sleep; 0: none
  size_t set = 0;                            // how many timers of objects are set already, if there are timers
  size_t now = 0;                            // the time, if there are timers
  std::vector<std::vector<size_t>> results;  // results[g][i]: the slot of operation i of goroutine g
  size_t size = 0;                           // a multiple of 8
};

}  // namespace plait::model

#endif  // PLAIT_MODEL_LAYOUT_H_
