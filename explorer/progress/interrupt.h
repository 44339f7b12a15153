#ifndef PLAIT_EXPLORER_PROGRESS_INTERRUPT_H_
#define PLAIT_EXPLORER_PROGRESS_INTERRUPT_H_

namespace plait::explore {

// While one of these lives, Ctrl-C (SIGINT) ends the exploration after the execution under way, instead of the process.
// A second one ends the process.
class InterruptsAreHeard {
 public:
  InterruptsAreHeard();
  ~InterruptsAreHeard();
  InterruptsAreHeard(const InterruptsAreHeard&) = delete;
  InterruptsAreHeard& operator=(const InterruptsAreHeard&) = delete;
};

bool Interrupted();

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_PROGRESS_INTERRUPT_H_
