#include "plait/explore.h"

using namespace plait;

PLAIT_EXPLORE(PingPong, EveryPingHasItsPong) {
  auto ping = make_chan<int>().name("ping");
  auto pong = make_chan<int>().name("pong");
  go([ping, pong] {
    for (int n : ping) pong.send(n + 1);
    close(pong);
  });
  for (int n = 0; n < 3; ++n) {
    ping.send(n);
    EXPECT_EQ(pong.recv(), n + 1);
  }
  close(ping);
  EXPECT_FALSE(pong.recv_ok().ok);  // closed: nothing is left
}
