// A context tree: what was started for a purpose must be told when the purpose is gone.

#include "plait/explore.h"

namespace {

using namespace plait;
using namespace std::chrono_literals;
using explore::Verdict;

// One of several replicas that are asked the same thing.
void Ask(const context::Context& ctx, const SendChan<int>& answers, int replica) {
  Select{
      send_case(answers, replica),
      recv_case(ctx.Done()),  // nobody waits for the answer any more
  };
}

// Takes the first of two answers. The slower replica waits for somebody to take the other one, until ctx is done.
int FirstAnswer(const context::Context& ctx) {
  auto answers = make_chan<int>().name("answers");
  for (int replica : {1, 2}) {
    go([ctx, answers, replica] { Ask(ctx, answers, replica); });
  }
  return answers.recv();
}

// Found: the context of the questions is never cancelled. Its parent is not, either, so the slower replica waits for ever.
PLAIT_EXPLORE(ContextTree, MissingCancel, .expect = Verdict::kLeak) {
  const auto [server, shut_down] = context::WithCancel(context::Background());
  server.name("server");
  const auto [request, cancel] = context::WithCancel(server);
  request.name("request");
  EXPECT_GT(FirstAnswer(request), 0);
}

// Proven: cancelled when the answer is there.
PLAIT_EXPLORE(ContextTree, CancelledWhenDone) {
  const auto [server, shut_down] = context::WithCancel(context::Background());
  const auto [request, cancel] = context::WithCancel(server);
  EXPECT_GT(FirstAnswer(request), 0);
  cancel();
}

// Proven: cancelled from above, all that hangs on the server ends with it.
PLAIT_EXPLORE(ContextTree, CancelledFromAbove) {
  const auto [server, shut_down] = context::WithCancel(context::Background());
  const auto [request, cancel] = context::WithCancel(server);
  EXPECT_GT(FirstAnswer(request), 0);
  shut_down();
  EXPECT_EQ(request.Err(), context::Canceled);
}

// Found: with a deadline, whoever asks must listen to the context himself. If the second is over before an answer is
// there, the replicas stop, and nobody is left to answer.
PLAIT_EXPLORE(ContextTree, DeafToItsOwnDeadline, .expect = Verdict::kDeadlock) {
  const auto [request, cancel] = context::WithTimeout(context::Background(), 1s);
  FirstAnswer(request);
  cancel();
}

// Proven: the same, listening.
PLAIT_EXPLORE(ContextTree, ListensToItsDeadline) {
  const auto [request, cancel] = context::WithTimeout(context::Background(), 1s);
  auto answers = make_chan<int>().name("answers");
  for (int replica : {1, 2}) {
    go([ctx = request, answers, replica] { Ask(ctx, answers, replica); });
  }
  const Select s{
      recv_case(answers),
      recv_case(request.Done()),
  };
  if (s.index == 1) {
    EXPECT_EQ(request.Err(), context::DeadlineExceeded);
  }
  cancel();
}

// Found: main takes it that only the server can have cancelled the request. Its second may be over.
PLAIT_EXPLORE(ContextTree, WhoCancelled, .expect = Verdict::kAssertion) {
  const auto [server, shut_down] = context::WithCancelCause(context::Background());
  const auto [request, cancel] = context::WithTimeout(server, 1s);
  go([shut_down = shut_down] { shut_down(errors::New("maintenance")); });
  request.Done().recv();
  EXPECT_EQ(context::Cause(request).Error(), "maintenance");
}

}  // namespace
