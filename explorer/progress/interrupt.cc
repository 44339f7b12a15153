#include "plait/explorer/progress/interrupt.h"

#include <csignal>

namespace plait::explore {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void OnInterrupt(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);  // the second one
}

}  // namespace

InterruptsAreHeard::InterruptsAreHeard() {
  interrupted = 0;
  std::signal(SIGINT, &OnInterrupt);
}

InterruptsAreHeard::~InterruptsAreHeard() { std::signal(SIGINT, SIG_DFL); }

bool Interrupted() { return interrupted != 0; }

}  // namespace plait::explore
