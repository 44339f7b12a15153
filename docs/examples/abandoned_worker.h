#ifndef PLAIT_DOCS_EXAMPLES_ABANDONED_WORKER_H_
#define PLAIT_DOCS_EXAMPLES_ABANDONED_WORKER_H_

// A function that asks a worker, and gives up after a second: Go's best-known leak, and two ways to mend it.
// abandoned_worker_test.cc explores the three as tests, demo.cc (./plait demo) as a program.

#include <optional>

#include "plait/plait.h"

namespace examples {

using namespace plait;
using namespace std::chrono_literals;

// Leaks: if the second is over first, nobody will ever receive, and the worker waits in its send for ever.
inline std::optional<int> AskAndLeak() {
  auto answer = make_chan<int>().name("answer");
  go([answer] { answer.send(42); });
  std::optional<int> got;
  Select{
      recv_case(answer, [&](int a) { got = a; }),
      recv_case(time::After(1s)),
  };
  return got;
}

// A buffer of one: the only send there is never waits, whether or not somebody receives.
inline std::optional<int> AskWithBuffer() {
  auto answer = make_chan<int>(1).name("answer");
  go([answer] { answer.send(42); });
  std::optional<int> got;
  Select{
      recv_case(answer, [&](int a) { got = a; }),
      recv_case(time::After(1s)),
  };
  return got;
}

// A done channel: closing it tells the worker that nobody waits any more.
inline std::optional<int> AskWithDone() {
  auto answer = make_chan<int>().name("answer");
  auto done = make_chan<bool>().name("done");
  go([answer, done] {
    Select{
        send_case(answer, 42),
        recv_case(done),
    };
  });
  std::optional<int> got;
  Select{
      recv_case(answer, [&](int a) { got = a; }),
      recv_case(time::After(1s)),
  };
  close(done);
  return got;
}

}  // namespace examples

#endif  // PLAIT_DOCS_EXAMPLES_ABANDONED_WORKER_H_
