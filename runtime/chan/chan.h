#ifndef PLAIT_RUNTIME_CHAN_CHAN_H_
#define PLAIT_RUNTIME_CHAN_CHAN_H_

#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <type_traits>
#include <utility>

#include "plait/runtime/chan/chan_core.h"
#include "plait/runtime/chan/elem.h"
#include "plait/runtime/seam/source_location.h"

// Go's channels.
//
//   Chan<int> results = make_chan<int>(8);      // a buffer of 8; 0, the default, is a rendezvous
//   go([results] {
//     for (int i = 0; i < 100; ++i) results.send(i);
//     close(results);                           // the sender closes
//   });
//   for (int r : results) Use(r);               // until closed and drained
//
// A Chan<T> is a handle: copies are the same channel, the last one frees it, and nothing needs to be closed for that
// (CH-41). A default-constructed handle is nil: send and receive on it block for ever (CH-03, CH-04).
// A Chan<T> converts to SendChan<T> and RecvChan<T>, never back: misuse of a direction does not compile (CH-33).
//
// Thread safety: everything may be called from any goroutine, or from a plain thread, which then waits on a futex.
// Waiters are served first come, first served (CH-15, CH-16: a promise of plait, not of Go).
// Values: move-only types work; a value is moved once into the channel and once out, or straight from sender to
// receiver. A type whose move may throw travels in a heap box; see elem.h for who gets the exception.
// Complexity: O(1) for every operation; close O(waiters).

namespace plait {

template <class T>
class SendChan;
template <class T>
class RecvChan;
template <class T>
class Chan;

// A receive's two results. `ok` is true exactly when `value` came from a send (CH-11); otherwise the channel is closed
// and drained, and value is T{}, or an empty optional where T has no default.
template <class T>
struct Received {
  std::conditional_t<std::default_initializable<T>, T, std::optional<T>> value{};
  bool ok = false;
};

namespace internal {

// A counted reference to a channel; what all three handles are made of.
class ChanRef {
 public:
  ChanRef() = default;
  explicit ChanRef(ChanCore* owned) : core_(owned) {}
  ChanRef(const ChanRef& other) : core_(other.core_) {
    if (core_ != nullptr) core_->Ref();
  }
  ChanRef(ChanRef&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
  ChanRef& operator=(ChanRef other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~ChanRef() {
    if (core_ != nullptr) core_->Unref();
  }
  ChanCore* get() const { return core_; }

 private:
  ChanCore* core_ = nullptr;
};

struct ChanAccess;  // opens a handle to select and its like

template <class T, class U>
void SendOn(ChanCore* core, U&& value, SourceLocation where) {
  if constexpr (kTravelsBare<T> && std::is_rvalue_reference_v<U&&>) {
    ChanCore::Send(core, &value, where);  // moved from only if it is sent
  } else {
    Elem<T> elem = MakeElem<T>(std::forward<U>(value));  // CH-28: before the communication begins
    ChanCore::Send(core, &elem, where);
  }
}

template <class T>
Received<T> RecvOn(ChanCore* core, SourceLocation where) {
  ElemSlot<T> slot;
  if (ChanCore::Recv(core, kElemOps<T>, slot.raw(), where) != ChanCore::Received::kValue) return {};
  return {slot.Take(), true};
}

template <class T>
T RecvValueOn(ChanCore* core, SourceLocation where) {
  ElemSlot<T> slot;
  if (ChanCore::Recv(core, kElemOps<T>, slot.raw(), where) != ChanCore::Received::kValue) return T{};
  return slot.Take();
}

// Drains a channel in a range-for. Single pass.
template <class T>
class ChanIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using pointer = T*;
  using reference = T&;

  ChanIterator() = default;
  ChanIterator(ChanRef chan, SourceLocation where) : chan_(std::move(chan)), where_(where) { ++*this; }
  T& operator*() { return *value_; }
  ChanIterator& operator++() {
    ElemSlot<T> slot;
    value_.reset();
    if (ChanCore::Recv(chan_.get(), kElemOps<T>, slot.raw(), where_) == ChanCore::Received::kValue) {
      value_.emplace(slot.Take());
    }
    return *this;
  }
  bool operator==(std::default_sentinel_t) const { return !value_.has_value(); }

 private:
  ChanRef chan_;
  SourceLocation where_;
  std::optional<T> value_;
};

}  // namespace internal

// The end that receives.
template <class T>
class RecvChan {
 public:
  RecvChan() = default;

  // Waits for a value. Once the channel is closed and drained, returns T{} at once, for ever (CH-09).
  T recv(SourceLocation where = SourceLocation::current()) const requires std::default_initializable<T> {
    return internal::RecvValueOn<T>(ref_.get(), where);
  }
  // The same, and says whether the value came from a send.
  [[nodiscard]] Received<T> recv_ok(SourceLocation where = SourceLocation::current()) const {
    return internal::RecvOn<T>(ref_.get(), where);
  }

  // Range-for: receives until the channel is closed and drained (CH-27). `break` leaves it open.
  internal::ChanIterator<T> begin(SourceLocation where = SourceLocation::current()) const { return {ref_, where}; }
  std::default_sentinel_t end() const { return {}; }

  explicit operator bool() const { return ref_.get() != nullptr; }  // false: nil

 private:
  friend class Chan<T>;
  friend struct internal::ChanAccess;
  explicit RecvChan(internal::ChanRef ref) : ref_(std::move(ref)) {}
  internal::ChanRef ref_;
};

// The end that sends, and closes.
template <class T>
class SendChan {
 public:
  SendChan() = default;

  // Waits until a receiver takes the value or the buffer has room. Panics "send on closed channel" if the channel is
  // closed, now or while waiting (CH-07, CH-08): there is no safe way to ask first, so let only the sender close.
  void send(const T& value,
            SourceLocation where = SourceLocation::current()) const requires std::copy_constructible<T> {
    internal::SendOn<T>(ref_.get(), value, where);
  }
  void send(T&& value, SourceLocation where = SourceLocation::current()) const {
    internal::SendOn<T>(ref_.get(), std::move(value), where);
  }

  explicit operator bool() const { return ref_.get() != nullptr; }

 private:
  friend class Chan<T>;
  friend struct internal::ChanAccess;
  explicit SendChan(internal::ChanRef ref) : ref_(std::move(ref)) {}
  internal::ChanRef ref_;
};

// Both ends.
template <class T>
class Chan {
 public:
  using value_type = T;

  Chan() = default;

  void send(const T& value,
            SourceLocation where = SourceLocation::current()) const requires std::copy_constructible<T> {
    internal::SendOn<T>(ref_.get(), value, where);
  }
  void send(T&& value, SourceLocation where = SourceLocation::current()) const {
    internal::SendOn<T>(ref_.get(), std::move(value), where);
  }
  T recv(SourceLocation where = SourceLocation::current()) const requires std::default_initializable<T> {
    return internal::RecvValueOn<T>(ref_.get(), where);
  }
  [[nodiscard]] Received<T> recv_ok(SourceLocation where = SourceLocation::current()) const {
    return internal::RecvOn<T>(ref_.get(), where);
  }
  internal::ChanIterator<T> begin(SourceLocation where = SourceLocation::current()) const { return {ref_, where}; }
  std::default_sentinel_t end() const { return {}; }

  operator SendChan<T>() const { return SendChan<T>(ref_); }
  operator RecvChan<T>() const { return RecvChan<T>(ref_); }
  explicit operator bool() const { return ref_.get() != nullptr; }

  // Names the channel in the explorer's reports: auto results = make_chan<int>().name("results");
  const Chan& name(const char* name) const {
    if (ref_.get() != nullptr) ref_.get()->SetName(name);
    return *this;
  }

 private:
  friend struct internal::ChanAccess;
  explicit Chan(internal::ChanRef ref) : ref_(std::move(ref)) {}
  internal::ChanRef ref_;
};

namespace internal {

struct ChanAccess {
  template <class C>
  static ChanCore* Core(const C& chan) {
    return chan.ref_.get();
  }
  template <class T>
  static Chan<T> Wrap(ChanCore* owned) {
    return Chan<T>(ChanRef(owned));
  }
};

template <class C>
inline constexpr bool kIsChan = false;
template <class T>
inline constexpr bool kIsChan<Chan<T>> = true;
template <class T>
inline constexpr bool kIsChan<SendChan<T>> = true;
template <class T>
inline constexpr bool kIsChan<RecvChan<T>> = true;
template <class C>
concept AnyChan = kIsChan<C>;

}  // namespace internal

// A channel with room for `capacity` values. Panics "makechan: size out of range" if that is negative or too large
// (CH-01).
template <class T>
Chan<T> make_chan(int64_t capacity = 0) {
  return internal::ChanAccess::Wrap<T>(internal::ChanCore::Make(internal::kElemOps<T>, capacity));
}

// Closes the channel: receivers drain it, then get zero values; blocked and later senders panic. Never blocks (CH-25).
// Panics "close of closed channel" (CH-06) or "close of nil channel" (CH-05). Closing a receive-only end does not
// compile.
template <class T>
void close(const SendChan<T>& chan, SourceLocation where = SourceLocation::current()) {
  internal::ChanCore::Close(internal::ChanAccess::Core(chan), where);
}
template <class T>
void close(const Chan<T>& chan, SourceLocation where = SourceLocation::current()) {
  internal::ChanCore::Close(internal::ChanAccess::Core(chan), where);
}
template <class T>
void close(const RecvChan<T>& chan) = delete;  // the receiver must not close: the sender would panic

// Values in the buffer, and its size; 0 for nil (CH-02, CH-20). A snapshot: other goroutines may change it at once.
template <internal::AnyChan C>
int64_t len(const C& chan, SourceLocation where = SourceLocation::current()) {
  return internal::ChanCore::Len(internal::ChanAccess::Core(chan), where);
}
template <internal::AnyChan C>
int64_t cap(const C& chan) {
  const internal::ChanCore* core = internal::ChanAccess::Core(chan);
  return core != nullptr ? core->visible_capacity() : 0;
}

// The same channel, or both nil (CH-32); a narrowed end equals its channel.
template <internal::AnyChan A, internal::AnyChan B>
bool operator==(const A& a, const B& b) {
  return internal::ChanAccess::Core(a) == internal::ChanAccess::Core(b);
}

}  // namespace plait

#endif  // PLAIT_RUNTIME_CHAN_CHAN_H_
