#ifndef PLAIT_RUNTIME_ERRGROUP_ERRGROUP_H_
#define PLAIT_RUNTIME_ERRGROUP_ERRGROUP_H_

#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "plait/runtime/chan/chan.h"
#include "plait/runtime/context/context.h"
#include "plait/runtime/errors/errors.h"
#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/panic/frame.h"
#include "plait/runtime/sync/atomic.h"
#include "plait/runtime/sync/wait_group.h"

// Go's golang.org/x/sync/errgroup: goroutines that work on parts of one task, and the first error among them.
//
//   auto [group, ctx] = errgroup::WithContext(parent);
//   group->SetLimit(4);
//   for (const Url& url : urls) {
//     group->Go([ctx = ctx, url] { return Fetch(ctx, url); });     // returns an error, or nil
//   }
//   if (error err = group->Wait()) return err;                     // the first one that came up
namespace plait::errgroup {

// A Group without a context needs nothing: `errgroup::Group g;` (ERRG-01). It must outlive its goroutines: call Wait.
//
// Thread safety: Go, TryGo and Wait from any goroutine or thread; SetLimit before the others. The first Go happens before
// Wait, or a Go comes from one of the group's own goroutines (ERRG-14). What a function did happens before the return of
// Wait (ERRG-15). Not copyable. Do not use a group again after Wait: its error stays (ERRG-13).
// Complexity: a Go is one `go`, and with a limit a send and a receive.
class Group {
 public:
  Group() : Group(context::CancelCauseFunc()) {}
  explicit Group(context::CancelCauseFunc cancel);
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  ~Group();

  // Waits for a place if there is a limit, and calls f in a new goroutine. f returns an error, or nothing. The first one
  // that is not nil cancels the group's context, with itself as the cause, and is what Wait returns (ERRG-02, ERRG-03).
  // A Go that waits for a place is not let go by the context (ERRG-12).
  // A panic in f ends the process, as in any goroutine (ERRG-10). After Goexit f counts as done, without an error
  // (ERRG-11).
  template <class F>
  void Go(F&& f, SourceLocation where = SourceLocation::current()) {
    if (places_) places_.send({}, where);
    Start(std::forward<F>(f), where);
  }

  // The same if there is a place at once; otherwise returns false, and f is not called (ERRG-07).
  template <class F>
  bool TryGo(F&& f, SourceLocation where = SourceLocation::current()) {
    if (places_ && !TryPlace(where)) return false;
    Start(std::forward<F>(f), where);
    return true;
  }

  // Waits until all functions have returned, cancels the context, and returns the first error.
  error Wait(SourceLocation where = SourceLocation::current());

  // At most n functions at a time from now on; negative: no limit; 0: none, so that Go waits for ever and TryGo returns
  // false (ERRG-06). Panics "errgroup: modify limit while N goroutines in the group are still active" if there was a
  // limit before and places are taken (ERRG-08). What runs without a limit is not noticed, and gives no place back that
  // it never took (ERRG-09: in Go it does).
  void SetLimit(int64_t n, SourceLocation where = SourceLocation::current());

 private:
  using Places = Chan<std::monostate>;

  // The first error.
  class First : public sync::atomic::Pointer<const plait::internal::ErrorNode> {
   public:
    // When nobody changes it any more: not a step.
    const plait::internal::ErrorNode* Final() const { return value_.load(); }
  };

  bool TryPlace(SourceLocation where);
  // The function has returned `err`.
  void Fail(error err, SourceLocation where);
  void Done(const Places& place, SourceLocation where);

  template <class F>
  void Start(F&& f, SourceLocation where) {
    wait_group_.Add(1, where);
    go(
        [this, where, place = places_, f = std::forward<F>(f)]() mutable {
          try {
            if constexpr (std::is_void_v<decltype(f())>) {
              f();
            } else {
              error err = f();
              if (err) Fail(std::move(err), where);
            }
          } catch (const GoexitUnwind&) {
            Done(place, where);
            throw;
          }
          Done(place, where);
        },
        where);
  }

  sync::WaitGroup wait_group_;
  Places places_;  // a value in it is a place that is taken; nil: no limit
  First first_;
  context::CancelCauseFunc cancel_;
};

struct WithContextResult {
  std::unique_ptr<Group> group;
  context::Context ctx;
};

// A group, and a context for its functions: cancelled by the first error, or when Wait returns, whichever comes first
// (ERRG-03). Its Cause is that error, or Canceled (ERRG-04).
[[nodiscard]] WithContextResult WithContext(const context::Context& parent);

}  // namespace plait::errgroup

#endif  // PLAIT_RUNTIME_ERRGROUP_ERRGROUP_H_
