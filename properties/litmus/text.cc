// Programs and outcomes as text.
#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <sstream>

#include "plait/properties/litmus/litmus.h"

namespace plait::litmus {
namespace {

using model::Op;
using model::OpKind;
using model::Program;
using model::Result;

const model::Body& BodyOf(const Program& program, int g) { return program.goroutines[static_cast<size_t>(g)]; }

// What stands for the value of variable `var` of goroutine g.
std::string VarText(const Program& program, int g, int var, int constant) {
  if (var == model::kNoVar) return std::to_string(constant);
  const std::string& name = BodyOf(program, g)[static_cast<size_t>(var)].name;
  const std::string text = name.empty() ? "v" + std::to_string(var) : name;
  return constant == 0 ? text : text + "+" + std::to_string(constant);
}

std::string CaseText(const Program& program, int g, const model::Case& c) {
  const std::string name = ChannelName(program, c.chan);
  return c.dir == model::Dir::kSend ? name + " <- " + VarText(program, g, c.var, c.value) : "<-" + name;
}

std::string PlainText(const Program& program, int g, const Op& op) {
  switch (op.kind) {
    case OpKind::kSend:
    case OpKind::kRecv:
      return CaseText(program, g, op.cases[0]);
    case OpKind::kSelect: {
      std::string text = "select";
      for (const model::Case& c : op.cases) text += (text == "select" ? " " : ", ") + CaseText(program, g, c);
      if (op.cases.empty() && !op.has_default) return "select {}";
      return text + (op.has_default ? " or default" : "");
    }
    case OpKind::kRange:
      return "for range " + ChannelName(program, op.cases[0].chan);
    case OpKind::kStore:
    case OpKind::kAdd:
    case OpKind::kSwap: {
      const char* method = op.kind == OpKind::kStore ? ".Store(" : op.kind == OpKind::kAdd ? ".Add(" : ".Swap(";
      return program.objects[static_cast<size_t>(op.object)].name + method + VarText(program, g, op.var, op.arg) + ")";
    }
    case OpKind::kOnce:
      return program.objects[static_cast<size_t>(op.object)].name + ".Do";
    default:
      return ToString(program, op);
  }
}

std::string ResultText(const Program& program, int g, const Result& r) {
  const Op& op = BodyOf(program, g)[static_cast<size_t>(r.op)];
  const auto received = [&r] { return r.ok ? std::to_string(r.value) : std::string("closed"); };
  switch (op.kind) {
    case OpKind::kSelect: {
      if (r.chosen == model::kDefaultCase) return "default";
      const model::Case& c = op.cases[static_cast<size_t>(r.chosen)];
      const std::string text = "case " + CaseText(program, g, c);
      const auto same = [&c](const model::Case& other) { return other == c; };
      const bool several = std::count_if(op.cases.begin(), op.cases.end(), same) > 1;
      return text + (several ? " #" + std::to_string(r.chosen + 1) : "") +
             (c.dir == model::Dir::kRecv ? "=" + received() : "");
    }
    case OpKind::kRecv:
    case OpKind::kRange:
      return (op.name.empty() ? CaseText(program, g, op.cases[0]) : op.name) + "=" + received();
    default:
      break;
  }
  const std::string name = op.name.empty() ? OpText(program, g, r.op) : op.name;
  if (op.kind == OpKind::kErr) return name + (r.value == 0 ? "=nil" : r.value == 1 ? "=Canceled" : "=DeadlineExceeded");
  if (op.kind == OpKind::kRecover)
    return name + "=" + (r.value == 0 ? "nil" : "'" + model::PanicText(r.value - 1) + "'");
  return name + "=" + std::to_string(r.value);
}

}  // namespace

std::string OpText(const Program& program, int g, int i) {
  const model::Body& body = BodyOf(program, g);
  if (i < 0 || static_cast<size_t>(i) >= body.size()) return "?";
  const std::string text = PlainText(program, g, body[static_cast<size_t>(i)]);
  int before = 0, all = 0;
  for (int k = 0; k < static_cast<int>(body.size()); ++k) {
    if (PlainText(program, g, body[static_cast<size_t>(k)]) != text) continue;
    ++all;
    before += k < i ? 1 : 0;
  }
  return all > 1 ? text + " #" + std::to_string(before + 1) : text;
}

std::string Line(const Program& program, const model::Outcome& outcome) {
  std::string line;
  for (size_t i = 0; i < outcome.goroutines.size(); ++i) {
    const model::GoroutineOutcome& goroutine = outcome.goroutines[i];
    const int g = static_cast<int>(i);
    std::string text;
    for (const Result& r : goroutine.results) text += (text.empty() ? " " : ", ") + ResultText(program, g, r);
    const std::string space = text.empty() ? " " : ", ";
    switch (goroutine.end) {
      case model::End::kReturned:
        break;
      case model::End::kNotStarted:
        text += " unstarted";
        break;
      case model::End::kPanicked:
        text += space + "panics at " + OpText(program, g, goroutine.op) + ": " + goroutine.text;
        break;
      case model::End::kBlocked:
        text += space + "blocked: " + OpText(program, g, goroutine.op);
        break;
      case model::End::kGoexit:
        text += space + "exits";
        break;
      case model::End::kFatal:
        text += space + "dies at " + OpText(program, g, goroutine.op) + ": " + goroutine.text;
        break;
      case model::End::kCutOff:
        text += space + "-";
        break;
    }
    line += (i == 0 ? "" : " | ") + model::GoroutineName(g) + text;
  }
  return line + " | " + ToString(outcome.verdict);
}

std::string Print(const Program& program) {
  std::ostringstream out;
  for (const model::Channel& c : program.channels) {
    const std::string name = ChannelName(program, static_cast<int>(&c - program.channels.data()));
    if (c.of >= 0) continue;
    if (c.nil) {
      out << "var " << name << " chan int\n";
    } else {
      out << name << " := make(chan int" << (c.capacity == 0 ? "" : ", " + std::to_string(c.capacity)) << ")\n";
    }
  }
  const auto name_of = [&](int object) { return program.objects[static_cast<size_t>(object)].name; };
  for (const model::Object& object : program.objects) {
    switch (object.kind) {
      case model::ObjectKind::kMutex:
        out << "var " << object.name << " sync.Mutex\n";
        break;
      case model::ObjectKind::kRWMutex:
        out << "var " << object.name << " sync.RWMutex\n";
        break;
      case model::ObjectKind::kWaitGroup:
        out << "var " << object.name << " sync.WaitGroup\n";
        break;
      case model::ObjectKind::kOnce:
        out << "var " << object.name << " sync.Once\n";
        break;
      case model::ObjectKind::kInt:
        out << "var " << object.name << " atomic.Int64\n";
        break;
      case model::ObjectKind::kCond:
        out << object.name << " := sync.NewCond(&" << name_of(object.of) << ")\n";
        break;
      case model::ObjectKind::kTimer:
        out << object.name << " := time.NewTimer(" << object.after << ")\n";
        break;
      case model::ObjectKind::kFunc:
        out << object.name << " := time.AfterFunc(" << object.after << ", " << model::GoroutineName(object.of) << ")\n";
        break;
      case model::ObjectKind::kContext: {
        const std::string parent = object.of < 0 ? "context.Background()" : name_of(object.of);
        out << object.name << ", " << object.name << "_cancel := context.";
        out << (object.after == 0 ? "WithCancel(" + parent
                                  : "WithTimeout(" + parent + ", " + std::to_string(object.after))
            << ")\n";
        break;
      }
    }
  }
  for (size_t i = 0; i < program.goroutines.size(); ++i) {
    const int g = static_cast<int>(i);
    out << "\nfunc " << model::GoroutineName(g) << "() {\n";
    int depth = 1;
    for (const Op& op : program.goroutines[i]) {
      const std::string indent(static_cast<size_t>(depth) * 2, ' ');
      const std::string set = op.name.empty() ? "" : op.name + " := ";
      switch (op.kind) {
        case OpKind::kSelect:
          if (op.cases.empty() && !op.has_default) {
            out << indent << "select {}\n";
            break;
          }
          out << indent << "select {\n";
          for (const model::Case& c : op.cases) out << indent << "case " << CaseText(program, g, c) << ":\n";
          if (op.has_default) out << indent << "default:\n";
          out << indent << "}\n";
          break;
        case OpKind::kRange:
          out << indent << "for " << set << "range " << ChannelName(program, op.cases[0].chan) << " {}\n";
          break;
        case OpKind::kOnce:
          out << indent << PlainText(program, g, op) << "(func() {\n";
          ++depth;
          break;
        case OpKind::kOnceEnd:
          --depth;
          out << std::string(static_cast<size_t>(depth) * 2, ' ') << "})\n";
          break;
        default:
          if (op.deferred) {
            out << indent << "defer func() { " << set << PlainText(program, g, op) << " }()\n";
          } else {
            out << indent << set << PlainText(program, g, op) << "\n";
          }
      }
    }
    out << "}\n";
  }
  return out.str();
}

namespace {

// The program with its goroutines in this order, and everything named by when it is first spoken of.
std::string Renamed(const Program& program, const std::vector<size_t>& order) {
  std::vector<int> place(order.size());
  for (size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<int>(i);
  std::map<int, int> channels, objects, values;
  const auto number = [](std::map<int, int>& of, int what) {
    return std::to_string(of.emplace(what, static_cast<int>(of.size())).first->second);
  };
  std::ostringstream out;
  const std::function<void(int)> object_text = [&](int object) {
    const bool known = objects.count(object) != 0;
    out << "o" << number(objects, object);
    if (known || object < 0) return;
    const model::Object& o = program.objects[static_cast<size_t>(object)];
    out << "[" << static_cast<int>(o.kind) << " " << o.after;
    if (o.kind == model::ObjectKind::kFunc) out << " g" << place[static_cast<size_t>(o.of)];
    if (o.kind == model::ObjectKind::kCond || (o.kind == model::ObjectKind::kContext && o.of >= 0)) object_text(o.of);
    out << "]";
  };
  const auto channel_text = [&](int chan) {
    const bool known = channels.count(chan) != 0;
    out << "c" << number(channels, chan);
    if (known) return;
    const model::Channel& c = program.channels[static_cast<size_t>(chan)];
    out << "[" << c.capacity << (c.nil ? "nil" : "");
    if (c.of >= 0) object_text(c.of);
    out << "]";
  };
  for (const size_t g : order) {
    out << "{";
    for (const model::Object& o : program.objects) {  // an AfterFunc starts it, whether anybody speaks of that or not
      if (o.kind == model::ObjectKind::kFunc && static_cast<size_t>(o.of) == g) out << "after " << o.after << ";";
    }
    for (const Op& op : program.goroutines[g]) {
      out << static_cast<int>(op.kind) << (op.has_default ? "d" : "") << (op.deferred ? "!" : "") << " ";
      if (op.kind == OpKind::kGo) {
        out << "g" << place[static_cast<size_t>(op.object)];
      } else if (op.kind == OpKind::kClose || op.kind == OpKind::kLen || op.kind == OpKind::kCap) {
        channel_text(op.object);
      } else if (op.object >= 0) {
        object_text(op.object);
      }
      for (const model::Case& c : op.cases) {
        out << (c.dir == model::Dir::kSend ? "!" : "?");
        channel_text(c.chan);
        if (c.dir == model::Dir::kSend)
          out << "=" << (c.var >= 0 ? "v" + std::to_string(c.var) : number(values, c.value));
      }
      out << " " << op.arg << " " << op.old << " " << op.var << " " << static_cast<int>(op.field)
          << static_cast<int>(op.compare) << " " << op.target << ";";
    }
    out << "}";
  }
  return out.str();
}

}  // namespace

std::string UpToRenaming(const Program& program) {
  std::vector<size_t> order(program.goroutines.size());
  std::iota(order.begin(), order.end(), 0);
  std::string least = Renamed(program, order);
  while (std::next_permutation(order.begin() + 1, order.end())) least = std::min(least, Renamed(program, order));
  return least;
}

}  // namespace plait::litmus
