#ifndef PLAIT_RUNTIME_CONTEXT_KEY_H_
#define PLAIT_RUNTIME_CONTEXT_KEY_H_

#include <any>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>

namespace plait::internal {
struct CancelNode;
}

namespace plait::context {

// A key of WithValue, of whatever type: a view that lasts as long as the look-up. Two are equal if they have the same
// type and compare equal (CTX-23). Whoever writes a context of his own passes it on and looks at nothing.
class Key {
 public:
  template <std::equality_comparable K>
  explicit Key(const K& key)
      : type_(&typeid(K)), key_(&key), equal_([](const void* a, const void* b) {
          return static_cast<bool>(*static_cast<const K*>(a) == *static_cast<const K*>(b));
        }) {}

  bool operator==(const Key& other) const {
    return type_ != nullptr && other.type_ != nullptr && *type_ == *other.type_ && equal_(key_, other.key_);
  }

  // plait's own question, that no value answers: which built-in context is the nearest one up from here? The answer goes
  // to `found`.
  struct Nearest {
    plait::internal::CancelNode* found = nullptr;
  };
  explicit Key(Nearest* nearest) : nearest_(nearest) {}
  Nearest* nearest() const { return nearest_; }

 private:
  const std::type_info* type_ = nullptr;
  const void* key_ = nullptr;
  bool (*equal_)(const void* a, const void* b) = nullptr;
  Nearest* nearest_ = nullptr;
};

// Text is kept as std::string, whichever way it is given.
template <class K>
using KeyType = std::conditional_t<std::is_convertible_v<const K&, std::string_view>, std::string, std::decay_t<K>>;

template <class K>
concept ComparableKey = std::equality_comparable<KeyType<K>> && std::copy_constructible<KeyType<K>>;

}  // namespace plait::context

#endif  // PLAIT_RUNTIME_CONTEXT_KEY_H_
