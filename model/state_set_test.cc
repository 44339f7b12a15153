#include "plait/model/state_set.h"

#include <array>
#include <cstring>
#include <random>
#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace plait::model {
namespace {

using Words = std::array<uint64_t, 2>;

StateSet::Added Add(StateSet* set, const Words& words) {
  std::array<uint8_t, sizeof(Words)> bytes;
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return set->Add(bytes.data());
}

TEST(StateSet, AgreesWithStdSetAndKeepsTheOrder) {
  std::mt19937_64 random(1);
  StateSet set(sizeof(Words), 1 << 20, 1 << 30);
  std::set<Words> reference;
  std::vector<Words> order;
  for (int i = 0; i < 200000; ++i) {
    // Few different bits, in all places of the words: what states look like.
    const Words w = {random() % 256 << random() % 57, random() % 4 << random() % 63};
    const bool is_new = reference.insert(w).second;
    if (is_new) order.push_back(w);
    ASSERT_EQ(is_new ? StateSet::Added::kNew : StateSet::Added::kKnown, Add(&set, w));
  }
  ASSERT_EQ(order.size(), set.size());
  for (size_t i = 0; i < order.size(); ++i) ASSERT_EQ(0, std::memcmp(set.at(i), order[i].data(), sizeof(Words)));
}

TEST(StateSet, HoldsAsManyAsItMay) {
  StateSet set(sizeof(Words), 10, 1 << 30);
  for (uint64_t i = 0; i < 10; ++i) EXPECT_EQ(StateSet::Added::kNew, Add(&set, {i, 0}));
  EXPECT_EQ(StateSet::Added::kFull, Add(&set, {10, 0}));
  EXPECT_EQ(StateSet::Added::kKnown, Add(&set, {9, 0}));
  EXPECT_EQ(10u, set.size());
}

TEST(StateSet, KeepsToItsBytes) {
  for (const size_t max_bytes : {0u, 10000u, 80000u, 1000000u, 3000000u}) {
    StateSet set(sizeof(Words), 1 << 20, max_bytes);
    uint64_t held = 0;
    while (Add(&set, {held, 0}) == StateSet::Added::kNew) ++held;
    EXPECT_LE(set.bytes(), max_bytes);
    EXPECT_EQ(held, set.size());
    EXPECT_LT(held, max_bytes / 16 + 1);
    EXPECT_EQ(StateSet::Added::kFull, Add(&set, {held, 0}));  // nor was it half added before
    for (uint64_t i = 0; i < held; ++i) ASSERT_EQ(StateSet::Added::kKnown, Add(&set, {i, 0}));
  }
}

TEST(StateSet, CountsWhatItsOwnerUses) {
  StateSet set(sizeof(Words), 1 << 20, 1 << 20);
  EXPECT_TRUE(set.Charge(1 << 20));
  EXPECT_EQ(StateSet::Added::kFull, Add(&set, {1, 2}));
  EXPECT_FALSE(set.Charge(1));
}

}  // namespace
}  // namespace plait::model
