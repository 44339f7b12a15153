#ifndef PLAIT_EXPLORER_SHARDS_H_
#define PLAIT_EXPLORER_SHARDS_H_

#include <string>
#include <vector>

#include "plait/explorer/options.h"

namespace plait::explore {

// Bazel's test sharding (`shard_count`), for a main() with explored tests. Bazel tells every shard its number and how
// many there are, and GoogleTest would divide the tests among them. We divide the explorations instead: every shard runs
// every explored test, and explores its part of it; shard 0 runs the plain tests too.
//
// Call it after testing::InitGoogleTest. Takes the variables away from GoogleTest, tells Bazel that sharding is
// understood, and narrows GoogleTest's filter in the other shards.
void TakeShards();

// What TakeShards has found.
Part OurShard();

// The names of all explored tests of this binary.
const std::vector<std::string>& ExploredTests();

// Explored tests register, so that the others can be told from them. Returns true.
bool RegisterExplored(const char* name);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_SHARDS_H_
