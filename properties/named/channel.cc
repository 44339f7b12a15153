#include "plait/properties/named/channel.h"

#include <atomic>
#include <cmath>
#include <exception>
#include <map>
#include <utility>

namespace plait::properties {
namespace {

bool Throws(const std::function<void()>& f) {
  try {
    f();
    return false;
  } catch (const std::exception&) {
    return true;
  }
}

// Producer p's k-th value.
int ValueOf(int p, int k) { return 1000 * (p + 1) + k; }

}  // namespace

std::string ClosedChannelThrows(const System& system, int capacity) {
  const auto c = system.make(capacity);
  for (int i = 0; i < capacity - 1; ++i) c->Send(i);
  c->Close();
  if (!Throws([&] { c->Send(9); })) return "a send on a closed channel goes through";
  if (!Throws([&] { c->Close(); })) return "a closed channel can be closed again";
  for (int i = 0; i < capacity - 1; ++i) {
    if (c->Receive() != i) return "what was buffered before the close is lost, or out of order";
  }
  return c->Receive().has_value() ? "there is more than was sent" : "";
}

std::string ReceivesNothingOnceDrained(const System& system, int capacity) {
  const std::shared_ptr<Channel> c = system.make(capacity);
  std::optional<int> first[2], second[2];
  std::vector<std::function<void()>> functions;
  for (int r = 0; r < 2; ++r) {
    functions.push_back([c, r, &first, &second] {
      first[r] = c->Receive();
      second[r] = c->Receive();
    });
  }
  functions.push_back([c] {
    c->Send(0);  // a zero is a value
    c->Close();
  });
  system.run_all(std::move(functions));
  int values = 0;
  for (const auto& got : {first[0], first[1], second[0], second[1]}) values += got.has_value() ? 1 : 0;
  if (values != 1) return "one value was sent, " + std::to_string(values) + " were received";
  if (second[0].has_value() && !first[0].has_value()) return "a value after nothing";
  return second[1].has_value() && !first[1].has_value() ? "a value after nothing" : "";
}

std::string Fifo(const System& system, int capacity, int producers, int each) {
  const std::shared_ptr<Channel> c = system.make(capacity);
  std::vector<int> got;
  std::vector<std::function<void()>> functions;
  for (int p = 0; p < producers; ++p) {
    functions.push_back([c, p, each] {
      for (int k = 0; k < each; ++k) c->Send(ValueOf(p, k));
    });
  }
  functions.push_back([c, &got, n = producers * each] {
    for (int k = 0; k < n; ++k) got.push_back(c->Receive().value_or(-1));
  });
  system.run_all(std::move(functions));
  std::map<int, int> next;
  for (const int value : got) {
    const int p = value / 1000 - 1;
    if (value != ValueOf(p, next[p]++)) return "received " + std::to_string(value) + " where another one was due";
  }
  return "";
}

std::string ExactlyOnce(const System& system, int capacity, int producers, int each, int consumers) {
  const std::shared_ptr<Channel> c = system.make(capacity);
  auto left = std::make_shared<std::atomic<int>>(producers);
  std::vector<std::vector<int>> got(static_cast<size_t>(consumers));
  std::vector<std::function<void()>> functions;
  for (int p = 0; p < producers; ++p) {
    functions.push_back([c, p, each, left] {
      for (int k = 0; k < each; ++k) c->Send(ValueOf(p, k));
      if (left->fetch_sub(1) == 1) c->Close();  // the last one
    });
  }
  for (auto& mine : got) {
    functions.push_back([c, &mine] {
      while (const std::optional<int> value = c->Receive()) mine.push_back(*value);
    });
  }
  system.run_all(std::move(functions));
  std::map<int, int> counts;
  for (const auto& mine : got) {
    for (const int value : mine) ++counts[value];
  }
  for (int p = 0; p < producers; ++p) {
    for (int k = 0; k < each; ++k) {
      const int n = counts[ValueOf(p, k)];
      if (n != 1) return std::to_string(ValueOf(p, k)) + " was received " + std::to_string(n) + " times";
    }
  }
  return static_cast<int>(counts.size()) == producers * each ? "" : "something was received that nobody sent";
}

std::string RendezvousOverlaps(const System& system) {
  const std::shared_ptr<Channel> c = system.make(0);
  // Both begin when somebody lets them: so that either may be late, wherever schedules are made of channel operations.
  const std::shared_ptr<Channel> begin_sending = system.make(1), begin_receiving = system.make(1);
  auto sending = std::make_shared<std::atomic<bool>>(false), receiving = std::make_shared<std::atomic<bool>>(false);
  bool send_alone = false, receive_alone = false;
  system.run_all({[c, begin_sending, sending, receiving, &send_alone] {
                    begin_sending->Receive();
                    *sending = true;
                    c->Send(1);
                    send_alone = !*receiving;
                  },
                  [c, begin_receiving, sending, receiving, &receive_alone] {
                    begin_receiving->Receive();
                    *receiving = true;
                    c->Receive();
                    receive_alone = !*sending;
                  },
                  [begin_sending, begin_receiving] {
                    begin_sending->Send(0);
                    begin_receiving->Send(0);
                  }});
  if (send_alone) return "a send was through before anybody received";
  return receive_alone ? "a receive was through before anybody sent" : "";
}

std::string NoSpuriousWakeups(const System& system) {
  const std::shared_ptr<Channel> c = system.make(0);
  auto closing = std::make_shared<std::atomic<bool>>(false);
  std::optional<int> got[2];
  bool early[2] = {false, false};
  std::vector<std::function<void()>> functions;
  for (int r = 0; r < 2; ++r) {
    functions.push_back([c, closing, r, &got, &early] {
      got[r] = c->Receive();
      early[r] = !got[r].has_value() && !*closing;
    });
  }
  functions.push_back([c, closing] {
    c->Send(1);
    *closing = true;
    c->Close();
  });
  system.run_all(std::move(functions));
  if (early[0] || early[1]) return "a receiver was woken with nothing before the close";
  return got[0].has_value() == got[1].has_value() ? "one value, and not one receiver of it" : "";
}

std::string SendHappensBeforeReceive(const System& system, int capacity) {
  const std::shared_ptr<Channel> c = system.make(capacity);
  int plain = 0, seen = 0;
  system.run_all({[c, &plain] {
                    plain = 42;
                    c->Send(1);
                  },
                  [c, &plain, &seen] {
                    c->Receive();
                    seen = plain;
                  }});
  return seen == 42 ? "" : "the receiver does not see what was written before the send";
}

std::string ChoosesUniformly(int cases, int trials, const std::function<int()>& choose) {
  std::vector<int> counts(static_cast<size_t>(cases), 0);
  for (int i = 0; i < trials; ++i) {
    const int chosen = choose();
    if (chosen < 0 || chosen >= cases) return "chose " + std::to_string(chosen) + ", which is no case";
    ++counts[static_cast<size_t>(chosen)];
  }
  const double expected = static_cast<double>(trials) / cases;
  double chi_square = 0;
  for (size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] == 0) return "case " + std::to_string(k) + " starves";
    chi_square += (counts[k] - expected) * (counts[k] - expected) / expected;
  }
  // Wilson and Hilferty: the cube root of chi-square over its degrees of freedom is nearly normal; 4.75 sigma is 10^-6.
  const double freedom = cases - 1;
  const double z = (std::cbrt(chi_square / freedom) - (1 - 2 / (9 * freedom))) / std::sqrt(2 / (9 * freedom));
  return z < 4.75 ? "" : "not uniform: chi-square is " + std::to_string(chi_square);
}

}  // namespace plait::properties
