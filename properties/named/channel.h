#ifndef PLAIT_PROPERTIES_NAMED_CHANNEL_H_
#define PLAIT_PROPERTIES_NAMED_CHANNEL_H_

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// What Go promises of a channel, as properties that anybody can hold a channel of theirs to: a wrapper around plait's, a
// broadcast hub, another library's. Each is a function that uses goroutines and channels through a System and returns ""
// or what is wrong. Under the explorer (PLAIT_EXPLORE, explore::Explore) it holds, or not, in every schedule; on threads,
// in those that came.
//
//   PLAIT_EXPLORE(MyQueue, IsFifo) {
//     properties::System system = properties::PlaitSystem();
//     system.make = [](int capacity) { return std::make_unique<MyQueueAdapter>(capacity); };
//     EXPECT_EQ(properties::Fifo(system, 1, 2, 2), "");
//   }
//
// Leaks and deadlocks need no property here: the explorer reports them by itself.
namespace plait::properties {

// A channel of ints. One that cannot do something says so by throwing.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual void Send(int value) = 0;          // throws if the channel is closed
  virtual std::optional<int> Receive() = 0;  // nothing: closed and drained
  virtual void Close() = 0;                  // throws if it is closed already
};

// A world in which there are such channels: how to make one, and how to run functions beside each other until all are
// through.
struct System {
  std::function<std::unique_ptr<Channel>(int capacity)> make;
  std::function<void(std::vector<std::function<void()>>)> run_all;
};

// Plait's own.
System PlaitSystem();

// CH-07, CH-08, CH-06, CH-40: a send on a closed channel throws, buffered values or not, and so does a second close;
// what was buffered can still be received.
std::string ClosedChannelThrows(const System& system, int capacity);

// CH-09, CH-10, CH-11: a receiver gets what was sent, then nothing, again and again; receivers that wait at the close get
// nothing.
std::string ReceivesNothingOnceDrained(const System& system, int capacity);

// CH-14, CH-19: of `producers` that send `each` values one after the other, one consumer receives every value once, and
// those of each producer in their order.
std::string Fifo(const System& system, int capacity, int producers, int each);

// CH-19, CH-38: with several consumers, who receive until the channel is closed, every value is received by one of them.
std::string ExactlyOnce(const System& system, int capacity, int producers, int each, int consumers);

// CH-12: without a buffer a send ends only when its receive has begun, and a receive only when its send has.
std::string RendezvousOverlaps(const System& system);

// CH-35: one value wakes one of two receivers that wait; the other gets nothing, and that only at the close.
std::string NoSpuriousWakeups(const System& system);

// MEM-07 and its like: what a sender has written before a send, plainly and without a lock, the receiver of that value
// may read. Says nothing by itself: run it under ThreadSanitizer (--config=tsan), which knows the edges.
std::string SendHappensBeforeReceive(const System& system, int capacity);

// SEL-03, SEL-19: choose() takes one of `cases` that are all ready, `trials` times. "" if the counts fit a uniform choice
// by the chi-square test, with a chance of 1 in 10^6 to reject a fair one; and no case starves.
std::string ChoosesUniformly(int cases, int trials, const std::function<int()>& choose);

}  // namespace plait::properties

#endif  // PLAIT_PROPERTIES_NAMED_CHANNEL_H_
