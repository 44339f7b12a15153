// How programs shrink.
#include <algorithm>
#include <functional>
#include <utility>

#include "plait/properties/generate/number_values.h"
#include "plait/properties/generate/program_gen.h"

namespace plait::generate {
namespace {

using model::Body;
using model::Case;
using model::Op;
using model::OpKind;
using model::Program;

using Programs = std::vector<Program>;

void Add(Programs& out, Program program) { out.push_back(WithNumberedValues(std::move(program))); }

bool UsesChannel(const Op& op) {
  return op.kind == OpKind::kClose || op.kind == OpKind::kLen || op.kind == OpKind::kCap;
}

bool IsOfObject(const Op& op) { return op.kind >= OpKind::kLock && op.kind <= OpKind::kErr; }

// Calls f(index) for every mention of a channel, which may change it.
template <class F>
void ForEachChannel(Program& program, const F& f) {
  for (Body& body : program.goroutines) {
    for (Op& op : body) {
      if (UsesChannel(op)) f(op.object);
      for (Case& c : op.cases) f(c.chan);
    }
  }
}

// Whether an AfterFunc starts it.
bool IsFunc(const Program& program, size_t g) {
  return std::any_of(program.objects.begin(), program.objects.end(), [g](const model::Object& object) {
    return object.kind == model::ObjectKind::kFunc && object.of == static_cast<int>(g);
  });
}

void EraseGoroutine(Program& p, size_t g) {
  for (model::Object& object : p.objects) {
    object.of -= object.kind == model::ObjectKind::kFunc && object.of > static_cast<int>(g);
  }
  p.goroutines.erase(p.goroutines.begin() + static_cast<std::ptrdiff_t>(g));
  const int gone = static_cast<int>(g);
  for (size_t h = 0; h < p.goroutines.size(); ++h) {
    std::erase_if(p.goroutines[h], [&](const Op& op) { return op.kind == OpKind::kGo && op.object == gone; });
    for (Op& op : p.goroutines[h]) op.object -= op.kind == OpKind::kGo && op.object > gone;
    // main is started by nobody, and nobody starts himself.
    std::erase_if(p.goroutines[h], [&](const Op& op) {
      return op.kind == OpKind::kGo && (op.object == 0 || op.object == static_cast<int>(h));
    });
  }
}

// Bit 0: it sends; bit 1: it receives.
int DirectionsOf(const Body& body) {
  int directions = 0;
  for (const Op& op : body) {
    for (const Case& c : op.cases) directions |= c.dir == model::Dir::kSend ? 1 : 2;
  }
  return directions;
}

// One goroutine less: gone with its operations, or their operations appended to an earlier one's (unless that would
// make a goroutine of two kinds). If main has no operations it goes, and the next goroutine is main.
void WithoutGoroutines(const Program& program, Programs& out) {
  const size_t n = program.goroutines.size();
  for (size_t g = program.goroutines[0].empty() && n > 1 ? 0 : 1; g < n; ++g) {
    if (IsFunc(program, g) || (g == 0 && IsFunc(program, 1))) continue;
    Program p = program;
    EraseGoroutine(p, g);
    Add(out, std::move(p));
  }
  for (size_t g = 1; g < n; ++g) {
    const Body& body = program.goroutines[g];
    if (IsFunc(program, g)) continue;
    if (std::any_of(body.begin(), body.end(), [](const Op& op) { return op.target >= 0 || op.deferred; })) continue;
    for (size_t h = 0; h < g; ++h) {
      if ((DirectionsOf(body) | DirectionsOf(program.goroutines[h])) == 3) continue;
      Program p = program;
      p.goroutines[h].insert(p.goroutines[h].end(), body.begin(), body.end());
      EraseGoroutine(p, g);
      Add(out, std::move(p));
    }
  }
}

// Takes an operation out of a body; jumps go where they went.
void Erase(Body& body, size_t i) {
  body.erase(body.begin() + static_cast<std::ptrdiff_t>(i));
  for (Op& op : body) op.target -= op.target > static_cast<int>(i) ? 1 : 0;
}

// The operation without which this one means nothing, after it: the Unlock of a Lock, the end of a Once. 0: none.
size_t PartnerOf(const Body& body, size_t i) {
  const OpKind partner = body[i].kind == OpKind::kLock    ? OpKind::kUnlock
                         : body[i].kind == OpKind::kRLock ? OpKind::kRUnlock
                         : body[i].kind == OpKind::kOnce  ? OpKind::kOnceEnd
                                                          : body[i].kind;
  if (partner == body[i].kind) return 0;
  for (size_t k = i + 1; k < body.size(); ++k) {
    if (body[k].kind == partner && body[k].object == body[i].object) return k;
  }
  return 0;
}

void WithoutOperations(const Program& program, Programs& out) {
  for (size_t g = 0; g < program.goroutines.size(); ++g) {
    for (size_t i = 0; i < program.goroutines[g].size(); ++i) {
      Program p = program;
      Body& body = p.goroutines[g];
      if (body[i].kind == OpKind::kUnlock || body[i].kind == OpKind::kRUnlock || body[i].kind == OpKind::kOnceEnd)
        continue;
      if (const size_t partner = PartnerOf(body, i); partner != 0) Erase(body, partner);
      Erase(body, i);
      Add(out, std::move(p));
    }
  }
}

// An object less that nobody uses any more.
void WithoutObjects(const Program& program, Programs& out) {
  for (size_t i = 0; i < program.objects.size(); ++i) {
    const int gone = static_cast<int>(i);
    bool used = program.objects[i].chan >= 0 || program.objects[i].kind == model::ObjectKind::kFunc;
    for (const model::Object& object : program.objects)
      used |= object.kind != model::ObjectKind::kFunc && object.of == gone;
    for (const model::Channel& chan : program.channels) used |= chan.of == gone;
    for (const Body& body : program.goroutines) {
      for (const Op& op : body) used |= IsOfObject(op) && op.object == gone;
    }
    if (used) continue;
    Program p = program;
    p.objects.erase(p.objects.begin() + gone);
    for (model::Object& object : p.objects) object.of -= object.kind != model::ObjectKind::kFunc && object.of > gone;
    for (model::Channel& chan : p.channels) chan.of -= chan.of > gone;
    for (Body& body : p.goroutines) {
      for (Op& op : body) op.object -= IsOfObject(op) && op.object > gone;
    }
    Add(out, std::move(p));
  }
}

// The mentions of channel `from` become mentions of channel 0; the channel itself goes.
void WithFewerChannels(const Program& program, Programs& out) {
  for (size_t from = 0; from < program.channels.size(); ++from) {
    Program p = program;
    bool used = false;
    ForEachChannel(p, [&](int& chan) { used |= chan == static_cast<int>(from); });
    if ((from == 0 && used) || program.channels[from].of >= 0 || program.channels[0].of >= 0) continue;
    ForEachChannel(p, [&](int& chan) {
      if (chan == static_cast<int>(from)) chan = 0;
      if (chan > static_cast<int>(from)) --chan;
    });
    p.channels.erase(p.channels.begin() + static_cast<std::ptrdiff_t>(from));
    for (model::Object& object : p.objects) object.chan -= object.chan > static_cast<int>(from);
    Add(out, std::move(p));
  }
}

std::vector<Op> SimplerOps(const Op& op) {
  std::vector<Op> ops;
  if (op.kind == OpKind::kRange) ops.push_back(model::Recv(op.cases[0].chan));
  if (op.kind != OpKind::kSelect) return ops;
  for (const Case& c : op.cases) {
    ops.push_back(c.dir == model::Dir::kSend ? model::Send(c.chan, 0) : model::Recv(c.chan));
  }
  for (size_t k = 0; k < op.cases.size(); ++k) {
    ops.push_back(op);
    ops.back().cases.erase(ops.back().cases.begin() + static_cast<std::ptrdiff_t>(k));
  }
  if (op.has_default) ops.push_back(model::Select(op.cases));
  return ops;
}

void WithSimplerOperations(const Program& program, Programs& out) {
  for (size_t g = 0; g < program.goroutines.size(); ++g) {
    for (size_t i = 0; i < program.goroutines[g].size(); ++i) {
      for (Op& op : SimplerOps(program.goroutines[g][i])) {
        Program p = program;
        op.deferred = p.goroutines[g][i].deferred;
        p.goroutines[g][i] = std::move(op);
        Add(out, std::move(p));
      }
    }
  }
}

void WithSimplerChannels(const Program& program, Programs& out) {
  for (size_t c = 0; c < program.channels.size(); ++c) {
    const model::Channel& chan = program.channels[c];
    Programs& all = out;
    if (chan.of >= 0) continue;
    const auto add = [&](model::Channel simpler) {
      Program p = program;
      p.channels[c] = std::move(simpler);
      Add(all, std::move(p));
    };
    if (chan.nil) add(model::Chan(0));
    if (chan.capacity > 0) add(model::Chan(0));
    if (chan.capacity > 1) add(model::Chan(chan.capacity - 1));
  }
}

}  // namespace

Program WithNumberedValues(Program program) {
  int next = 0;
  for (Body& body : program.goroutines) {
    for (Op& op : body) {
      for (Case& c : op.cases) c.value = c.dir == model::Dir::kSend ? ++next : 0;
    }
  }
  return program;
}

Programs Simpler(const Program& program) {
  Programs out;
  WithoutGoroutines(program, out);
  WithoutOperations(program, out);
  WithoutObjects(program, out);
  WithFewerChannels(program, out);
  WithSimplerOperations(program, out);
  WithSimplerChannels(program, out);
  return out;
}

}  // namespace plait::generate
