#ifndef PLAIT_RUNTIME_PANIC_FRAME_H_
#define PLAIT_RUNTIME_PANIC_FRAME_H_

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "plait/runtime/panic/panic.h"

namespace plait {

// Go's `defer` belongs to a function: deferred calls run when it returns, panics or exits its goroutine, and may
// recover the panic, make the function return, or replace one panic by another. A destructor can do none of that (a
// throw in it ends the process), so plait has a frame that stands for the function:
//
//   int Parse(std::string_view text) {
//     return frame<int>([&](Frame& f) {
//       f.defer([&] {
//         if (auto r = recover()) f.result<int>() = -1;      // the panic ends here, Parse returns -1
//       });
//       return MustParse(text);                               // may panic
//     });
//   }
//
// Deferred calls run last in, first out (PANIC-01), on the goroutine's own stack, after the body's locals are gone.
// A C++ exception of any type counts as a panic. For cleaning up alone a destructor does as well, and is cheaper.
//
// Thread safety: a frame belongs to its goroutine.

// What recover() found. Empty (false) when there was no panic.
class Recovered {
 public:
  Recovered() = default;
  explicit Recovered(std::exception_ptr exception) : exception_(std::move(exception)) {}

  explicit operator bool() const { return exception_ != nullptr; }
  std::string text() const { return exception_ == nullptr ? std::string() : TextOf(exception_); }
  std::exception_ptr exception() const { return exception_; }
  // The value given to panic(), if it was a T.
  template <class T>
  std::optional<T> value() const {
    if (exception_ == nullptr) return std::nullopt;
    try {
      std::rethrow_exception(exception_);
    } catch (const Panic& p) {
      const T* v = std::any_cast<T>(&p.value());
      return v != nullptr ? std::optional<T>(*v) : std::nullopt;
    } catch (...) {
      return std::nullopt;
    }
  }

 private:
  std::exception_ptr exception_;
};

class Frame;

// Calls body(f) with a frame of its own, then its deferred calls, and returns what body returned or what a deferred
// call put into f.result<R>(). R must be default constructible: after a recovered panic the result is R{} unless it was
// set.
template <class R = void, class F>
R frame(F&& body);

class Frame {
 public:
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  // Registers f to run when the frame ends. An empty std::function panics when it is run, not here (PANIC-03).
  void defer(std::function<void()> f) { deferred_.push_back(std::move(f)); }

  // The value that a frame<R> will return: deferred calls may change it (PANIC-04).
  template <class R>
  R& result() {
    return *static_cast<R*>(result_);
  }

 private:
  template <class R, class F>
  friend R frame(F&& body);
  friend Recovered recover();
  friend std::string PendingPanics();

  explicit Frame(void* result);
  ~Frame();

  // Runs all deferred calls; `in_flight` is what ended the body, or null. Throws what is left, if anything.
  void Finish(std::exception_ptr in_flight);
  void RunDeferred();
  // `raised`, by a deferred call that ran because of `during` (or null), replaces what is in flight: the chain grows.
  void Replace(const std::exception_ptr& during, std::exception_ptr raised);

  void* result_;
  Frame* outer_;
  std::vector<std::function<void()>> deferred_;
  std::exception_ptr panic_;   // in flight, not recovered
  std::exception_ptr goexit_;  // the goroutine is exiting: no recover stops that (PANIC-11, 12)
  bool running_deferred_ = false;
  // What the present deferred call runs because of, recovered or not, and what came before that.
  std::exception_ptr during_;
  PanicChain chain_;
};

// Go's panic(r) for what recover() has returned: the same exception goes on, unchanged; uncaught it is printed once, as
// "panic: v [recovered, repanicked]" (PANIC-19).
[[noreturn]] inline void panic(const Recovered& r) {
  if (!r) panic(nullptr);
  std::rethrow_exception(r.exception());
}

// The panics because of which deferred calls of the current goroutine are running now, as an uncaught panic prints them,
// a line each (PANIC-23).
std::string PendingPanics();

// Stops the panic in flight and returns it; the function that deferred the caller then returns normally (PANIC-08).
// Finds one only while a deferred call of the innermost frame runs because of a panic: not in a frame nested inside the
// deferred call (PANIC-07), not twice, not during Goexit.
Recovered recover();

// Ends the current goroutine after running its deferred calls; no recover() stops it (PANIC-11). It travels as an
// exception that only `catch (...)` sees. A `catch (...)` that does not rethrow it stops it, as it would stop any
// exception: the goroutine goes on. Met in a `noexcept` function it ends the process through std::terminate. On main
// the program goes on without main (PANIC-14). From a plain thread it is a fatal error.
[[noreturn]] void Goexit();

// Thrown by Goexit.
struct GoexitUnwind {};

template <class R, class F>
R frame(F&& body) {
  if constexpr (std::is_void_v<R>) {
    Frame f(nullptr);
    std::exception_ptr in_flight;
    try {
      body(f);
    } catch (...) {
      in_flight = std::current_exception();
    }
    f.Finish(std::move(in_flight));
  } else {
    R result{};
    Frame f(&result);
    std::exception_ptr in_flight;
    try {
      result = body(f);
    } catch (...) {
      in_flight = std::current_exception();
    }
    f.Finish(std::move(in_flight));
    return result;
  }
}

}  // namespace plait

#endif  // PLAIT_RUNTIME_PANIC_FRAME_H_
