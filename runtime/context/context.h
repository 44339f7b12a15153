#ifndef PLAIT_RUNTIME_CONTEXT_CONTEXT_H_
#define PLAIT_RUNTIME_CONTEXT_CONTEXT_H_

#include <any>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "plait/runtime/chan/chan.h"
#include "plait/runtime/context/constants.h"
#include "plait/runtime/context/key.h"
#include "plait/runtime/errors/errors.h"
#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/time/sleep.h"

// Go's context: tells everything that was started for one purpose that the purpose is gone, or its time is up.
//
//   auto [ctx, cancel] = context::WithTimeout(parent, 2s);
//   go([ctx = ctx, results] {
//     Select{
//         send_case(results, Work()),
//         recv_case(ctx.Done()),                  // nobody waits for the result any more
//     };
//   });
//   ...
//   cancel();                                     // on every path, as soon as nothing below is needed: idempotent
//
// A context is passed as the first parameter, to whatever may wait; it is not stored. Cancelling one cancels all that
// were made from it, in one step: whoever sees one of them cancelled sees each other one cancelled (a promise of plait,
// not of Go; CTX-08). No goroutine stands behind a context.
//
// Every cancel function must be called in the end. If it is not, whoever waits for the context waits until the parent is
// cancelled, or for ever: an explored test reports that as a leak.
//
// Thread safety: everything may be called from any goroutine or thread (CTX-34); a Context variable is as an int, not to
// be written while others read it. Cancelling happens before any receive from Done that it lets go (CTX-35).
// Complexity: making and cancelling O(1), under one lock a tree; a cancellation visits every context below. Err and Done
// take no lock. One allocation a context, and another at its first Done.
namespace plait::internal {
struct AfterNode;
struct ContextNode;
}  // namespace plait::internal

namespace plait::context {

using Signal = std::monostate;  // what a Done channel never carries: it is closed

class Interface;

// A context: a handle, copies are the same one. Default-constructed it is nil, and all members panic as Go's do.
class Context {
 public:
  Context() = default;
  Context(std::nullptr_t) {}
  // One of your own kind; see Interface.
  explicit Context(std::shared_ptr<const Interface> custom);
  Context(const Context& other);
  Context(Context&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Context& operator=(Context other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Context();

  // When it will be cancelled, if it has a deadline: the earliest of its own and its parents' (CTX-12).
  std::optional<time::Time> Deadline() const;
  // A channel that is closed when the context is cancelled: the same one each time (CTX-06). Nil if it can never be.
  RecvChan<Signal> Done() const;
  // Nil until Done is closed, then Canceled or DeadlineExceeded, for ever (CTX-04). Not nil means that Done is closed
  // already (CTX-05).
  error Err(SourceLocation where = SourceLocation::current()) const;

  // The value of the nearest WithValue with that key, here or above (CTX-23), or null: there is none, or it is no T. It
  // lives as long as the context.
  template <class T, ComparableKey K>
  const T* Value(const K& key) const {
    const KeyType<K> kept(key);
    return std::any_cast<T>(Value(Key(kept)));
  }
  const std::any* Value(const Key& key) const;

  // As Go prints it: "context.Background.WithCancel" (CTX-36). With a deadline it asks for the time.
  std::string String() const;

  // Names it, and its channel, in the explorer's reports. No effect in production.
  const Context& name(const char* name) const;

  explicit operator bool() const { return node_ != nullptr; }  // false: nil
  friend bool operator==(const Context& a, const Context& b) { return a.node_ == b.node_; }

  // For plait itself.
  explicit Context(plait::internal::ContextNode* owned) : node_(owned) {}
  plait::internal::ContextNode* node() const { return node_; }

 private:
  plait::internal::ContextNode* node_ = nullptr;
};

// Cancels its context, and all that were made from it; a second call, or one after the deadline, does nothing (CTX-03).
// When it returns they are cancelled (CTX-07). Copies cancel the same context.
class CancelFunc {
 public:
  CancelFunc() = default;  // does nothing
  explicit CancelFunc(Context ctx) : ctx_(std::move(ctx)) {}
  void operator()(SourceLocation where = SourceLocation::current()) const;

 private:
  Context ctx_;
};

// The same, and says why: Cause is then `cause`, or Canceled if that is nil (CTX-18).
class CancelCauseFunc {
 public:
  CancelCauseFunc() = default;
  explicit CancelCauseFunc(Context ctx) : ctx_(std::move(ctx)) {}
  void operator()(error cause, SourceLocation where = SourceLocation::current()) const;

 private:
  Context ctx_;
};

struct WithCancelResult {
  Context ctx;
  CancelFunc cancel;
};
struct WithCancelCauseResult {
  Context ctx;
  CancelCauseFunc cancel;
};

// Never cancelled, no deadline, no values (CTX-01): where contexts begin, and where it is not yet clear which to take.
Context Background();
Context TODO();

// A context that is cancelled by `cancel`, or when its parent is, whichever comes first (CTX-02). Each of these panics
// "cannot create context from nil parent" (CTX-24).
[[nodiscard]] WithCancelResult WithCancel(const Context& parent);
[[nodiscard]] WithCancelCauseResult WithCancelCause(const Context& parent);

// The same, and cancelled with DeadlineExceeded when d has come (CTX-14). If the parent's deadline is earlier no timer is
// made (CTX-12); if d has passed the context is cancelled when it is returned (CTX-13). `cause` is the Cause then, not
// if it is cancelled otherwise (CTX-21). A timer needs a Runtime, or an exploration.
[[nodiscard]] WithCancelResult WithDeadline(const Context& parent, time::Time d,
                                            SourceLocation where = SourceLocation::current());
[[nodiscard]] WithCancelResult WithDeadlineCause(const Context& parent, time::Time d, error cause,
                                                 SourceLocation where = SourceLocation::current());
[[nodiscard]] WithCancelResult WithTimeout(const Context& parent, time::Duration timeout,
                                           SourceLocation where = SourceLocation::current());
[[nodiscard]] WithCancelResult WithTimeoutCause(const Context& parent, time::Duration timeout, error cause,
                                                SourceLocation where = SourceLocation::current());

// The parent's values, and nothing else: no deadline, never cancelled, a new tree below it (CTX-22).
[[nodiscard]] Context WithoutCancel(const Context& parent);

// Why ctx was cancelled: what the first cancellation gave as the cause, or else Err(). Nil while it is not (CTX-19,
// CTX-20).
error Cause(const Context& ctx, SourceLocation where = SourceLocation::current());

// A context that carries a value. Keys are compared by type and ==; one without == does not compile. Let a key have a
// type of its own, so that nobody else's is equal. Panics "nil key" (CTX-23).
template <ComparableKey K, class V>
[[nodiscard]] Context WithValue(const Context& parent, const K& key, V&& value);

// Prevents an AfterFunc's function from being started. True: it did. False: it was started, or stopped before; it may
// still run, and the call does not wait for it (CTX-26).
class StopFunc {
 public:
  StopFunc() = default;  // returns false
  StopFunc(Context ctx, plait::internal::AfterNode* owned, bool own_context);
  StopFunc(const StopFunc& other);
  StopFunc(StopFunc&& other) noexcept;
  StopFunc& operator=(StopFunc other) noexcept;
  ~StopFunc();
  bool operator()(SourceLocation where = SourceLocation::current()) const;

 private:
  Context ctx_;
  plait::internal::AfterNode* func_ = nullptr;
  bool own_context_ = false;  // made for this function alone
};

StopFunc AfterTask(const Context& ctx, std::unique_ptr<Task> f, SourceLocation where);

// Calls f() in a goroutine of its own once ctx is cancelled; at once if it is already (CTX-25). At most once (CTX-28).
// The result may be ignored.
template <class F>
StopFunc AfterFunc(const Context& ctx, F&& f, SourceLocation where = SourceLocation::current()) {
  using Function = std::decay_t<F>;
  static_assert(std::is_invocable_v<Function&>, "AfterFunc() takes a function of no arguments: bind them by capture");
  return AfterTask(ctx, std::make_unique<plait::internal::FunctionTask<Function>>(std::forward<F>(f)), where);
}

// What a context is. Derive to make one of your own kind, and hand it out as Context(std::make_shared<Mine>(...)). To
// change only some members of another context, derive from Wrapper.
//
// Cancellation passes from it to the contexts made from it, by the first that applies:
//   - its Done is nil: never (CTX-32);
//   - its Done is that of the nearest built-in context, as Value finds it: with that one (CTX-33);
//   - its AfterFunc returns a function: through that (CTX-30);
//   - otherwise a goroutine for each of them waits for both (CTX-31).
class Interface {
 public:
  virtual ~Interface() = default;
  virtual std::optional<time::Time> Deadline() const = 0;
  virtual RecvChan<Signal> Done() const = 0;
  virtual error Err() const = 0;
  // Pass on to the parent's Value whatever is not yours.
  virtual const std::any* Value(const Key& key) const = 0;
  // Arranges that f is called once, in a goroutine, when it is cancelled; returns the function that calls it off. Empty,
  // the default: it cannot.
  virtual std::function<bool()> AfterFunc(std::function<void()> f) const;
  virtual std::string String() const;
};

// Forwards everything to the context it wraps.
class Wrapper : public Interface {
 public:
  explicit Wrapper(Context wrapped) : wrapped_(std::move(wrapped)) {}
  std::optional<time::Time> Deadline() const override { return wrapped_.Deadline(); }
  RecvChan<Signal> Done() const override { return wrapped_.Done(); }
  error Err() const override { return wrapped_.Err(); }
  const std::any* Value(const Key& key) const override { return wrapped_.Value(key); }
  std::string String() const override { return wrapped_.String(); }

 protected:
  const Context& wrapped() const { return wrapped_; }

 private:
  Context wrapped_;
};

}  // namespace plait::context

#include "plait/runtime/context/value_node.h"

#endif  // PLAIT_RUNTIME_CONTEXT_CONTEXT_H_
