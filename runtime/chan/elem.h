#ifndef PLAIT_RUNTIME_CHAN_ELEM_H_
#define PLAIT_RUNTIME_CHAN_ELEM_H_

#include <concepts>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

namespace plait::internal {

// How the type-erased channel handles its elements. Moves happen under the channel's lock, so they must not throw.
struct ElemOps {
  size_t size;
  size_t align;
  void (*move)(void* to, void* from);  // constructs *to from *from; *from stays an object, moved from
  void (*destroy)(void* elem);
  void (*print)(const void* elem, char* buffer, int size);  // null where there is no text
  bool trivial;                                             // a move is a copy of bytes, destroy does nothing

  // The usual small types without an indirect call.
  [[gnu::always_inline]] inline void Move(void* to, void* from) const {
    if (trivial && size == 8) {
      std::memcpy(to, from, 8);
    } else if (trivial && size == 4) {
      std::memcpy(to, from, 4);
    } else {
      move(to, from);
    }
  }
  [[gnu::always_inline]] inline void Destroy(void* elem) const {
    if (!trivial) destroy(elem);
  }
};

// What travels through a channel of T. A T whose move may throw travels in a box: boxing and unboxing, which may throw,
// happen in the sender and the receiver, before and after the channel has been touched. So a throw never loses another
// value, never leaves the channel half changed, and reaches the goroutine whose value it is.
template <class T>
struct Boxed {
  std::unique_ptr<T> value;
};

template <class T>
inline constexpr bool kTravelsBare = std::is_nothrow_move_constructible_v<T>;

template <class T>
using Elem = std::conditional_t<kTravelsBare<T>, T, Boxed<T>>;

template <class T, class U>
Elem<T> MakeElem(U&& value) {
  if constexpr (kTravelsBare<T>) {
    return T(std::forward<U>(value));
  } else {
    return Boxed<T>{std::make_unique<T>(std::forward<U>(value))};
  }
}

template <class T>
T& ValueOf(Elem<T>& elem) {
  if constexpr (kTravelsBare<T>) {
    return elem;
  } else {
    return *elem.value;
  }
}

template <class T>
void PrintElem(const void* elem, char* buffer, int size) {
  const T& value = *static_cast<const T*>(elem);
  const auto n = static_cast<size_t>(size);
  if constexpr (std::same_as<T, bool>) {
    std::snprintf(buffer, n, "%s", value ? "true" : "false");
  } else if constexpr (std::is_enum_v<T>) {
    std::snprintf(buffer, n, "%lld", static_cast<long long>(value));
  } else if constexpr (std::is_integral_v<T>) {
    std::snprintf(buffer, n, "%s", std::to_string(value).c_str());
  } else if constexpr (std::is_floating_point_v<T>) {
    std::snprintf(buffer, n, "%g", static_cast<double>(value));
  } else {
    std::snprintf(buffer, n, "\"%s\"", value.c_str());
  }
}

template <class T>
inline constexpr bool kPrintable = std::is_arithmetic_v<T> || std::is_enum_v<T> || std::same_as<T, std::string>;

template <class T>
constexpr auto PrinterOf() -> void (*)(const void*, char*, int) {
  if constexpr (kPrintable<T> && kTravelsBare<T>) {
    return &PrintElem<T>;
  } else {
    return nullptr;
  }
}

template <class T>
inline constexpr ElemOps kElemOps = {
    sizeof(Elem<T>),
    alignof(Elem<T>),
    [](void* to, void* from) { ::new (to) Elem<T>(std::move(*static_cast<Elem<T>*>(from))); },
    [](void* elem) { std::destroy_at(static_cast<Elem<T>*>(elem)); },
    PrinterOf<T>(),
    std::is_trivially_copyable_v<Elem<T>>,
};

// Raw room for one element, in a receiver's frame.
template <class T>
class ElemSlot {
 public:
  void* raw() { return &storage_; }
  // Once the channel has put an element here: takes the value out and destroys the element.
  T Take() {
    auto* elem = std::launder(reinterpret_cast<Elem<T>*>(&storage_));
    struct Destroyer {
      Elem<T>* elem;
      ~Destroyer() { std::destroy_at(elem); }
    } destroyer{elem};
    return std::move(ValueOf<T>(*elem));
  }

 private:
  alignas(Elem<T>) std::byte storage_[sizeof(Elem<T>)];
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_CHAN_ELEM_H_
