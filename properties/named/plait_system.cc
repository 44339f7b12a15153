#include "plait/plait.h"
#include "plait/properties/named/channel.h"

namespace plait::properties {
namespace {

class PlaitChannel : public Channel {
 public:
  explicit PlaitChannel(int capacity) : chan_(make_chan<int>(capacity)) {}
  void Send(int value) override { chan_.send(value); }
  std::optional<int> Receive() override {
    const Received<int> r = chan_.recv_ok();
    return r.ok ? std::optional<int>(r.value) : std::nullopt;
  }
  void Close() override { close(chan_); }

 private:
  Chan<int> chan_;
};

}  // namespace

System PlaitSystem() {
  return {.make = [](int capacity) { return std::make_unique<PlaitChannel>(capacity); },
          .run_all =
              [](std::vector<std::function<void()>> functions) {
                sync::WaitGroup wg;
                for (auto& f : functions) wg.Go(std::move(f));
                wg.Wait();
              }};
}

}  // namespace plait::properties
