#include "plait/model/state_set.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace plait::model {
namespace {

constexpr size_t kFirstTableSize = 1024;

uint64_t Hash(const uint8_t* state, size_t size) {
  uint64_t hash = 0;
  for (size_t i = 0; i < size; i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, state + i, 8);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;  // a multiplication carries only upwards
  }
  return hash * 0xd6e8feb86659fd93u;
}

}  // namespace

StateSet::StateSet(size_t state_size, size_t max_states, size_t max_bytes)
    : state_size_(state_size), max_states_(std::min<size_t>(max_states, kEmpty)), max_bytes_(max_bytes) {}

StateSet::Added StateSet::Add(const uint8_t* state) {
  // The first slot of a state is given by its tag, so that the table can grow without reading the states again.
  const uint32_t tag = static_cast<uint32_t>(Hash(state, state_size_) >> 32);
  if (table_.empty() && !GrowTable()) return Added::kFull;
  size_t slot = tag & (table_.size() - 1);
  for (; table_[slot].place != kEmpty; slot = (slot + 1) & (table_.size() - 1)) {
    if (table_[slot].tag != tag) continue;
    if (std::memcmp(at(table_[slot].place), state, state_size_) == 0) return Added::kKnown;
  }
  if (size_ == max_states_ || !MakeRoom()) return Added::kFull;
  table_[slot] = {.tag = tag, .place = static_cast<uint32_t>(size_)};
  ++size_;
  std::memcpy(const_cast<uint8_t*>(at(size_ - 1)), state, state_size_);
  if (size_ * 2 > table_.size() && !GrowTable() && size_ * 10 > table_.size() * 9) {
    --size_;
    table_[slot] = {};
    return Added::kFull;
  }
  return Added::kNew;
}

bool StateSet::MakeRoom() {
  if (size_ < blocks_.size() * kBlockStates) return true;
  const size_t block = kBlockStates * state_size_;
  if (bytes_ + block > max_bytes_) return false;
  blocks_.push_back(std::make_unique<uint8_t[]>(block));
  bytes_ += block;
  return true;
}

// While it grows, the old table and the new stand side by side, and both count. Without room for that the table may
// fill up further than is good for speed.
bool StateSet::GrowTable() {
  const size_t size = std::max(kFirstTableSize, table_.size() * 2);
  if (bytes_ + size * sizeof(Slot) > max_bytes_) return false;
  std::vector<Slot> old = std::exchange(table_, std::vector<Slot>(size));
  for (const Slot& s : old) {
    if (s.place == kEmpty) continue;
    size_t slot = s.tag & (size - 1);
    while (table_[slot].place != kEmpty) slot = (slot + 1) & (size - 1);
    table_[slot] = s;
  }
  bytes_ += (size - old.size()) * sizeof(Slot);
  return true;
}

}  // namespace plait::model
