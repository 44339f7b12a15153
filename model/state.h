// A state of a running program, kept as a short flat string of bytes so that millions of them can be stored, compared
// with memcmp and hashed as words. This file knows what there is in a state; what may happen to it is in rules.h.
//
// For each goroutine: its status, the operation it is at (its "pc"), and the results of what it has done so far.
// For each channel that is not nil: whether it is closed, the values in its buffer, and who waits at either end.
//
// The results are part of the state: two runs that come to the same point having seen different things are in two
// states, because they will have different outcomes. Unused bytes are zero, so equal states are equal bytes.
#ifndef PLAIT_MODEL_STATE_H_
#define PLAIT_MODEL_STATE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "plait/model/layout.h"
#include "plait/model/outcome.h"
#include "plait/model/program.h"

namespace plait::model {

enum class Status : uint8_t {
  kNotStarted,
  kReady,     // at operation pc and has not begun it, or past its last operation: returned
  kBlocked,   // has begun operation pc and waits
  kPanicked,  // ended by operation pc
};

// A view of layout.size bytes that somebody else keeps.
class State {
 public:
  State(const Layout& layout, uint8_t* bytes) : layout_(&layout), bytes_(bytes) {}

  Status status(int g) const;
  void set_status(int g, Status status);         // kPanicked: by set_panic
  const char* panic(int g) const;                // its text; requires status(g) == kPanicked
  void set_panic(int g, std::string_view text);  // one of kPanicTexts
  int pc(int g) const { return bytes_[PcAt(g)]; }
  void AdvancePc(int g) { ++bytes_[PcAt(g)]; }

  bool closed(int chan) const { return bytes_[channel(chan).closed] != 0; }
  void set_closed(int chan) { bytes_[channel(chan).closed] = 1; }

  // The buffer, a FIFO queue of values.
  int buffered(int chan) const { return bytes_[channel(chan).buffer]; }
  void Push(int chan, int value);
  int Pop(int chan);

  // The goroutines that wait at one end of a channel, each once.
  std::span<const uint8_t> waiters(int chan, Dir dir) const;
  void EnqueueLast(int chan, Dir dir, int g);    // no effect if g is there already
  void EnqueueSorted(int chan, Dir dir, int g);  // the same, by number: one form where order means nothing
  void Dequeue(int chan, Dir dir, int g);        // no effect if g is not there

  // Notes the result of g's operation r.op. Each operation is given one result, a range any number of them.
  void Record(const Program& program, int g, const Result& r);

  // Calls visit(result) for each result of g so far, in order, until it returns false. Returns whether it never did.
  template <typename Visit>
  bool VisitResults(const Program& program, int g, Visit visit) const;

 private:
  const Layout::ChannelAt& channel(int chan) const { return layout_->channels[static_cast<size_t>(chan)]; }
  static size_t StatusAt(int g) { return static_cast<size_t>(g) * 2; }
  static size_t PcAt(int g) { return static_cast<size_t>(g) * 2 + 1; }
  uint8_t* slot(int g, int op) const;
  int ResultCount(const Program& program, int g, int op) const;
  Result ResultAt(const Program& program, int g, int op, int k) const;

  const Layout* layout_;
  uint8_t* bytes_;
};

template <typename Visit>
bool State::VisitResults(const Program& program, int g, Visit visit) const {
  const int ops = static_cast<int>(program.goroutines[static_cast<size_t>(g)].size());
  for (int op = 0; op <= pc(g) && op < ops; ++op) {
    for (int k = 0; k < ResultCount(program, g, op); ++k) {
      if (!visit(ResultAt(program, g, op, k))) return false;
    }
  }
  return true;
}

}  // namespace plait::model

#endif  // PLAIT_MODEL_STATE_H_
