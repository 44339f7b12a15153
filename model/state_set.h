// A set of states that remembers the order in which they came: the search's memory of where it has been, and its list
// of where it has yet to go on from.
#ifndef PLAIT_MODEL_STATE_SET_H_
#define PLAIT_MODEL_STATE_SET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace plait::model {

// Open addressing over the states themselves, which lie in blocks that never move. Eight bytes of table per slot: the
// place of the state and a part of its hash, so that a state is compared with another only when they are very likely
// equal.
class StateSet {
 public:
  enum class Added { kNew, kKnown, kFull };

  // States of state_size bytes, a multiple of 8. Never uses more than max_bytes, nor holds more than max_states.
  StateSet(size_t state_size, size_t max_states, size_t max_bytes);

  // kFull: not known and no room, the set is unchanged.
  Added Add(const uint8_t* state);

  // Counts this many bytes that its owner uses elsewhere. False if that makes more than max_bytes.
  bool Charge(size_t bytes) { return (bytes_ += bytes) <= max_bytes_; }

  size_t size() const { return size_; }
  const uint8_t* at(size_t i) const { return blocks_[i / kBlockStates].get() + i % kBlockStates * state_size_; }
  size_t bytes() const { return bytes_; }

 private:
  struct Slot {
    uint32_t tag = 0;
    uint32_t place = kEmpty;
  };
  static constexpr uint32_t kEmpty = 0xffffffff;
  static constexpr size_t kBlockStates = 4096;

  bool MakeRoom();  // for one more state; false if there is none
  bool GrowTable();

  const size_t state_size_;
  const size_t max_states_;
  const size_t max_bytes_;
  size_t size_ = 0;
  size_t bytes_ = 0;
  std::vector<Slot> table_;  // its size a power of two
  std::vector<std::unique_ptr<uint8_t[]>> blocks_;
};

}  // namespace plait::model

#endif  // PLAIT_MODEL_STATE_SET_H_
