// A leak as a gauge shows it: the number of goroutines after each request. In a program that runs for weeks that is
// often all there is to see.

#include <vector>

#include "plait/plait.h"
#include "plait/runtime/leak/verify.h"

namespace {

using namespace plait;

// Asks two servers and takes the first answer. Without a buffer the other one waits in its send for ever.
int First(int capacity) {
  auto answer = make_chan<int>(capacity);
  for (int server = 1; server <= 2; ++server) go([answer, server] { answer.send(server); });
  return answer.recv();
}

void Serve(int capacity, std::vector<int>& gauge) {
  for (int request = 0; request < 4; ++request) {
    First(capacity);
    while (NumGoroutine() > (capacity == 0 ? request + 1 : 0)) Gosched();  // until whoever can end has ended
    gauge.push_back(NumGoroutine());
  }
}

// Found, in production: one more each time.
TEST(NumGoroutine, GrowsWithEachRequest) {
  Runtime runtime;
  std::vector<int> gauge;
  Serve(/*capacity=*/0, gauge);
  EXPECT_EQ(gauge, (std::vector{1, 2, 3, 4}));
  EXPECT_EQ(leak::Left().size(), 4u);  // says who they are, and where they wait
}

// With room for both answers nobody is left.
TEST(NumGoroutine, StaysWhereItWas) {
  Runtime runtime;
  std::vector<int> gauge;
  Serve(/*capacity=*/2, gauge);
  EXPECT_EQ(gauge, (std::vector{0, 0, 0, 0}));
  leak::VerifyNone();
}

}  // namespace
