#include "plait/properties/generate/mixed_gen.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "plait/properties/generate/number_values.h"
#include "plait/properties/generate/program_gen.h"

namespace plait::generate {
namespace {

using model::Body;
using model::Object;
using model::ObjectKind;
using model::Op;
using model::OpKind;
using model::Program;

class Mixer {
 public:
  Mixer(const rc::Random& random, int size, int max_ops) : random_(random) {
    ops_ = 3 + (max_ops - 3) * std::min(size + 30, 100) / 100 - Below(2);
  }

  Program Make() {
    constexpr int kCapacities[] = {0, 0, 0, 1, 1, 2};
    for (int i = 1 + Below(2); i > 0; --i) {
      program_.channels.push_back(model::Chan(kCapacities[Below(6)], "c" + std::to_string(i)));
    }
    channels_ = static_cast<int>(program_.channels.size());
    program_.goroutines.resize(static_cast<size_t>(2 + Below(2)));
    for (int i = 1 + Below(2); i > 0; --i) AddObject();
    for (int left = ops_; left > 0; --left) Grow(Below(static_cast<int>(program_.goroutines.size())));
    for (Body& body : program_.goroutines) {
      if (!body.empty() && Below(8) == 0) InsertFirst(body, {Deferred()});
    }
    if (wait_group_ >= 0) StartAll();
    return WithNumberedValues(std::move(program_));
  }

 private:
  int Below(int n) { return static_cast<int>(random_.next() % static_cast<uint64_t>(n)); }

  int New(ObjectKind kind, const std::string& name, int of = -1, int after = 0) {
    Object object{.kind = kind, .name = name + std::to_string(program_.objects.size()), .of = of, .after = after};
    if (kind == ObjectKind::kTimer || kind == ObjectKind::kContext) {
      object.chan = static_cast<int>(program_.channels.size());
      program_.channels.push_back({.name = object.name + (kind == ObjectKind::kTimer ? ".C" : ".Done()"),
                                   .of = static_cast<int>(program_.objects.size())});
    }
    program_.objects.push_back(object);
    return static_cast<int>(program_.objects.size()) - 1;
  }

  void AddObject() {
    switch (Below(9)) {
      case 0:
        New(ObjectKind::kMutex, "mu");
        break;
      case 1:
        New(ObjectKind::kRWMutex, "rw");
        break;
      case 2:
        if (wait_group_ < 0) wait_group_ = New(ObjectKind::kWaitGroup, "wg");
        break;
      case 3:
        New(ObjectKind::kOnce, "once");
        break;
      case 4:
        New(ObjectKind::kCond, "cond", New(ObjectKind::kMutex, "mu"));
        break;
      case 5:
        New(ObjectKind::kInt, "x");
        break;
      case 6:
        New(ObjectKind::kTimer, "t", -1, 1 + Below(2));
        break;
      case 7: {
        const int child = New(ObjectKind::kContext, "ctx", -1, Below(2));
        if (Below(2) == 0) New(ObjectKind::kContext, "ctx", child, 0);
        break;
      }
      default:
        if (func_ < 0) {
          func_ = static_cast<int>(program_.goroutines.size());
          program_.goroutines.emplace_back();
          New(ObjectKind::kFunc, "f", func_, 1 + Below(2));
        }
    }
  }

  model::Case AnyCase() {
    // A timer's or a context's channel can only be received from.
    const int all = static_cast<int>(program_.channels.size());
    const int chan = Below(3) == 0 ? Below(all) : Below(channels_);
    return chan < channels_ && Below(2) == 0 ? model::CaseSend(chan, 0) : model::CaseRecv(chan);
  }

  Op Communication() {
    const model::Case c = AnyCase();
    return c.dir == model::Dir::kSend ? model::Send(c.chan, 0) : model::Recv(c.chan);
  }

  // One more operation, or a few that belong together, at the end of goroutine g.
  void Grow(int g) {
    Body& body = program_.goroutines[static_cast<size_t>(g)];
    const int what = Below(100);
    if (what < 30) {
      body.push_back(Communication());
    } else if (what < 45) {
      std::vector<model::Case> cases;
      for (int n = 1 + Below(2); n >= 0; --n) cases.push_back(AnyCase());
      body.push_back(Below(5) < 2 ? model::SelectOrDefault(std::move(cases)) : model::Select(std::move(cases)));
    } else if (what < 50) {
      body.push_back(model::Close(Below(channels_)));
    } else if (what < 52) {
      body.push_back({.kind = OpKind::kSleep, .arg = 1 + Below(2)});
    } else if (what < 54) {
      body.push_back({.kind = OpKind::kPanic, .arg = Below(3)});
    } else if (what < 56) {
      body.push_back({.kind = OpKind::kGoexit});
    } else {
      OnObject(g, Below(static_cast<int>(std::max<size_t>(program_.objects.size(), 1))));
    }
  }

  // Between a Lock and its Unlock there is often something.
  void Inside(Body& body) {
    if (Below(2) == 0) body.push_back(Communication());
  }

  void OnObject(int g, int i) {
    Body& body = program_.goroutines[static_cast<size_t>(g)];
    if (program_.objects.empty()) return body.push_back(Communication());
    const auto op = [i](OpKind kind, int arg = 0) { return Op{.kind = kind, .object = i, .arg = arg}; };
    switch (program_.objects[static_cast<size_t>(i)].kind) {
      case ObjectKind::kMutex:
        if (Below(4) == 0) return body.push_back(op(OpKind::kTryLock));
        body.push_back(op(OpKind::kLock));
        Inside(body);
        return body.push_back(op(OpKind::kUnlock));
      case ObjectKind::kRWMutex: {
        if (Below(5) == 0) return body.push_back(op(Below(2) == 0 ? OpKind::kTryLock : OpKind::kTryRLock));
        const bool reads = Below(2) == 0;
        body.push_back(op(reads ? OpKind::kRLock : OpKind::kLock));
        Inside(body);
        return body.push_back(op(reads ? OpKind::kRUnlock : OpKind::kUnlock));
      }
      case ObjectKind::kWaitGroup:
        return body.push_back(Below(2) == 0 ? op(OpKind::kWait) : op(OpKind::kAddWait, -1));
      case ObjectKind::kOnce: {
        const size_t at = body.size();
        body.push_back(op(OpKind::kOnce));
        if (Below(4) == 0) {
          body.push_back({.kind = OpKind::kPanic, .arg = Below(3)});
        } else {
          Inside(body);
        }
        body.push_back(op(OpKind::kOnceEnd));
        body[at].target = static_cast<int>(body.size());
        return;
      }
      case ObjectKind::kCond: {
        const int mutex = program_.objects[static_cast<size_t>(i)].of;
        if (Below(2) == 0) return body.push_back(op(Below(2) == 0 ? OpKind::kSignal : OpKind::kBroadcast));
        body.push_back({.kind = OpKind::kLock, .object = mutex});
        body.push_back(op(OpKind::kCondWait));
        return body.push_back({.kind = OpKind::kUnlock, .object = mutex});
      }
      case ObjectKind::kInt: {
        constexpr OpKind kKinds[] = {OpKind::kLoad, OpKind::kStore, OpKind::kAdd, OpKind::kSwap,
                                     OpKind::kCompareAndSwap};
        return body.push_back(op(kKinds[Below(5)], 1 + Below(2)));
      }
      case ObjectKind::kTimer:
        if (Below(3) == 0) return body.push_back(model::Recv(program_.objects[static_cast<size_t>(i)].chan));
        return body.push_back(Below(2) == 0 ? op(OpKind::kStop) : op(OpKind::kReset, 1 + Below(2)));
      case ObjectKind::kFunc:
        // The function itself does not stop AfterFuncs: see properties/conformance/world.h.
        return body.push_back(g == func_ ? Communication() : op(OpKind::kStop));
      case ObjectKind::kContext:
        if (Below(3) == 0) return body.push_back(model::Recv(program_.objects[static_cast<size_t>(i)].chan));
        return body.push_back(Below(2) == 0 ? op(OpKind::kCancel) : op(OpKind::kErr));
    }
  }

  Op Deferred() {
    Op op{.kind = OpKind::kRecover};
    const int what = Below(4);
    if (what == 0) op = model::Close(Below(channels_));
    if (what == 1) op = Communication();
    op.deferred = true;
    return op;
  }

  // wg.Add with as many as there are Dones, and then the goroutines.
  void StartAll() {
    int dones = 0;
    for (const Body& body : program_.goroutines) {
      for (const Op& op : body) dones += op.kind == OpKind::kAddWait ? 1 : 0;
    }
    if (dones == 0) return;
    Body start = {{.kind = OpKind::kAddWait, .object = wait_group_, .arg = std::min(dones, 10)}};
    for (int g = 1; g < static_cast<int>(program_.goroutines.size()); ++g) {
      if (g != func_) start.push_back(model::Go(g));
    }
    InsertFirst(program_.goroutines[0], start);
  }

  static void InsertFirst(Body& body, const Body& first) {
    for (Op& op : body) op.target += op.target >= 0 ? static_cast<int>(first.size()) : 0;
    body.insert(body.begin(), first.begin(), first.end());
  }

  rc::Random random_;
  int ops_;
  Program program_;
  int channels_ = 0;  // that are nobody's
  int wait_group_ = -1;
  int func_ = -1;  // the goroutine of an AfterFunc
};

}  // namespace

rc::Gen<Program> MixedProgram(int max_ops) {
  return [max_ops](const rc::Random& random, int size) {
    return rc::shrinkable::shrinkRecur(Mixer(random, size, max_ops).Make(),
                                       [](const Program& p) { return rc::seq::fromContainer(Simpler(p)); });
  };
}

std::map<std::string, int> FeaturesOf(const Program& program) {
  std::map<std::string, int> features;
  for (const Object& object : program.objects) {
    constexpr const char* kNames[] = {"mutex", "rwmutex", "waitgroup", "once",   "cond",
                                      "int",   "timer",   "func",      "context"};
    ++features[kNames[static_cast<size_t>(object.kind)]];
  }
  std::map<int, int> senders, closers;
  for (const Body& body : program.goroutines) {
    std::map<int, bool> sends, closes;
    for (const Op& op : body) {
      if (op.deferred) ++features["deferred"];
      switch (op.kind) {
        case OpKind::kSelect:
          ++features[op.has_default ? "select with default" : "select"];
          break;
        case OpKind::kPanic:
          ++features["panic"];
          break;
        case OpKind::kGoexit:
          ++features["goexit"];
          break;
        case OpKind::kSleep:
          ++features["sleep"];
          break;
        case OpKind::kClose:
          ++features["close"];
          closes[op.object] = true;
          break;
        default:
          break;
      }
      for (const model::Case& c : op.cases) {
        if (c.dir == model::Dir::kSend) sends[c.chan] = true;
      }
    }
    for (const auto& [chan, yes] : sends) ++senders[chan];
    for (const auto& [chan, yes] : closes) ++closers[chan];
  }
  for (const auto& [chan, n] : senders) features["shared channel"] += n > 1 ? 1 : 0;
  for (const auto& [chan, n] : closers) features["racing closes"] += n > 1 ? 1 : 0;
  std::erase_if(features, [](const auto& feature) { return feature.second == 0; });
  return features;
}

}  // namespace plait::generate
