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

#include "plait/runtime/panic/panic_text.h"

namespace plait {

// A panic on its way up. In C++ a panic is an exception, so destructors run as it passes; `recover()` (frame.h) stops
// it the way Go does, an ordinary `catch (const plait::Panic&)` stops it the way C++ does. Uncaught, it prints "panic:
// " + text and the goroutine's stack and ends the process with status 2 (PANIC-05, 15). Any other C++ exception that
// escapes a goroutine is treated as a panic with its what().
class Panic : public std::exception {
 public:
  // `text` is what is printed: see PanicText. `text_failed`: there is none, since Error() or String() has panicked itself,
  // and `text` says how; uncaught it is a fatal error then (PANIC-20).
  Panic(std::any value, std::string text, bool text_failed = false);

  const char* what() const noexcept override { return shared_->text.c_str(); }
  const std::string& text() const { return shared_->text; }
  // What was given to panic().
  const std::any& value() const { return shared_->value; }
  bool text_failed() const { return shared_->text_failed; }
  // Return addresses at the place of the panic, innermost first.
  const std::vector<void*>& stack() const { return shared_->stack; }

 private:
  struct Shared {  // so that copying, which throwing may do, cannot throw
    std::any value;
    std::string text;
    bool text_failed;
    std::vector<void*> stack;
  };
  std::shared_ptr<const Shared> shared_;
};

// Panics that the runtime itself raises: Go's runtime.Error (PANIC-28).
class RuntimeError : public Panic {
 public:
  explicit RuntimeError(const char* text) : Panic(std::string(text), text) {}
};

// Of an exception thrown by Error() or String(): "text" of a panic with text, else "type T".
std::string WhyNoText(const std::exception_ptr& exception);

// Starts panicking with `value`, of any copyable type. Never returns; never called from a destructor.
template <class T>
[[noreturn]] void panic(T value) {
  std::string text;
  bool failed = false;
  try {
    text = PanicText(value);
  } catch (...) {
    failed = true;
    text = WhyNoText(std::current_exception());
  }
  if constexpr (std::is_convertible_v<const T&, std::string_view> &&
                (!std::is_class_v<T> || std::same_as<T, std::string_view>)) {
    std::any copy(text);  // apart: between two arguments the order would be the compiler's choice
    throw Panic(std::move(copy), std::move(text));
  } else {
    throw Panic(std::any(std::move(value)), std::move(text), failed);
  }
}
// panic(nullptr) is Go's panic(nil): a runtime error of its own (PANIC-09).
[[noreturn]] void panic(std::nullptr_t);

// A panic of the runtime's own, with a text of texts.h.
[[noreturn]] void PanicRuntime(const char* text);

// The text of an exception in flight, as an uncaught panic would print it.
std::string TextOf(const std::exception_ptr& exception);

// The panics that came before one in flight: raised first, and replaced by a deferred call that panicked itself (PANIC-10).
// Kept for what an uncaught panic prints (PANIC-18, PANIC-19):
//
//   panic: first [recovered]
//   	panic: second
//
// Belongs to the exception `top`, as long as that is in flight; frame() passes it on from frame to frame.
struct PanicChain {
  struct Entry {
    std::string text;
    bool recovered;
    bool repanicked;
  };
  std::exception_ptr top;
  std::vector<Entry> earlier;   // oldest first
  bool top_repanicked = false;  // recovered, and the same again: printed once
};

// To the top of the current goroutine, or to the next frame: `exception` is about to be thrown with this history.
void SetPanicChain(PanicChain chain);
// Its history, if it has any; forgets every other.
PanicChain TakePanicChain(const std::exception_ptr& exception);
// The lines of a chain, each with a newline; the second and later ones begin with a tab.
std::string TextOfEntries(const std::vector<PanicChain::Entry>& entries);

// For a `catch` that stands for a deferred recover() and panic() of the same: throws `exception` again, and if nobody catches
// it, it is printed as "panic: v [recovered, repanicked]".
[[noreturn]] void Repanic(const std::exception_ptr& exception);

// As TextOf; for an exception that is no panic with its type: "std::out_of_range: vector::at".
std::string UncaughtTextOf(const std::exception_ptr& exception);

// Prints an uncaught panic of the current goroutine and ends the process.
[[noreturn]] void DieOfPanic(const std::exception_ptr& exception);

}  // namespace plait

#endif  // PLAIT_RUNTIME_PANIC_PANIC_H_
