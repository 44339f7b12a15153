#ifndef PLAIT_RUNTIME_ERRORS_ERRORS_H_
#define PLAIT_RUNTIME_ERRORS_ERRORS_H_

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "plait/runtime/seam/uninstrumented.h"

// Go's error values: what an operation returns that may fail in the course of things.
//
//   if (error err = group.Wait()) Log(err.Error());
//
//   struct NotFound {                          // a kind of error of your own: anything with Error() is one
//     std::string name;
//     std::string Error() const { return name + ": not found"; }
//   };
//   error Find(const std::string& name) {
//     if (!Exists(name)) return NotFound{name};
//     return nullptr;
//   }
//   if (const auto* e = errors::As<NotFound>(err)) Create(e->name);
//   if (errors::Is(err, context::Canceled)) return;
//
// It is lower case because in Go it is no package's type, but the language's.

namespace plait {

class error;

// What can be made an error: text by Error(). It may also say what it wraps, `error Unwrap() const`, and to which others
// it is equivalent, `bool Is(const error&) const`.
template <class T>
concept ErrorValue = !std::same_as<T, error> && requires(const T& value) {
  { value.Error() } -> std::convertible_to<std::string>;
};

namespace internal {

struct ErrorNode;

struct ErrorOps {
  const std::type_info* type;
  std::string (*text)(const ErrorNode&);
  error (*unwrap)(const ErrorNode&);
  bool (*is)(const ErrorNode&, const error& target);
  const void* (*value)(const ErrorNode&);
  void (*destroy)(const ErrorNode*);
};

struct ErrorNode {
  constexpr ErrorNode(const ErrorOps& o, bool lives_for_ever) : ops(o), immortal(lives_for_ever) {}

  PLAIT_UNINSTRUMENTED void Ref() const {
    // relaxed: whoever copies holds a reference already, and orders nothing by it.
    if (!immortal) refs.fetch_add(1, std::memory_order_relaxed);
  }
  void Unref() const;

  const ErrorOps& ops;
  const bool immortal;  // a constant: not counted, so that many goroutines may copy it without sharing a line
  mutable std::atomic<int64_t> refs{1};
};

template <class T>
struct ErrorHolder;

}  // namespace internal

// An error, or nil. A handle of one word: copies are the same error, the last one frees it. Two are equal if they are
// the same error, not if they read alike.
//
// Thread safety: the error itself is immutable. A handle is as an int: not to be written while others read it.
// Complexity: a copy is one atomic increment; of a constant (context::Canceled) not even that.
class error {
 public:
  constexpr error() = default;
  constexpr error(std::nullptr_t) {}
  template <ErrorValue T>
  error(T value);
  // Of a constant: `inline constexpr internal::ErrorHolder<E> kNode; inline constinit const error kError(kNode);`
  constexpr explicit error(const internal::ErrorNode& constant) : node_(&constant) {}

  error(const error& other) : node_(other.node_) {
    if (node_ != nullptr) node_->Ref();
  }
  error(error&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  error& operator=(error other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~error() {
    if (node_ != nullptr && !node_->immortal) node_->Unref();
  }

  explicit operator bool() const { return node_ != nullptr; }
  friend bool operator==(const error& a, const error& b) { return a.node_ == b.node_; }

  // The text. Of nil: panics as Go's nil pointer does.
  std::string Error() const;

  // For errors.cc and whoever keeps one in an atomic.
  const internal::ErrorNode* node() const { return node_; }
  const internal::ErrorNode* release() { return std::exchange(node_, nullptr); }
  static error Adopt(const internal::ErrorNode* owned) {
    error e;
    e.node_ = owned;
    return e;
  }

 private:
  const internal::ErrorNode* node_ = nullptr;
};

namespace internal {

template <class T>
constexpr const T& ErrorValueOf(const ErrorNode& node) {
  return static_cast<const ErrorHolder<T>&>(node).held;
}

template <class T>
error UnwrapValue(const ErrorNode& node) {
  if constexpr (requires(const T& value) {
                  { value.Unwrap() } -> std::convertible_to<error>;
                }) {
    return ErrorValueOf<T>(node).Unwrap();
  } else {
    return nullptr;
  }
}

template <class T>
bool ValueIs([[maybe_unused]] const ErrorNode& node, [[maybe_unused]] const error& target) {
  if constexpr (requires(const T& value) {
                  { value.Is(target) } -> std::convertible_to<bool>;
                }) {
    return ErrorValueOf<T>(node).Is(target);
  } else {
    return false;
  }
}

template <class T>
inline constexpr ErrorOps kErrorOps = {
    &typeid(T),
    [](const ErrorNode& node) -> std::string { return ErrorValueOf<T>(node).Error(); },
    &UnwrapValue<T>,
    &ValueIs<T>,
    [](const ErrorNode& node) -> const void* { return &ErrorValueOf<T>(node); },
    [](const ErrorNode* node) { delete static_cast<const ErrorHolder<T>*>(node); },
};

template <class T>
struct ErrorHolder : ErrorNode {
  constexpr ErrorHolder() : ErrorNode(kErrorOps<T>, true) {}
  explicit ErrorHolder(T value) : ErrorNode(kErrorOps<T>, false), held(std::move(value)) {}
  T held;
};

}  // namespace internal

template <ErrorValue T>
error::error(T value) : node_(new internal::ErrorHolder<T>(std::move(value))) {}

}  // namespace plait

namespace plait::errors {

// A new error with this text; different from every other one, also of the same text.
error New(std::string text);

// An error that reads "text: cause's text" and unwraps to cause. Go's fmt.Errorf("text: %w", cause).
error Wrap(std::string text, error cause);

// What err wraps, or nil.
error Unwrap(const error& err);

// Whether err, or something that it wraps, is target, or says so by its member Is.
bool Is(const error& err, const error& target);

const void* AsType(const error& err, const std::type_info& type);

// The value of the first in err's chain that is a T, or null. It lives as long as err.
template <class T>
const T* As(const error& err) {
  return static_cast<const T*>(AsType(err, typeid(T)));
}

}  // namespace plait::errors

#endif  // PLAIT_RUNTIME_ERRORS_ERRORS_H_
