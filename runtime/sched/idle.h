#ifndef PLAIT_RUNTIME_SCHED_IDLE_H_
#define PLAIT_RUNTIME_SCHED_IDLE_H_

#include <atomic>
#include <cstdint>

#include "plait/runtime/lock/lock.h"
#include "plait/runtime/sched/m.h"

namespace plait::sched {

// Which Ms sleep and how many spin (look for work without having any), after Go's rules.
//
//   I1  An M in the list is idle: it owns no goroutine and sleeps, or is about to, on its wake_word.
//   I2  spinning_ counts the Ms that will look at every queue at least once more before they sleep.
// No wake-up is lost:
//
//   submitter                              M that goes idle
//   push work            (seq_cst)         Add(m): in the list, idle_ + 1     (seq_cst RMW)
//   read idle_, spinning_                  spinning_ - 1 if it was spinning   (seq_cst RMW)
//                                          look at every queue again
//                                          sleep
//
// Both sides write before they read, in one total order. Either the submitter sees the idle M and no spinner, and wakes
// one; or it sees a spinner, which will look at every queue after its own decrement, hence after the push; or it read
// before the M was added, and then the M's second look comes after the push and finds the work.
class IdleMs {
 public:
  // The caller's M goes into the list. Returns how many are idle now.
  int Add(M* m);
  // Takes m out again after its second look found work. False when somebody is waking it already.
  bool Remove(M* m);

  // Wakes one idle M, as a spinning one, if there is any and nobody spins.
  void WakeOne();
  // Wakes them all: the scheduler stops, or has fewer processors.
  void WakeAll();
  // Takes the P of an idle M, which goes on sleeping without one: `spare` is called with it. Null if none is idle.
  template <class F>
  sched::P* TakeP(F spare) {
    M* m = Pop();
    if (m == nullptr) return nullptr;
    P* p = m->p;
    m->p = nullptr;  // it does not look before it is woken, and that comes after
    spare(m);
    return p;
  }
  // As if an M had left the list: a processor came or went (AllIdle).
  void Bump();

  // The caller starts to look for work. At most half of the busy Ms do (the others would only fight over head_).
  bool TryStartSpinning(int procs);
  // The caller has found work or gives up. True if it was the last one.
  bool StopSpinning() { return spinning_.fetch_sub(1) == 1; }

  // Not 0 if all `procs` Ms are in the list. The same number twice: none has left it in between.
  uint64_t AllIdle(int procs);

  bool worth_waking() const { return idle_.load() != 0 && spinning_.load() == 0; }
  uint64_t wakes() const { return wakes_.load(); }
  int idle() const { return idle_.load(); }

 private:
  M* Pop();

  Lock lock_;
  M* first_ = nullptr;  // last in, first out: the warmest first
  uint64_t adds_ = 0;   // calls of Add
  std::atomic<int> idle_{0};
  std::atomic<int> spinning_{0};
  std::atomic<uint64_t> wakes_{0};
};

}  // namespace plait::sched

#endif  // PLAIT_RUNTIME_SCHED_IDLE_H_
