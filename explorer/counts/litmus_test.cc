// Litmus tests under sequential consistency: the numbers of classes that GenMC, nidhugg and a brute-force search agree
// on. A program is written as in the literature: threads separated by |; Wx1 stores 1, Rx loads, Ix increments,
// Ax2 adds 2, Xx3 exchanges, Cx12 compares with 1 and swaps in 2. Where a thread of the original stores what it has
// read, a constant stands here: what is stored changes no class.

#include "plait/explorer/counts/litmus.h"

namespace plait::explore {
namespace {

struct Litmus {
  const char* name;
  const char* program;
  uint64_t classes;
};

TEST(Count, Litmus) {
  const Litmus kLitmus[] = {
      {"SB", "Wx Ry | Wy Rx", 3},
      {"MP", "Wx Wy | Ry Rx", 3},
      {"LB", "Ry Wx | Rx Wy", 3},
      {"2+2W", "Wx1 Wy2 | Wy1 Wx2", 3},
      {"CoRR", "Wx1 Wx2 | Rx Rx", 6},
      {"default", "Rx Rx | Wx1 | Wx2", 12},
      {"CoRR1", "Wx1 | Wx2 | Rx Rx | Rx", 36},
      {"CoRR2", "Wx1 | Wx2 | Rx Rx | Rx Rx", 72},
      {"IRIW", "Wx | Rx Ry | Ry Rx | Wy", 15},
      {"isa2", "Wa Wb | Rb Wc | Rc Ra", 7},
      {"W+RWC", "Wx Wz | Rz Ry | Wy Rx", 7},
      {"LB3", "Ra Wb | Rb Wc | Rc Wa", 7},
      {"MP2", "Wa Wc Wb Wd | Rb Ra | Rd Rc", 9},
      {"WWmerge1", "Rx Ry | Wx1 Wx2 | Wy Rx", 15},
      {"small0", "Rx | Rx Wx1 | Wx2", 9},
      {"detour", "Wx1 | Rz Wx2 Rx Wy | Ry Wz", 9},
      {"W+RRR+W", "Wx1 | Rx Rx Rx | Wx2", 20},
      {"fr+w+w+w+reads", "Wx1 | Wx2 | Wx3 | Rx Rx Rx Rx", 210},
      {"inc2w", "Ix | Wx4 | Ax2", 6},
      {"cii", "Cx12 | Ix | Ix", 6},
      {"wcii", "Wx5 | Cx12 | Ix | Ix", 24},
      {"viktor-relseq", "Ix Ix | Ix Ix | Ix | Ix", 180},
      {"inc+inc+RR+W+RR", "Ix | Ix | Rx Rx | Wx4 | Rx Rx", 600},
      {"cumul-release", "Wx Wy | Ry Wz | Rz Rx", 7},
      {"Z6.U", "Wx Wy | Iy Ry | Wy3 Rx", 18},
      {"relseq", "Wx Wy1 Wy2 | Xy3 | Ry Rx", 16},
      {"IRIWish", "Wx1 | Rx Wy | Rx Ry | Ry Rx", 27},
  };
  for (const Litmus& litmus : kLitmus) {
    const std::string program = litmus.program;
    const Counted counted = Count([&program] { RunLitmus(program); });
    EXPECT_EQ(counted.executions, litmus.classes) << litmus.name << ": " << program;
    EXPECT_EQ(counted.blocked, 0u) << litmus.name;
    EXPECT_TRUE(counted.optimal);
  }
}

}  // namespace
}  // namespace plait::explore
