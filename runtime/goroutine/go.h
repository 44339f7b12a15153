#ifndef PLAIT_RUNTIME_GOROUTINE_GO_H_
#define PLAIT_RUNTIME_GOROUTINE_GO_H_

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/seam/sanitized.h"

namespace plait {

namespace internal {

template <class F>
class FunctionTask final : public Task {
 public:
  template <class U>
  explicit FunctionTask(U&& f) : f_(std::forward<U>(f)) {}
  void Run() override { f_(); }
  Task* MoveTo([[maybe_unused]] void* room) noexcept override {
    if constexpr (FitsInG()) return new (room) FunctionTask(std::move(f_));
    return nullptr;
  }

  // In sanitized builds it lies in memory of its own, so that whoever uses a capture after its end is found.
  static constexpr bool FitsInG() {
    return !kSanitized && sizeof(FunctionTask) <= kTaskRoom && alignof(FunctionTask) <= 16 &&
           std::is_nothrow_move_constructible_v<F>;
  }

 private:
  F f_;
};

void Start(std::unique_ptr<Task> task, SourceLocation where);
// Moves it into the goroutine.
void Start(Task& task, SourceLocation where);
[[noreturn]] void StartNil();
// The goroutine of a timer that fires: nobody's operation, announced by nobody. Called by whoever fires it.
void StartByTimer(std::unique_ptr<Task> task, Controller* controller, SourceLocation where);

}  // namespace internal

// Starts a goroutine that calls f() and ends when f returns (GO-01, GO-04).
//
//   go([ch] { ch.send(Work()); });          // captures are evaluated here, by the caller
//
// f is moved or copied into the goroutine and destroyed on it. Capture by value, or own jointly (std::shared_ptr,
// Chan): a reference to a local dangles as soon as the caller's frame is gone, and nothing keeps it alive as Go's heap
// would (docs/tutorial.md, "Lifetimes"). A null function pointer or an empty std::function is "fatal error: go of nil
// func value" (GO-03). A panic or C++ exception that escapes f ends the process (PANIC-05).
//
// Thread safety: from any goroutine or thread, while a Runtime exists. No promise on which of the two runs first
// (GO-02).
// always_inline: for dumps, the function that contains the statement is the one that calls Start.
template <class F>
[[gnu::always_inline]] inline void go(F&& f, SourceLocation where = SourceLocation::current()) {
  using Function = std::decay_t<F>;
  static_assert(std::is_invocable_v<Function&>, "go() takes a function of no arguments: bind them by capture");
  constexpr bool kMayBeNil = !std::is_function_v<std::remove_reference_t<F>>;  // a function's name never is
  if constexpr (kMayBeNil && requires(const Function& fn) { fn == nullptr; }) {
    if (f == nullptr) internal::StartNil();
  }
  using Started = internal::FunctionTask<Function>;
  if constexpr (Started::FitsInG()) {
    Started task(std::forward<F>(f));
    internal::Start(task, where);
  } else {
    internal::Start(std::make_unique<Started>(std::forward<F>(f)), where);
  }
}

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_GO_H_
