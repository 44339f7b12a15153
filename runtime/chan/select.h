#ifndef PLAIT_RUNTIME_CHAN_SELECT_H_
#define PLAIT_RUNTIME_CHAN_SELECT_H_

#include <bit>
#include <new>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "plait/runtime/chan/chan.h"
#include "plait/runtime/chan/select_core.h"

// Go's select.
//
//   Select{
//       recv_case(results, [&](int r) { total += r; }),
//       send_case(requests, next, [&] { ++sent; }),
//       recv_case(time::After(1s), [&] { timed_out = true; }),
//       default_case([&] { idle = true; }),
//   };
//
// Waits until a case can proceed and does exactly one communication, then calls that case's function (SEL-06). If
// several can proceed one is taken with equal probability (SEL-03); a default is taken only if none can (SEL-05). Cases
// on nil channels never proceed (SEL-07); `Select{}` blocks for ever (SEL-08). A send case on a closed channel can
// proceed, and panics "send on closed channel" if it is taken (SEL-11).
//
// It is a type, and not called `select`, for two reasons. POSIX has a function of that name in the global namespace,
// which would make `select` ambiguous after `using namespace plait`. And braces make C++ evaluate channels and values
// once each, in source order (SEL-01); between the parentheses of a call the order would be the compiler's choice. A
// value given as an rvalue is moved from only if its case is taken (SEL-21). `Select{...}.index` is the case taken,
// counted from 0: to leave a surrounding loop, test it, since `return` in a case's function leaves only that function.
//
// Thread safety: from any goroutine or plain thread. Complexity: O(n log n) for n cases, no allocation.

namespace plait {

namespace internal {

inline ChanCore* CoreOf(ChanCore* chan) { return chan; }
template <AnyChan C>
ChanCore* CoreOf(const C& chan) {
  return ChanAccess::Core(chan);
}

// Calls f with as much of the received value as it takes: (T, bool ok), (Received<T>), (T) or nothing.
template <class T, class F>
void CallWithReceived(F& f, Received<T>&& r) {
  if constexpr (std::is_invocable_v<F&, Received<T>>) {
    f(std::move(r));
  } else if constexpr (std::is_invocable_v<F&, decltype(r.value), bool>) {
    f(std::move(r.value), r.ok);
  } else if constexpr (std::is_invocable_v<F&, decltype(r.value)>) {
    f(std::move(r.value));
  } else {
    static_assert(std::is_invocable_v<F&>, "a recv_case's function takes (T), (T, bool), (Received<T>) or nothing");
    f();
  }
}

// End: a handle, or ChanCore* for one that the caller keeps.
template <class T, class F, class End = RecvChan<T>>
class RecvCase {
 public:
  RecvCase(End chan, F f, SourceLocation where) : chan_(std::move(chan)), f_(std::move(f)), where_(where) {}

  void Prepare(SelectCase& c) { c = {core(), OpCase::kRecv, slot_.raw(), where_}; }
  ChanCore* core() const { return CoreOf(chan_); }
  static bool MayProceed(const ChanCore* core) { return core->RecvMayProceed(); }
  void Settle(bool taken, bool ok) {
    if (taken && ok) received_.emplace(Received<T>{slot_.Take(), true});
    if (taken && !ok) received_.emplace();
  }
  void Run() { CallWithReceived<T>(f_, *std::move(received_)); }

 private:
  End chan_;
  [[no_unique_address]] F f_;
  SourceLocation where_;
  ElemSlot<T> slot_;
  std::optional<Received<T>> received_;
};

// V is T&& (kept by reference: the temporary lives until the select is over) or T (a copy).
template <class T, class F, bool kByReference, class End = SendChan<T>>
class SendCase {
 public:
  template <class V>
  SendCase(End chan, V&& value, F f, SourceLocation where)
      : chan_(std::move(chan)), f_(std::move(f)), where_(where), value_(std::forward<V>(value)) {}

  void Prepare(SelectCase& c) {
    if constexpr (kByReference && kTravelsBare<T>) {
      c = {core(), OpCase::kSend, &value_, where_};
    } else {
      elem_.emplace(MakeElem<T>(std::move(value_)));
      c = {core(), OpCase::kSend, &*elem_, where_};
    }
  }
  ChanCore* core() const { return CoreOf(chan_); }
  static bool MayProceed(const ChanCore* core) { return core->SendMayProceed(); }
  // SEL-21: what had to be boxed, and was not sent, goes back to its owner.
  void Settle(bool, bool) {
    if constexpr (kByReference && !kTravelsBare<T> && std::is_move_assignable_v<T>) {
      if (elem_.has_value() && elem_->value != nullptr) value_ = std::move(*std::exchange(elem_->value, nullptr));
    }
  }
  void Run() { f_(); }

 private:
  End chan_;
  [[no_unique_address]] F f_;
  SourceLocation where_;
  std::conditional_t<kByReference, T&&, T> value_;
  std::optional<Elem<T>> elem_;
};

template <class F>
class DefaultCase {
 public:
  explicit DefaultCase(F f) : f_(std::move(f)) {}
  void Run() { f_(); }

 private:
  F f_;
};

template <class C>
inline constexpr bool kIsDefault = false;
template <class F>
inline constexpr bool kIsDefault<DefaultCase<F>> = true;

struct Nothing {
  void operator()() const {}
};

constexpr int CountTrue(const bool* flags, int n) {
  int count = 0;
  for (int i = 0; i < n; ++i) count += flags[i];
  return count;
}

template <class T>
RecvChan<T> AsRecv(const Chan<T>& chan) {
  return chan;
}
template <class T>
RecvChan<T> AsRecv(const RecvChan<T>& chan) {
  return chan;
}
template <class T>
SendChan<T> AsSend(const Chan<T>& chan) {
  return chan;
}
template <class T>
SendChan<T> AsSend(const SendChan<T>& chan) {
  return chan;
}

// The wrong direction is no candidate at all (CH-33).
template <class C>
concept ReceivingChan = requires(const C& chan) {
  AsRecv(chan);
};
template <class C>
concept SendingChan = requires(const C& chan) {
  AsSend(chan);
};

}  // namespace internal

// Receives from the channel; f takes (T), (T, bool ok), (Received<T>) or nothing. A named channel is referred to, not
// copied: it must not be assigned to, or go, before the select has communicated.
template <class C, class F = internal::Nothing>
requires internal::ReceivingChan<std::remove_cvref_t<C>>
auto recv_case(C&& chan, F f = {}, SourceLocation where = SourceLocation::current()) {
  return [&]<class T>(const RecvChan<T>*) {
    if constexpr (std::is_lvalue_reference_v<C>) {
      return internal::RecvCase<T, F, internal::ChanCore*>(internal::ChanAccess::Core(chan), std::move(f), where);
    } else {
      return internal::RecvCase<T, F>(internal::AsRecv(chan), std::move(f), where);
    }
  }(static_cast<const decltype(internal::AsRecv(chan))*>(nullptr));
}

// Sends the value. An lvalue is copied now; an rvalue is moved from only if this case is taken. The channel: as above.
template <class C, class V, class F = internal::Nothing>
requires internal::SendingChan<std::remove_cvref_t<C>>
auto send_case(C&& chan, V&& value, F f = {}, SourceLocation where = SourceLocation::current()) {
  return [&]<class T>(const SendChan<T>*) {
    constexpr bool kByReference = std::is_same_v<V&&, T&&>;
    if constexpr (std::is_lvalue_reference_v<C>) {
      return internal::SendCase<T, F, kByReference, internal::ChanCore*>(internal::ChanAccess::Core(chan),
                                                                         std::forward<V>(value), std::move(f), where);
    } else {
      return internal::SendCase<T, F, kByReference>(internal::AsSend(chan), std::forward<V>(value), std::move(f),
                                                    where);
    }
  }(static_cast<const decltype(internal::AsSend(chan))*>(nullptr));
}

// Taken if no other case can proceed. At most one.
template <class F = internal::Nothing>
internal::DefaultCase<F> default_case(F f = {}) {
  return internal::DefaultCase<F>(std::move(f));
}

struct Select {
  template <class First, class... Rest>
  explicit Select(First&& first, Rest&&... rest) {
    constexpr int kSize = 1 + sizeof...(Rest);
    constexpr bool kDefaults[] = {internal::kIsDefault<std::remove_cvref_t<First>>,
                                  internal::kIsDefault<std::remove_cvref_t<Rest>>...};
    constexpr int kDefaultCount = internal::CountTrue(kDefaults, kSize);
    static_assert(kDefaultCount <= 1, "a select has at most one default_case");
    constexpr int kCases = kSize - kDefaultCount;

    internal::RawArray<internal::SelectCase, kCases + 1> cases;
    internal::RawArray<Waiter, kCases + 1> waiters;
    internal::RawArray<internal::ChanCore*, kCases + 1> order;
    internal::RawArray<OpCase, kCases + 1> op_cases;
    // Calls f(c, k) for each case, k counting those that are no default.
    const auto for_each_case = [&](const auto& f) {
      int k = 0;
      const auto visit = [&]<class C>(C& c) {
        if constexpr (!internal::kIsDefault<C>) f(c, k++);
      };
      visit(first);
      (visit(rest), ...);
    };

    const auto prepare = [&](auto& c, int k) { c.Prepare(*::new (cases.data() + k) internal::SelectCase); };

    internal::SelectResult result;
    // What was not sent is back with its owner, and what was received is safe, before anything else runs: the taken
    // case's function, or the handler of a panic.
    const auto settle = [&] { for_each_case([&](auto& c, int k) { c.Settle(k == result.index, result.ok); }); };
    try {
      // A look without locks (select_core.cc): which cases may proceed?
      bool decided = false;
      int tried = -1;
      if constexpr (kCases <= 32) {
        bool plain = internal::Uncontrolled();
        uint32_t ready = 0;
        for_each_case([&](auto& c, int k) {
          const internal::ChanCore* core = c.core();
          if (core == nullptr) return;
          plain = plain && internal::Plain(*core);
          ready |= static_cast<uint32_t>(c.MayProceed(core)) << k;
        });
        if (plain && ready != 0) {
          const int count = std::popcount(ready);
          if (count > 1) {
            for (uint32_t skip = internal::DrawBelow(static_cast<uint32_t>(count)); skip > 0; --skip) {
              ready &= ready - 1;
            }
          }
          tried = std::countr_zero(ready);
          for_each_case([&](auto& c, int k) {
            if (k != tried) return;
            prepare(c, k);
            decided = internal::DoReadyCase(cases.data()[k], k, result);
          });
        } else if (plain && kCases == 1 && kDefaultCount == 1) {
          result.index = kCases;
          decided = true;
        }
      }
      if (!decided) {
        for_each_case([&](auto& c, int k) {
          if (k != tried) prepare(c, k);
        });
        SourceLocation where;
        if constexpr (kCases > 0) where = cases.data()[0].where;
        result = internal::RunSelect(cases.data(), kCases, kDefaultCount == 1,
                                     {waiters.data(), order.data(), op_cases.data()}, where);
      }
    } catch (...) {
      settle();
      throw;
    }
    settle();
    if (result.index < 0) return;

    int source = 0;    // position among all cases
    int ordinary = 0;  // position among those that are no default
    const auto run = [&]<class C>(C& c) {
      const int k = internal::kIsDefault<C> ? kCases : ordinary++;
      if (k == result.index) {
        index = source;
        c.Run();
      }
      ++source;
    };
    run(first);
    (run(rest), ...);
  }

  // `Select{}`: blocks for ever.
  explicit Select(SourceLocation where = SourceLocation::current()) {
    internal::RunSelect(nullptr, 0, false, {nullptr, nullptr, nullptr}, where);
  }

  // The case that was taken, in source order; the default counts. -1 only in a goroutine that is being unwound.
  int index = -1;
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_CHAN_SELECT_H_
