#ifndef PLAIT_RUNTIME_SINGLEFLIGHT_SINGLEFLIGHT_H_
#define PLAIT_RUNTIME_SINGLEFLIGHT_SINGLEFLIGHT_H_

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "plait/runtime/chan/chan.h"
#include "plait/runtime/errors/errors.h"
#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/panic/frame.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// Go's golang.org/x/sync/singleflight: calls for the same thing at the same time are one call.
//
//   singleflight::Group<std::string, Page> pages;
//   auto [page, err, shared] = pages.Do(url, [&]() -> std::pair<Page, error> { return Fetch(url); });
namespace plait::singleflight {

// A call's results. `shared`: others have got them too.
template <class V>
struct Result {
  V value{};
  error err;
  bool shared = false;
};

// What those who share a call panic with when its function has panicked: an error value, and the same one for all.
struct PanicError {
  std::exception_ptr original;
  std::string text;  // of the panic
  std::string Error() const { return text; }
  error Unwrap() const;  // the panic's value, if that is an error (SF-07)
};

// The exception for those who share: a Panic whose value is a PanicError.
std::exception_ptr SharedPanic(const std::exception_ptr& original);
// Ends the process: with DoChan's receivers nobody else would see the panic (SF-08).
[[noreturn]] void CrashWith(const std::exception_ptr& panic, SourceLocation where);

// K: copyable, with an operator<. V: copyable, default-constructible.
//
// Thread safety: everything from any goroutine or thread. What the function did happens before the return of every Do,
// and before the receive of every Result, that shares the call (SF-12). The group must outlive its calls.
// Complexity: O(log n) for n keys in flight, one allocation a call.
template <class K, class V>
class Group : public Object {
 public:
  Group() : Object(ObjectKind::kFlight) {}

  // Calls fn, or, if a call for that key is in flight, waits for that one and shares its result (SF-01). fn returns
  // std::pair<V, error>, or a V. Nothing is kept: the next Do after the call has ended calls again (SF-02).
  // If fn panics everybody who waits panics too, with the same PanicError (SF-07); if it exits its goroutine, so do they
  // (SF-09). fn may call Do for other keys; for its own it would wait for itself (SF-14).
  template <class F>
  Result<V> Do(const K& key, F&& fn, SourceLocation where = SourceLocation::current()) {
    const auto [call, first] = Begin(key, nullptr, where);
    if (call == nullptr) return {};  // being unwound
    if (first) {
      Run(key, *call, fn, where);
      return {call->value, call->err, call->duplicates > 0};
    }
    call->over.recv(where);
    if (call->panic != nullptr) std::rethrow_exception(call->panic);
    if (call->exited) Goexit();
    return {call->value, call->err, true};
  }

  // The same in a goroutine of its own, if it is the first; the channel, with room for one, gets the result, and is never
  // closed (SF-05). After a panic the process ends (SF-08); after Goexit nothing is ever sent (SF-10).
  template <class F>
  RecvChan<Result<V>> DoChan(const K& key, F&& fn, SourceLocation where = SourceLocation::current()) {
    auto result = make_chan<Result<V>>(1);
    const auto [call, first] = Begin(key, &result, where);
    if (call != nullptr && first) {
      go([this, key, call = call, where,
          fn = std::decay_t<F>(std::forward<F>(fn))]() mutable { Run(key, *call, fn, where); },
         where);
    }
    return result;
  }

  // The next Do for the key calls again, although a call is in flight; who shares that one gets its result (SF-06).
  void Forget(const K& key, SourceLocation where = SourceLocation::current()) {
    Step(OpKind::kMutexUnlock, 1, where, [&] { calls_.erase(key); });
  }

  // Names it in the explorer's reports.
  Group& name(const char* name) {
    SetName(name);
    return *this;
  }

 private:
  // Written by the goroutine that runs the function, before `over` is closed; `duplicates` and `receivers` under the
  // lock, and no more once the call has left calls_.
  struct Call {
    V value{};
    error err;
    std::exception_ptr panic;
    bool exited = false;
    int duplicates = 0;
    bool waited_for = false;
    std::vector<Chan<Result<V>>> receivers;
    const Chan<std::monostate> over = make_chan<std::monostate>().name("result");
  };

  struct Begun {
    std::shared_ptr<Call> call;
    bool first = false;
  };

  // One operation on the group. False: no effect, the goroutine is being unwound.
  template <class F>
  bool Step(OpKind kind, int64_t arg, SourceLocation where, F f) {
    G* g = CurrentG();
    Op op{.kind = kind, .object = this, .where = where, .arg = arg};
    const bool observed = Observed(g, *this);
    if (observed && !Announce(g, op)) return false;
    {
      std::lock_guard guard(lock_);
      race::Acquire(this);
      f();
      race::Release(this);
    }
    if (observed) Conclude(g, op);
    return true;
  }

  Begun Begin(const K& key, const Chan<Result<V>>* receiver, SourceLocation where) {
    Begun begun;
    Step(OpKind::kMutexLock, receiver != nullptr ? 1 : 0, where, [&] {
      std::shared_ptr<Call>& call = calls_[key];
      begun.first = call == nullptr;
      if (begun.first) call = std::make_shared<Call>();
      call->duplicates += !begun.first;
      call->waited_for = call->waited_for || (!begun.first && receiver == nullptr);
      if (receiver != nullptr) call->receivers.push_back(*receiver);
      begun.call = call;
    });
    return begun;
  }

  template <class F>
  void Run(const K& key, Call& call, F& fn, SourceLocation where) {
    try {
      if constexpr (std::is_convertible_v<decltype(fn()), std::pair<V, error>>) {
        std::pair<V, error> result = fn();
        call.value = std::move(result.first);
        call.err = std::move(result.second);
      } else {
        call.value = fn();
      }
    } catch (const GoexitUnwind&) {
      call.exited = true;
      Finish(key, call, where);
      throw;
    } catch (const Unwind&) {
      throw;
    } catch (...) {
      call.panic = SharedPanic(std::current_exception());
    }
    Finish(key, call, where);
    if (call.panic == nullptr) return;
    if (!call.receivers.empty()) CrashWith(call.panic, where);
    std::rethrow_exception(call.panic);
  }

  // The call leaves the group, then its results are given out: so a Do that begins after another one has returned never
  // meets a call that is over (SF-11).
  void Finish(const K& key, Call& call, SourceLocation where) {
    Step(OpKind::kMutexUnlock, 0, where, [&] {
      const auto it = calls_.find(key);
      if (it != calls_.end() && it->second.get() == &call) calls_.erase(it);  // SF-06
    });
    if (call.waited_for) close(call.over, where);
    if (call.exited || call.panic != nullptr) return;
    for (const auto& receiver : call.receivers) receiver.send({call.value, call.err, call.duplicates > 0}, where);
  }

  Lock lock_;                                 // guards the rest
  std::map<K, std::shared_ptr<Call>> calls_;  // in flight
};

}  // namespace plait::singleflight

#endif  // PLAIT_RUNTIME_SINGLEFLIGHT_SINGLEFLIGHT_H_
