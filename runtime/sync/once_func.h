#ifndef PLAIT_RUNTIME_SYNC_ONCE_FUNC_H_
#define PLAIT_RUNTIME_SYNC_ONCE_FUNC_H_

#include <concepts>
#include <exception>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "plait/runtime/panic/frame.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/sync/once.h"

// Functions that run once and remember how it ended.
//
//   const auto config = sync::OnceValue([] { return Load(); });
//   Use(config());  // loads it
//   Use(config());  // a copy of the same
//
//   const auto pages = sync::OnceValues([] { return std::pair(CountPages(), error); });
//   const auto [n, error] = pages();
//
// What they return may be copied; the copies are one function. Concurrent callers wait for the one call (ONCE-08). If it
// panics, every call panics with the same value, the later ones too (ONCE-09; not so in Once::Do); if it ends by Goexit,
// later calls panic with Go's "panic called with nil argument" (ONCE-12). The function given is destroyed, with what it
// has captured, as soon as it has run (ONCE-13).
//
// Thread safety: may be called from any goroutine or thread. Complexity: once it is done, an atomic load and a copy.

namespace plait {
namespace internal {

template <class F>
class OnceCall {
 public:
  using Result = std::invoke_result_t<F&>;

  explicit OnceCall(F f) : shared_(std::make_shared<Shared>(std::move(f))) {}

  Result operator()(SourceLocation where = SourceLocation::current()) const {
    Shared& shared = *shared_;
    shared.once.Do([&shared] { shared.Run(); }, where);
    if (shared.failure != nullptr) std::rethrow_exception(shared.failure);
    if constexpr (!std::is_void_v<Result>) {
      // Empty only while the goroutine is being unwound and comes here from a destructor, with nothing to return.
      if (!shared.result.has_value()) throw Unwind{};
      return *shared.result;
    }
  }

 private:
  struct Shared {
    explicit Shared(F given) : f(std::move(given)) {}

    void Run() {
      try {
        if constexpr (std::is_void_v<Result>) {
          (*f)();
        } else {
          result.emplace((*f)());
        }
      } catch (const Unwind&) {
        throw;  // nobody will call again
      } catch (const GoexitUnwind&) {
        failure = std::make_exception_ptr(RuntimeError(texts::kPanicNil));
        f.reset();
        throw;
      } catch (...) {
        failure = std::current_exception();
        f.reset();
        throw;
      }
      f.reset();
    }

    sync::Once once;
    std::optional<F> f;
    std::exception_ptr failure;
    [[no_unique_address]] std::conditional_t<std::is_void_v<Result>, std::tuple<>, std::optional<Result>> result;
  };

  std::shared_ptr<Shared> shared_;
};

}  // namespace internal

namespace sync {

// A function that calls f once (ONCE-08).
template <std::invocable F>
internal::OnceCall<F> OnceFunc(F f) {
  static_assert(std::is_void_v<std::invoke_result_t<F&>>, "OnceFunc is for functions without a result: OnceValue");
  return internal::OnceCall<F>(std::move(f));
}

// A function that returns what f has returned, to every caller (ONCE-10).
template <std::invocable F>
internal::OnceCall<F> OnceValue(F f) {
  return internal::OnceCall<F>(std::move(f));
}

// The same for two results: f returns a std::pair or std::tuple.
template <std::invocable F>
requires requires { std::tuple_size<std::invoke_result_t<F&>>::value; }
internal::OnceCall<F> OnceValues(F f) { return internal::OnceCall<F>(std::move(f)); }

}  // namespace sync
}  // namespace plait

#endif  // PLAIT_RUNTIME_SYNC_ONCE_FUNC_H_
