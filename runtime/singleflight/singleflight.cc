#include "plait/runtime/singleflight/singleflight.h"

#include "plait/runtime/chan/select.h"

namespace plait::singleflight {

error PanicError::Unwrap() const {
  try {
    std::rethrow_exception(original);
  } catch (const Panic& panic) {
    const error* value = std::any_cast<error>(&panic.value());
    return value != nullptr ? *value : nullptr;
  } catch (...) {
    return nullptr;
  }
}

std::exception_ptr SharedPanic(const std::exception_ptr& original) {
  PanicError shared{original, TextOf(original)};
  std::string text = shared.text;
  return std::make_exception_ptr(Panic(std::any(error(std::move(shared))), std::move(text)));
}

void CrashWith(const std::exception_ptr& panic, SourceLocation where) {
  // In a goroutine of its own, where nobody can recover it; this one stays, to be seen in the dump.
  go([panic] { std::rethrow_exception(panic); }, where);
  for (;;) Select{};
}

}  // namespace plait::singleflight
