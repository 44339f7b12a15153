#include "plait/properties/generate/program_gen.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "plait/properties/generate/number_values.h"

namespace plait::generate {
namespace {

using model::Body;
using model::Op;
using model::Program;

class Maker {
 public:
  Maker(const rc::Random& random, int size, int max_ops) : random_(random) {
    const int most = 3 + (max_ops - 3) * std::min(size + 30, 100) / 100;
    ops_ = most - Below(most / 3);
  }

  Program SendersAndReceivers() {
    Program program{.channels = {model::Chan(Below(4))}};
    const int senders = 1 + Below(std::min(3, ops_ / 2));
    const int receivers = 1 + Below(std::min(3, ops_ / 2));
    program.goroutines.resize(static_cast<size_t>(senders + receivers));
    const bool closes = Below(3) != 0;
    const bool ranges = closes && Below(2) == 0;
    for (int left = ops_ - closes; left > 0; --left) {
      const bool send = Below(ranges ? 5 : 2) != 0;
      Body& body = program.goroutines[static_cast<size_t>(send ? Below(senders) : senders + Below(receivers))];
      if (!send && ranges && Below(2) == 0 && body.empty()) {
        body.push_back(model::Range(0));
      } else {
        body.push_back(send ? model::Send(0, 0) : model::Recv(0));
      }
    }
    if (closes) {
      if (Below(2) == 0) {
        program.goroutines[static_cast<size_t>(Below(senders))].push_back(model::Close(0));
      } else {
        program.goroutines.push_back({model::Close(0)});
      }
    }
    // main is any of them.
    std::swap(program.goroutines[0], program.goroutines[Index(program.goroutines.size())]);
    return program;
  }

  Program AnyProgram() {
    Program program;
    constexpr int kCapacities[] = {0, 0, 0, 0, 1, 1, 1, 2, 2, kNil};
    constexpr int kChannels[] = {1, 1, 1, 1, 2, 2, 2, 2, 3, 3};
    for (int i = kChannels[Below(10)]; i > 0; --i) {
      const int capacity = kCapacities[Below(10)];
      program.channels.push_back(capacity == kNil ? model::NilChan() : model::Chan(capacity));
    }
    surplus_.assign(program.channels.size(), 0);
    constexpr int kGoroutines[] = {1, 2, 2, 2, 3, 3, 3, 3, 4, 4};
    program.goroutines.resize(static_cast<size_t>(std::min(kGoroutines[Below(10)], ops_)));
    for (int left = ops_; left > 0; --left) {
      program.goroutines[Index(program.goroutines.size())].push_back(AnyOp());
    }
    for (size_t g = 1; g < program.goroutines.size(); ++g) {
      if (Below(4) != 0) continue;
      Body& parent = program.goroutines[Index(g)];
      parent.insert(parent.begin() + Below(static_cast<int>(parent.size()) + 1), model::Go(static_cast<int>(g)));
    }
    return program;
  }

 private:
  static constexpr int kNil = -1;

  int Below(int n) { return static_cast<int>(random_.next() % static_cast<uint64_t>(n)); }
  size_t Index(size_t size) { return static_cast<size_t>(Below(static_cast<int>(size))); }
  int AnyChan() { return static_cast<int>(Index(surplus_.size())); }

  // Mostly what is wanting on its channel: a program whose goroutines all wait for the first thing shows little.
  model::Case AnyCase() {
    const int chan = AnyChan();
    int& surplus = surplus_[static_cast<size_t>(chan)];
    const bool send = surplus != 0 && Below(3) != 0 ? surplus < 0 : Below(2) == 0;
    surplus += send ? 1 : -1;
    return send ? model::CaseSend(chan, 0) : model::CaseRecv(chan);
  }

  Op AnyOp() {
    const int what = Below(100);
    if (what < 55) {
      const model::Case c = AnyCase();
      return c.dir == model::Dir::kSend ? model::Send(c.chan, 0) : model::Recv(c.chan);
    }
    if (what < 59) return model::Range(AnyChan());
    if (what < 66) return model::Close(AnyChan());
    if (what < 73) return model::Len(AnyChan());
    if (what < 74) return model::Cap(AnyChan());
    constexpr int kCases[] = {0, 1, 1, 2, 2, 2, 2, 2, 3, 3};
    std::vector<model::Case> cases;
    for (int n = kCases[Below(10)]; n > 0; --n) cases.push_back(AnyCase());
    return Below(5) < 2 ? model::SelectOrDefault(std::move(cases)) : model::Select(std::move(cases));
  }

  rc::Random random_;
  int ops_;
  std::vector<int> surplus_;  // by channel: sends minus receives so far
};

rc::Gen<Program> ProgramsOf(int max_ops, Program (Maker::*make)()) {
  return [max_ops, make](const rc::Random& random, int size) {
    Maker maker(random, size, max_ops);
    return rc::shrinkable::shrinkRecur(WithNumberedValues((maker.*make)()),
                                       [](const Program& p) { return rc::seq::fromContainer(Simpler(p)); });
  };
}

}  // namespace

rc::Gen<Program> SendersAndReceivers(int max_ops) { return ProgramsOf(max_ops, &Maker::SendersAndReceivers); }

rc::Gen<Program> AnyProgram(int max_ops) { return ProgramsOf(max_ops, &Maker::AnyProgram); }

}  // namespace plait::generate

namespace plait::model {

void showValue(const Program& program, std::ostream& out) { out << ToString(program); }

}  // namespace plait::model
