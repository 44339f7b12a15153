#ifndef PLAIT_PROPERTIES_NAMED_LINEARIZABLE_H_
#define PLAIT_PROPERTIES_NAMED_LINEARIZABLE_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "plait/explore.h"
#include "plait/explorer/explore.h"
#include "plait/plait.h"

// Is your concurrent object linearizable? That is: does every operation seem to happen at one instant between its call and
// its return, as if one goroutine after the other had used a sequential object (Herlihy and Wing, 1990)?
//
//   struct CounterSpec {                               // the sequential object, copyable and comparable
//     using Op = int;                                  // Add(op)
//     using Result = int;
//     int value = 0;
//     Result Apply(Op op) { return value += op; }
//     bool operator==(const CounterSpec&) const = default;
//   };
//
//   TEST(MyCounter, IsLinearizable) {
//     const auto found = properties::ExploreLinearizable<CounterSpec>(
//         [] { return std::make_shared<MyCounter>(); },                          // yours
//         [](MyCounter& counter, int op) { return counter.Add(op); },           // does one operation
//         [](std::mt19937& random) { return 1 + static_cast<int>(random() % 2); },  // makes one
//         {});
//     EXPECT_EQ(found, "");
//   }
//
// Thread safety: a History may be written by any number of goroutines or threads; it is judged when they are through.
// Complexity: judging is exponential in the worst case (it remembers the states that it has been in); histories of some
// twenty operations of four goroutines take no time.
namespace plait::properties {

template <class Spec>
class History {
 public:
  using Op = typename Spec::Op;
  using Result = typename Spec::Result;

  // The most operations that a history can have.
  static constexpr size_t kMost = 64;

  // Calls f(), which does `op` on the object, and writes down when it was called, when it returned, and what. A call that
  // never returns is an operation that may have taken effect, or not.
  template <class F>
  Result Call(const Op& op, F f) {
    const size_t at = used_.fetch_add(1);
    Entry& entry = entries_[at];
    entry.op = op;
    entry.called = clock_.fetch_add(1);
    Result result = f();
    entry.result = result;
    entry.returned.store(clock_.fetch_add(1));
    return result;
  }

  // Whether some order of its operations, in which none comes before one that had returned when it was called, gives the
  // results that were written down.
  bool Linearizable(const Spec& initial = {}) const {
    std::vector<std::pair<uint64_t, Spec>> seen;
    return Search(0, initial, seen);
  }

  size_t size() const { return used_.load(); }

 private:
  static constexpr uint64_t kNever = ~uint64_t{0};
  struct Entry {
    Op op{};
    Result result{};
    uint64_t called = 0;
    std::atomic<uint64_t> returned{kNever};
  };

  // Wing and Gong's search, with Lowe's memory of what was tried: `done` are the operations that have taken effect.
  bool Search(uint64_t done, const Spec& state, std::vector<std::pair<uint64_t, Spec>>& seen) const {
    const size_t n = size();
    uint64_t first_return = kNever;
    for (size_t i = 0; i < n; ++i) {
      if ((done >> i & 1) == 0) first_return = std::min(first_return, entries_[i].returned.load());
    }
    if (first_return == kNever) return true;  // who is left has not returned
    for (const auto& [was_done, was] : seen) {
      if (was_done == done && was == state) return false;
    }
    seen.emplace_back(done, state);
    for (size_t i = 0; i < n; ++i) {
      const Entry& entry = entries_[i];
      if ((done >> i & 1) != 0 || entry.called > first_return) continue;
      Spec next = state;
      const Result result = next.Apply(entry.op);
      if (entry.returned.load() != kNever && !(result == entry.result)) continue;
      if (Search(done | uint64_t{1} << i, next, seen)) return true;
    }
    return false;
  }

  std::atomic<uint64_t> clock_{0};
  std::atomic<size_t> used_{0};
  std::vector<Entry> entries_ = std::vector<Entry>(kMost);
};

// How ExploreLinearizable looks.
struct LinearizableOptions {
  int programs = 20;              // random ones
  int goroutines = 2;             // in each
  int operations = 2;             // of each goroutine
  unsigned seed = 1;              // the same programs every time
  explore::Options explore = {};  // of each program
};

// Makes random programs: so many goroutines with so many operations each on one object; explores each in every schedule,
// and judges each history. "" if all are linearizable, else the explorer's report of the first that is not.
//   make()              a std::shared_ptr to a new object
//   apply(object, op)   does the operation, and returns its result
//   any(random)         a random operation
template <class Spec, class Make, class Apply, class Any>
std::string ExploreLinearizable(const Make& make, const Apply& apply, const Any& any,
                                const LinearizableOptions& options) {
  std::mt19937 random(options.seed);
  for (int i = 0; i < options.programs; ++i) {
    std::vector<std::vector<typename Spec::Op>> program(static_cast<size_t>(options.goroutines));
    for (auto& ops : program) {
      for (int k = 0; k < options.operations; ++k) ops.push_back(any(random));
    }
    const explore::Result result = explore::Explore("linearizable", options.explore, [&] {
      const auto object = make();
      const auto history = std::make_shared<History<Spec>>();
      for (const auto& ops : program) {
        go([object, history, ops, &apply] {
          for (const auto& op : ops) history->Call(op, [&] { return apply(*object, op); });
        });
      }
      explore::join_all();
      if (!history->Linearizable()) panic("the history is not linearizable");
    });
    if (result.verdict != explore::Verdict::kNone) return result.report.empty() ? result.text : result.report;
  }
  return "";
}

}  // namespace plait::properties

#endif  // PLAIT_PROPERTIES_NAMED_LINEARIZABLE_H_
