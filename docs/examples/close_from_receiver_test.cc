// The receiver has had enough and closes the channel. Only the sender may close: whoever closes from the other side
// cannot know whether a send is under way, and there is no safe way to ask.

#include "plait/explore.h"

namespace {

using namespace plait;
using namespace std::chrono_literals;
using explore::Verdict;

// Found: "send on closed channel", in the schedules in which the second is over before the worker has sent.
void CloseFromReceiver() {
  auto answer = make_chan<int>().name("answer");
  go([answer] { answer.send(42); });
  Select{
      recv_case(answer),
      recv_case(time::After(1s)),
  };
  close(answer);  // so that the worker ends? It does, and takes the process with it.
}

PLAIT_EXPLORE(CloseFromReceiver, SenderPanics, .expect = Verdict::kPanic, .expect_text = "send on closed channel") {
  CloseFromReceiver();
}

// The same by hand: what an exploration found is a value, explore::Result.
TEST(CloseFromReceiver, ThePanicIsGos) {
  const explore::Result result = explore::Explore("CloseFromReceiver.SenderPanics", {}, CloseFromReceiver);
  EXPECT_EQ(result.verdict, Verdict::kPanic);
  EXPECT_NE(result.text.find("send on closed channel"), std::string::npos) << result.report;
}

// Proven: the sender closes, when it has nothing more to send; the receiver says on a channel of its own that it stops.
PLAIT_EXPLORE(CloseFromReceiver, SenderCloses) {
  auto numbers = make_chan<int>().name("numbers");
  auto done = make_chan<bool>().name("done");
  go([numbers, done] {
    for (int n = 0; n < 5; ++n) {
      const Select s{
          send_case(numbers, n),
          recv_case(done),
      };
      if (s.index == 1) break;
    }
    close(numbers);
  });
  for (int n : numbers) {
    if (n == 2) break;
  }
  close(done);
}

}  // namespace
