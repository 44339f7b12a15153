#include "plait/runtime/errors/errors.h"

#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"

namespace plait {

void internal::ErrorNode::Unref() const {
  if (immortal) return;
  race::Release(&refs);
  // acq_rel: the last one frees what the others have read.
  if (refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    race::Acquire(&refs);
    ops.destroy(this);
  }
}

std::string error::Error() const {
  if (node_ == nullptr) PanicRuntime(texts::kNilDereference);
  return node_->ops.text(*node_);
}

}  // namespace plait

namespace plait::errors {
namespace {

struct Text {
  std::string text;
  std::string Error() const { return text; }
};

struct Wrapped {
  std::string text;
  error cause;
  std::string Error() const { return text; }
  error Unwrap() const { return cause; }
};

}  // namespace

error New(std::string text) { return Text{std::move(text)}; }

error Wrap(std::string text, error cause) {
  text += ": " + cause.Error();
  return Wrapped{std::move(text), std::move(cause)};
}

error Unwrap(const error& err) { return err ? err.node()->ops.unwrap(*err.node()) : nullptr; }

bool Is(const error& err, const error& target) {
  for (error e = err; e; e = Unwrap(e)) {
    if (e == target || e.node()->ops.is(*e.node(), target)) return true;
  }
  return err == target;  // both nil
}

const void* AsType(const error& err, const std::type_info& type) {
  for (error e = err; e; e = Unwrap(e)) {
    if (*e.node()->ops.type == type) return e.node()->ops.value(*e.node());
  }
  return nullptr;
}

}  // namespace plait::errors
