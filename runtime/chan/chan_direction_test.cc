// Directions are types (CH-33): what is wrong does not compile.

#include <concepts>
#include <memory>
#include <type_traits>

#include "gtest/gtest.h"
#include "plait/plait.h"

namespace plait {
namespace {

template <class C>
concept Sends = requires(const C& chan, typename std::decay_t<int> value) {
  chan.send(value);
};
template <class C>
concept Receives = requires(const C& chan) {
  chan.recv();
};
template <class C>
concept ReceivesOk = requires(const C& chan) {
  chan.recv_ok();
};
template <class C>
concept Ranges = requires(const C& chan) {
  chan.begin();
  chan.end();
};
template <class C>
concept Closes = requires(const C& chan) {
  close(chan);
};
template <class C>
concept SelectsRecv = requires(const C& chan) {
  recv_case(chan);
};
template <class C>
concept SelectsSend = requires(const C& chan, int value) {
  send_case(chan, value);
};

// CH-33: a channel converts to its ends, never back, and an end never to the other.
static_assert(std::convertible_to<Chan<int>, SendChan<int>>);
static_assert(std::convertible_to<Chan<int>, RecvChan<int>>);
static_assert(!std::constructible_from<Chan<int>, SendChan<int>>);
static_assert(!std::constructible_from<Chan<int>, RecvChan<int>>);
static_assert(!std::constructible_from<SendChan<int>, RecvChan<int>>);
static_assert(!std::constructible_from<RecvChan<int>, SendChan<int>>);
static_assert(!std::assignable_from<Chan<int>&, SendChan<int>>);
static_assert(!std::assignable_from<SendChan<int>&, RecvChan<int>>);

// Nor is a channel of one type a channel of another, even where the elements convert.
static_assert(!std::constructible_from<Chan<long>, Chan<int>>);
static_assert(!std::constructible_from<SendChan<long>, Chan<int>>);

static_assert(Sends<Chan<int>> && Sends<SendChan<int>> && !Sends<RecvChan<int>>);
static_assert(Receives<Chan<int>> && Receives<RecvChan<int>> && !Receives<SendChan<int>>);
static_assert(ReceivesOk<Chan<int>> && ReceivesOk<RecvChan<int>> && !ReceivesOk<SendChan<int>>);
static_assert(Ranges<Chan<int>> && Ranges<RecvChan<int>> && !Ranges<SendChan<int>>);
static_assert(Closes<Chan<int>> && Closes<SendChan<int>> && !Closes<RecvChan<int>>);

// What the element can do decides what its channel can do.
struct NoDefault {
  explicit NoDefault(int) {}
};
static_assert(!Receives<Chan<NoDefault>> && ReceivesOk<Chan<NoDefault>> && Ranges<Chan<NoDefault>>);

template <class T>
concept SendsLvalues = requires(const Chan<T>& chan, const T& value) {
  chan.send(value);
};
template <class T>
concept SendsRvalues = requires(const Chan<T>& chan, T&& value) {
  chan.send(std::move(value));
};
static_assert(SendsLvalues<int> && SendsRvalues<int>);
static_assert(!SendsLvalues<std::unique_ptr<int>> && SendsRvalues<std::unique_ptr<int>>);

// Handles are values: copies are the same channel, and cost a count.
static_assert(std::copyable<Chan<int>> && std::copyable<SendChan<int>> && std::copyable<RecvChan<int>>);
static_assert(sizeof(Chan<int>) == sizeof(void*) && sizeof(RecvChan<int>) == sizeof(void*));
static_assert(std::is_nothrow_move_constructible_v<Chan<int>>);
// SEL-10: the same directions in a select.
static_assert(SelectsRecv<Chan<int>> && SelectsRecv<RecvChan<int>> && !SelectsRecv<SendChan<int>>);
static_assert(SelectsSend<Chan<int>> && SelectsSend<SendChan<int>> && !SelectsSend<RecvChan<int>>);

TEST(ChanDirections, AreCheckedAtCompileTime) { SUCCEED(); }

}  // namespace
}  // namespace plait
