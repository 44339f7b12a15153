// A state of a running program, kept as a short flat string of bytes so that millions of them can be stored, compared
// with memcmp and hashed as words. This file knows what there is in a state; what may happen to it is in rules.h.
//
// For each goroutine: its status, the operation it is at (its "pc"), and the results of what it has done so far.
// For each channel that is not nil: whether it is closed, the values in its buffer, and who waits at either end.
// For each other object what it needs, for each timer whether it is armed and until when.
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
  kBlocked,   // has begun operation pc and waits in queues of channels
  kExited,    // ended by Goexit
  kFatal,     // ended the process
  kPanicked,  // ended by a panic
};

// A view of layout.size bytes that somebody else keeps.
class State {
 public:
  State(const Layout& layout, uint8_t* bytes) : layout_(&layout), bytes_(bytes) {}

  Status status(int g) const;
  void set_status(int g, Status status);  // kPanicked: by set_panic
  int panic(int g) const;                 // its number; requires status(g) == kPanicked
  void set_panic(int g, int number);
  int pc(int g) const { return bytes_[PcAt(g)]; }
  void AdvancePc(int g) { ++bytes_[PcAt(g)]; }
  void set_pc(int g, int pc) { bytes_[PcAt(g)] = static_cast<uint8_t>(pc); }

  // How goroutine g ends: it has left its body and runs deferred operations. Its panic, if any, is in flight.
  struct Ending {
    bool is = false;
    bool goexit = false;
    int panic = -1;    // number, or -1
    int left_at = 0;   // the operation at which it left its body
    int panicked = 0;  // the operation that raised the panic
  };
  Ending ending(int g) const;
  void set_ending(int g, const Ending& ending);
  // How far an operation of several steps is: RWMutex.Lock, Cond.Wait, Sleep, cancel.
  int phase(int g) const { return FrameOf(g)[0] >> 4; }
  void set_phase(int g, int phase);

  // An object's byte k. Mutex: [locked]. RWMutex: [0: no writer, 1: one waits for the readers, 2: one holds it]
  // [readers]. WaitGroup: [count]. Once: [0: idle, 1: running, 2: done]. Context: [its error, kErr...].
  int byte(int object, int k = 0) const { return bytes_[ObjectAt(object) + static_cast<size_t>(k)]; }
  void set_byte(int object, int k, int value) {
    bytes_[ObjectAt(object) + static_cast<size_t>(k)] = static_cast<uint8_t>(value);
  }
  int integer(int object) const;
  void set_integer(int object, int value);
  // A Cond's: the goroutines that wait for a signal.
  std::span<const uint8_t> waiting(int object) const;
  void Wait(int object, int g, bool sorted);
  void Wake(int object, int g);

  // Timers, by object, or by the number of objects + g for a goroutine that sleeps.
  bool has_timer(int timer) const { return layout_->timers[static_cast<size_t>(timer)] != 0; }
  bool armed(int timer) const { return bytes_[layout_->timers[static_cast<size_t>(timer)]] == 1; }
  bool fired(int timer) const { return bytes_[layout_->timers[static_cast<size_t>(timer)]] == 2; }  // since it was set
  int deadline(int timer) const { return bytes_[layout_->timers[static_cast<size_t>(timer)] + 1]; }
  void Arm(int timer, int after);
  void Disarm(int timer, bool fires = false);
  int timers_set() const { return layout_->now == 0 ? 0 : bytes_[layout_->set]; }
  void set_timers_set(int n) { bytes_[layout_->set] = static_cast<uint8_t>(n); }
  int now() const { return layout_->now == 0 ? 0 : bytes_[layout_->now]; }
  void set_now(int now) { bytes_[layout_->now] = static_cast<uint8_t>(now); }

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

  // What operation `op` of g has found out; with op == r.op. Requires that it has.
  Result ResultOf(int g, int op) const;

  // Notes the result of g's operation r.op. Each operation is given one result, a range any number of them.
  void Record(const Program& program, int g, const Result& r);

  // Calls visit(result) for each result of g so far, in order, until it returns false. Returns whether it never did.
  template <typename Visit>
  bool VisitResults(const Program& program, int g, Visit visit) const;

 private:
  const Layout::ChannelAt& channel(int chan) const { return layout_->channels[static_cast<size_t>(chan)]; }
  static size_t StatusAt(int g) { return static_cast<size_t>(g) * 2; }
  static size_t PcAt(int g) { return static_cast<size_t>(g) * 2 + 1; }
  size_t ObjectAt(int object) const { return layout_->objects[static_cast<size_t>(object)]; }
  // [1: ending, 2: Goexit; phase << 4] [left_at] [panic + 1] [panicked]
  uint8_t* FrameOf(int g) const { return bytes_ + layout_->frames + kFrameSize * static_cast<size_t>(g); }
  uint8_t* slot(int g, int op) const;
  int ResultCount(const Program& program, int g, int op) const;
  Result ResultAt(const Program& program, int g, int op, int k) const;

  const Layout* layout_;
  uint8_t* bytes_;
};

template <typename Visit>
bool State::VisitResults(const Program& program, int g, Visit visit) const {
  const int ops = static_cast<int>(program.goroutines[static_cast<size_t>(g)].size());
  const int last = ending(g).is ? ops : pc(g);
  for (int op = 0; op <= last && op < ops; ++op) {
    for (int k = 0; k < ResultCount(program, g, op); ++k) {
      if (!visit(ResultAt(program, g, op, k))) return false;
    }
  }
  return true;
}

}  // namespace plait::model

#endif  // PLAIT_MODEL_STATE_H_
