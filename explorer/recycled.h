#ifndef PLAIT_EXPLORER_RECYCLED_H_
#define PLAIT_EXPLORER_RECYCLED_H_

#include <cstddef>
#include <memory>
#include <vector>

namespace plait::explore {

// A sequence that only grows, until it is cleared. Its elements stay where they are, so references to them are good, and
// their memory serves again after clear(): millions of executions fill one with the same few.
template <class T>
class Recycled {
 public:
  // A fresh element at the end.
  T& Add() {
    if (size_ == elements_.size()) {
      elements_.push_back(std::make_unique<T>());
    } else {
      *elements_[size_] = T{};
    }
    return *elements_[size_++];
  }
  void clear() { size_ = 0; }

  size_t size() const { return size_; }
  T& operator[](size_t i) { return *elements_[i]; }
  const T& operator[](size_t i) const { return *elements_[i]; }

  template <class Pointer, class Element>
  struct Iterator {
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = Element*;
    using reference = Element&;
    Pointer at;
    Element& operator*() const { return **at; }
    Iterator& operator++() {
      ++at;
      return *this;
    }
    Iterator operator++(int) { return {at++}; }
    bool operator==(const Iterator&) const = default;
  };
  using const_iterator = Iterator<const std::unique_ptr<T>*, const T>;
  const_iterator begin() const { return {elements_.data()}; }
  const_iterator end() const { return {elements_.data() + size_}; }

 private:
  std::vector<std::unique_ptr<T>> elements_;
  size_t size_ = 0;
};

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_RECYCLED_H_
