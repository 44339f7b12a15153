// States of one program, one after another in memory.
#ifndef PLAIT_MODEL_STATE_LIST_H_
#define PLAIT_MODEL_STATE_LIST_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "plait/model/state.h"

namespace plait::model {

// What it hands out (a State, a pointer to its bytes) is valid until the next Add or AddCopy.
class StateList {
 public:
  explicit StateList(const Layout& layout) : layout_(&layout) {}  // keeps a reference

  size_t size() const { return size_; }
  uint8_t* bytes(size_t i) { return bytes_.data() + i * layout_->size; }
  State at(size_t i) { return State(*layout_, bytes(i)); }
  void Clear() { size_ = 0; }

  // A state of which all bytes are zero.
  State Add() {
    uint8_t* added = Extend();
    std::memset(added, 0, layout_->size);
    return State(*layout_, added);
  }

  // A copy of the state at i, or of one that is not in this list.
  State AddCopy(size_t i) {
    uint8_t* added = Extend();
    std::memcpy(added, bytes(i), layout_->size);
    return State(*layout_, added);
  }
  State AddCopy(const uint8_t* state) {
    uint8_t* added = Extend();
    std::memcpy(added, state, layout_->size);
    return State(*layout_, added);
  }

 private:
  uint8_t* Extend() {
    ++size_;
    if (bytes_.size() < size_ * layout_->size) bytes_.resize(size_ * layout_->size * 2);
    return bytes(size_ - 1);
  }

  const Layout* layout_;
  std::vector<uint8_t> bytes_;
  size_t size_ = 0;
};

}  // namespace plait::model

#endif  // PLAIT_MODEL_STATE_LIST_H_
