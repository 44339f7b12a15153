#ifndef PLAIT_RUNTIME_SYNC_ATOMIC_VALUE_H_
#define PLAIT_RUNTIME_SYNC_ATOMIC_VALUE_H_

#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/object.h"

namespace plait::sync::atomic {

// Go's `any`, as far as Value needs it: nothing (nil), or a copy of a value of any copyable type, which does not change
// any more. Copying one shares the value.
//
// Thread safety: that of a std::shared_ptr<const T>.
class Any {
 public:
  Any() = default;
  Any(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): nil
  template <class T>
  requires(!std::same_as<T, Any> && std::copy_constructible<T>)
      Any(T value)  // NOLINT(google-explicit-constructor): as in Go, every value is one
      : box_(std::make_shared<const BoxOf<T>>(std::move(value))) {}

  bool is_nil() const { return box_ == nullptr; }
  // The value if it is a T, or null. It lives as long as this, or a copy of this.
  template <class T>
  const T* as() const {
    return box_ != nullptr && *box_->type == typeid(T) ? static_cast<const T*>(box_->value) : nullptr;
  }

  // Of the same type and equal by its ==, or both nil. Panics "runtime error: comparing uncomparable type T" if the type
  // has no == (ATOM-10).
  friend bool operator==(const Any& a, const Any& b) { return Equal(a, b); }

 private:
  friend class Value;

  struct Box {
    const std::type_info* type;
    const void* value;
    bool (*equal)(const void* a, const void* b);  // null: it has no ==
  };
  template <class T>
  struct BoxOf : Box {
    explicit BoxOf(T given) : Box{&typeid(T), &held, EqualOf<T>()}, held(std::move(given)) {}
    BoxOf(const BoxOf&) = delete;
    T held;
  };
  template <class T>
  static constexpr auto EqualOf() -> bool (*)(const void*, const void*) {
    if constexpr (std::equality_comparable<T>) {
      return [](const void* a, const void* b) { return *static_cast<const T*>(a) == *static_cast<const T*>(b); };
    } else {
      return nullptr;
    }
  }
  static bool Equal(const Any& a, const Any& b);
  bool SameType(const Any& other) const { return *box_->type == *other.box_->type; }

  std::shared_ptr<const Box> box_;
};

// Holds a value of a type that its first Store decides; loads and stores are atomic, whatever the type. For one type
// that is known beforehand, a Pointer<const T> or a Mutex does as well.
//
//   sync::atomic::Value config;
//   config.Store(Config{...});
//   const auto loaded = config.Load();
//   loaded.as<Config>()->name;
//
// Every operation is a step of its own, in the one order of all atomics (ATOM-01), and readers see whole values
// (ATOM-11). A value's == must not use goroutine primitives.
//
// Thread safety: everything. Never blocks for longer than a copy of a pointer takes. Zero value usable; not copyable.
class Value : public Object {
 public:
  constexpr Value() : Object(ObjectKind::kAtomic) {}

  // What was stored last; nil before the first Store (ATOM-08).
  Any Load(SourceLocation where = SourceLocation::current()) const;
  // Panics "sync/atomic: store of nil value into Value" (ATOM-08), and "sync/atomic: store of inconsistently typed value
  // into Value" if the value held is of another type (ATOM-09).
  void Store(Any value, SourceLocation where = SourceLocation::current());
  // Returns the old value. Panics likewise, with "swap of".
  Any Swap(Any value, SourceLocation where = SourceLocation::current());
  // Stores `value` if what is held equals `old`; nil as `old` means that nothing has been stored yet (ATOM-10). Panics
  // likewise, with "compare and swap of", also if `old` and `value` differ in their types.
  bool CompareAndSwap(const Any& old, Any value, SourceLocation where = SourceLocation::current());

  // Names it in the explorer's reports.
  Value& name(const char* name) {
    SetName(name);
    return *this;
  }

 private:
  Any Get() const;
  bool Exchange(const Any& held, const Any& value);
  Any DoSwap(const Any& value, const char* if_inconsistent);
  bool DoCompareAndSwap(const Any& old, const Any& value);

  mutable Lock lock_;  // guards held_
  Any held_;
};

}  // namespace plait::sync::atomic

#endif  // PLAIT_RUNTIME_SYNC_ATOMIC_VALUE_H_
