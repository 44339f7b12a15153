#ifndef PLAIT_RUNTIME_CONTEXT_VALUE_NODE_H_
#define PLAIT_RUNTIME_CONTEXT_VALUE_NODE_H_

// Behind context.h, which includes it at its end: what WithValue makes.

#include "plait/runtime/context/tree.h"

namespace plait::internal {

[[noreturn]] void PanicNilParent();
[[noreturn]] void PanicNilKey();
// Text as it is, otherwise the type's name.
std::string TypeText(const std::type_info& type);

struct ValueNode : ContextNode {
  ValueNode(ContextNode* p, context::Key k, std::any v, void (*d)(ValueNode*), std::string (*t)(const ValueNode&))
      : ContextNode(Kind::kValue, p), key(k), value(std::move(v)), destroy(d), text(t) {}

  const context::Key key;
  const std::any value;
  void (*const destroy)(ValueNode*);
  std::string (*const text)(const ValueNode&);  // of key and value
};

template <class K, class V>
struct TypedValueNode final : ValueNode {
  template <class U>
  TypedValueNode(ContextNode* p, const K& k, U&& v)
      : ValueNode(
            p, context::Key(kept), std::any(std::in_place_type<V>, std::forward<U>(v)),
            [](ValueNode* self) { delete static_cast<TypedValueNode*>(self); },
            [](const ValueNode& self) {
              return Text(static_cast<const TypedValueNode&>(self).kept) + ", " + Text(*std::any_cast<V>(&self.value));
            }),
        kept(k) {}

  template <class T>
  static std::string Text(const T& of) {
    if constexpr (std::is_convertible_v<const T&, std::string>) {
      return of;
    } else {
      return TypeText(typeid(T));
    }
  }

  const K kept;
};

}  // namespace plait::internal

namespace plait::context {

template <ComparableKey K, class V>
Context WithValue(const Context& parent, const K& key, V&& value) {
  if (!parent) plait::internal::PanicNilParent();
  if constexpr (std::is_null_pointer_v<K>) {
    plait::internal::PanicNilKey();
  } else {
    using Value = KeyType<std::decay_t<V>>;  // text as std::string, too
    static_assert(std::copy_constructible<Value>, "a value is kept in a std::any: it must be copyable");
    return Context(
        new plait::internal::TypedValueNode<KeyType<K>, Value>(parent.node(), KeyType<K>(key), std::forward<V>(value)));
  }
}

}  // namespace plait::context

#endif  // PLAIT_RUNTIME_CONTEXT_VALUE_NODE_H_
