// A pool of workers whose requests are paced by one ticker: however many workers there are, each request waits for a tick
// of its own. The service on the other side allows one request a second.

#include <vector>

#include "plait/explore.h"

namespace {

using namespace plait;
using namespace std::chrono_literals;

constexpr auto kEvery = 1s;

struct Request {
  int page = 0;
  time::Time tick;  // the one that let it through
};

// Fetches all pages; `quit` ends the work early.
std::vector<Request> FetchAll(int pages, int workers, RecvChan<bool> quit) {
  auto todo = make_chan<int>(pages).name("todo");
  auto fetched = make_chan<Request>(pages).name("fetched");
  for (int page = 1; page <= pages; ++page) todo.send(page);
  close(todo);

  time::Ticker limiter = time::NewTicker(kEvery);  // one for all: that is the limit
  sync::WaitGroup wg;
  for (int i = 0; i < workers; ++i) {
    wg.Go([=] {
      for (int page : todo) {
        const int taken =
            Select{
                recv_case(limiter.C,
                          [&](time::Time tick) {
                            fetched.send({page, tick});
                          }),
                recv_case(quit),
            }
                .index;
        if (taken == 1) return;
      }
    });
  }
  wg.Wait();
  limiter.Stop();
  close(fetched);
  std::vector<Request> requests;
  for (const Request& request : fetched) requests.push_back(request);
  return requests;
}

// In every schedule each page is fetched once, and no two requests are closer than a second.
PLAIT_EXPLORE(RateLimiter, KeepsItsDistance) {
  const std::vector<Request> requests = FetchAll(3, 2, {});
  EXPECT_EQ(requests.size(), 3u);
  for (size_t i = 0; i < requests.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      EXPECT_NE(requests[i].page, requests[k].page);
      const auto distance = requests[i].tick - requests[k].tick;
      EXPECT_GE(distance < 0s ? -distance : distance, kEvery);
    }
  }
}

// Whenever somebody has enough, every worker ends: nobody is left waiting for a tick.
PLAIT_EXPLORE(RateLimiter, EndsEarly) {
  auto quit = make_chan<bool>();
  go([quit] { close(quit); });
  EXPECT_LE(FetchAll(2, 2, quit).size(), 2u);
}

}  // namespace
