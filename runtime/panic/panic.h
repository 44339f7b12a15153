#ifndef PLAIT_RUNTIME_PANIC_PANIC_H_
#define PLAIT_RUNTIME_PANIC_PANIC_H_

#include <any>
#include <concepts>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace plait {

// A panic on its way up. In C++ a panic is an exception, so destructors run as it passes; `recover()` (frame.h) stops
// it the way Go does, an ordinary `catch (const plait::Panic&)` stops it the way C++ does. Uncaught, it prints "panic:
// " + text and the goroutine's stack and ends the process with status 2 (PANIC-05, 15). Any other C++ exception that
// escapes a goroutine is treated as a panic with its what().
class Panic : public std::exception {
 public:
  // `is_text` values print as they are; see PanicText for the others (PANIC-16).
  Panic(std::any value, std::string text);

  const char* what() const noexcept override { return shared_->text.c_str(); }
  const std::string& text() const { return shared_->text; }
  // What was given to panic().
  const std::any& value() const { return shared_->value; }
  // Return addresses at the place of the panic, innermost first.
  const std::vector<void*>& stack() const { return shared_->stack; }

 private:
  struct Shared {  // so that copying, which throwing may do, cannot throw
    std::any value;
    std::string text;
    std::vector<void*> stack;
  };
  std::shared_ptr<const Shared> shared_;
};

// Panics that the runtime itself raises: Go's runtime.Error (PANIC-28).
class RuntimeError : public Panic {
 public:
  explicit RuntimeError(const char* text) : Panic(std::string(text), text) {}
};

// How Go prints a panic's value (PANIC-16): text as it is, an error's Error(), an exception's what(), numbers plain, any other type as
// "(type) 0xADDRESS".
std::string PanicTextOfPointer(const std::type_info& type, const void* address);

template <class T>
std::string PanicText(const T& value) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return std::string(std::string_view(value));
  } else if constexpr (std::derived_from<T, std::exception>) {
    return value.what();
  } else if constexpr (requires {
                         { value.Error() } -> std::convertible_to<std::string>;
                       }) {
    return value.Error();
  } else if constexpr (std::same_as<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_arithmetic_v<T>) {
    return std::to_string(value);
  } else {
    return PanicTextOfPointer(typeid(T), &value);
  }
}

// Starts panicking with `value`, of any copyable type. Never returns; never called from a destructor.
template <class T>
[[noreturn]] void panic(T value) {
  std::string text = PanicText(value);
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    std::any copy(text);  // apart: between two arguments the order would be the compiler's choice
    throw Panic(std::move(copy), std::move(text));
  } else {
    throw Panic(std::any(std::move(value)), std::move(text));
  }
}
// panic(nullptr) is Go's panic(nil): a runtime error of its own (PANIC-09).
[[noreturn]] void panic(std::nullptr_t);

// A panic of the runtime's own, with a text of texts.h.
[[noreturn]] void PanicRuntime(const char* text);

// The text of an exception in flight, as an uncaught panic would print it.
std::string TextOf(const std::exception_ptr& exception);

// Prints an uncaught panic of the current goroutine and ends the process.
[[noreturn]] void DieOfPanic(const std::exception_ptr& exception);

}  // namespace plait

#endif  // PLAIT_RUNTIME_PANIC_PANIC_H_
