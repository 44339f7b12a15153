#ifndef PLAIT_RUNTIME_SYNC_ATOMIC_H_
#define PLAIT_RUNTIME_SYNC_ATOMIC_H_

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/step.h"

// Go's sync/atomic types. Every operation is sequentially consistent (ATOM-01), and a step that the explorer sees; a
// plain std::atomic works as well, but the explorer does not interleave at it.
//
//   sync::atomic::Int64 hits;
//   hits.Add(1);
//
// Thread safety: everything. Never block. Zero value usable; not copyable (ATOM-07).
namespace plait::sync::atomic {

// What one atomic word can hold: bool, a pointer, an integer (Integer below has more), a small struct. Go's Value, which
// holds anything, is in atomic_value.h.
template <class T>
class Cell : public Object {
 public:
  constexpr Cell() : Object(ObjectKind::kAtomic) {}
  constexpr explicit Cell(T initial) : Object(ObjectKind::kAtomic), value_(initial) {}

  T Load(SourceLocation where = SourceLocation::current()) const {
    return Step(OpKind::kAtomicLoad, where, [this](Op&) { return value_.load(); });
  }
  void Store(T value, SourceLocation where = SourceLocation::current()) {
    Step(OpKind::kAtomicStore, where, [this, value](Op&) {
      value_.store(value);
      return value;
    });
  }
  // Returns the old value.
  T Swap(T value, SourceLocation where = SourceLocation::current()) {
    return Step({.kind = OpKind::kAtomicRmw, .object = this, .where = where, .method = "Swap"},
                [this, value](Op&) { return value_.exchange(value); });
  }
  // Strong: never fails if the value equals `old` (ATOM-06).
  bool CompareAndSwap(T old, T value, SourceLocation where = SourceLocation::current()) {
    bool swapped = false;
    const auto swap = [&](Op& op) {
      swapped = op.ok = value_.compare_exchange_strong(old, value);
      return old;
    };
    const auto fails_now = [](const Op& op) {
      return static_cast<const Cell*>(op.object)->value_.load() != *static_cast<const T*>(op.self);
    };
    Step({.kind = OpKind::kAtomicRmw,
          .object = this,
          .where = where,
          .only_looks = fails_now,
          .self = &old,
          .method = "CompareAndSwap"},
         swap);
    return swapped;
  }

  // Names it in the explorer's reports.
  Cell& name(const char* name) {
    SetName(name);
    return *this;
  }

 protected:
  template <class F>
  T Step(OpKind kind, SourceLocation where, F f) const {
    return Step(Op{.kind = kind, .object = const_cast<Cell*>(this), .where = where}, f);
  }

  template <class F>
  T Step(Op op, F f) const {
    G* g = CurrentG();
    if (!Observed(g, *this)) [[likely]]
      return f(op);
    if constexpr (sizeof(T) <= sizeof(int64_t)) op.number = &Number;
    if (!Announce(g, op)) return T{};
    const T result = f(op);
    if constexpr (std::is_integral_v<T>) op.out = static_cast<int64_t>(result);
    Conclude(g, op);
    return result;
  }

  // For the explorer: see Op::number.
  static int64_t Number(const Op& op, bool compared) {
    const T value = compared ? *static_cast<const T*>(op.self) : static_cast<const Cell*>(op.object)->value_.load();
    int64_t number = 0;
    __builtin_memcpy(&number, &value, sizeof value);
    return number;
  }

  std::atomic<T> value_{};
};

template <class T>
class Integer : public Cell<T> {
 public:
  constexpr Integer() = default;
  constexpr explicit Integer(T initial) : Cell<T>(initial) {}

  // Returns the new value; wraps (ATOM-04, ATOM-05).
  T Add(T delta, SourceLocation where = SourceLocation::current()) {
    return this->Step({.kind = OpKind::kAtomicRmw,
                       .object = this,
                       .where = where,
                       .arg = static_cast<int64_t>(delta),
                       .method = "Add"},
                      [this, delta](Op&) {
                        using U = std::make_unsigned_t<T>;
                        return static_cast<T>(static_cast<U>(this->value_.fetch_add(delta)) + static_cast<U>(delta));
                      });
  }
  // Return the old value (ATOM-04).
  T And(T mask, SourceLocation where = SourceLocation::current()) {
    return this->Step({.kind = OpKind::kAtomicRmw, .object = this, .where = where, .method = "And"},
                      [this, mask](Op&) { return this->value_.fetch_and(mask); });
  }
  T Or(T mask, SourceLocation where = SourceLocation::current()) {
    return this->Step({.kind = OpKind::kAtomicRmw, .object = this, .where = where, .method = "Or"},
                      [this, mask](Op&) { return this->value_.fetch_or(mask); });
  }
};

using Bool = Cell<bool>;
using Int32 = Integer<int32_t>;
using Int64 = Integer<int64_t>;
using Uint32 = Integer<uint32_t>;
using Uint64 = Integer<uint64_t>;
using Uintptr = Integer<uintptr_t>;
template <class T>
using Pointer = Cell<T*>;

}  // namespace plait::sync::atomic

#endif  // PLAIT_RUNTIME_SYNC_ATOMIC_H_
