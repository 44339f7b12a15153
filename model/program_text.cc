// The readable form of a program.
#include "plait/model/program.h"

namespace plait::model {

std::string ChannelName(const Program& program, int chan) {
  const std::string& name = program.channels[static_cast<size_t>(chan)].name;
  return name.empty() ? "c" + std::to_string(chan) : name;
}

std::string GoroutineName(int goroutine) { return goroutine == 0 ? "main" : "g" + std::to_string(goroutine); }

std::string ToString(const Program& program, const Case& c) {
  const std::string name = ChannelName(program, c.chan);
  return c.dir == Dir::kSend ? name + " <- " + std::to_string(c.value) : "<-" + name;
}

std::string ToString(const Program& program, const Op& op) {
  switch (op.kind) {
    case OpKind::kGo:
      return "go " + GoroutineName(op.object) + "()";
    case OpKind::kSend:
    case OpKind::kRecv:
      return ToString(program, op.cases[0]);
    case OpKind::kRange:
      return "for range " + ChannelName(program, op.cases[0].chan) + " {}";
    case OpKind::kClose:
      return "close(" + ChannelName(program, op.object) + ")";
    case OpKind::kLen:
      return "len(" + ChannelName(program, op.object) + ")";
    case OpKind::kCap:
      return "cap(" + ChannelName(program, op.object) + ")";
    case OpKind::kSelect:
      break;
  }
  std::string text;
  for (const Case& c : op.cases) text += "case " + ToString(program, c) + ": ";
  if (op.has_default) text += "default: ";
  return text.empty() ? "select {}" : "select { " + text + "}";
}

std::string ToString(const Program& program) {
  std::string text;
  for (size_t c = 0; c < program.channels.size(); ++c) {
    const Channel& chan = program.channels[c];
    const std::string name = ChannelName(program, static_cast<int>(c));
    if (chan.nil) {
      text += "var " + name + " chan int\n";
    } else {
      const std::string capacity = chan.capacity == 0 ? "" : ", " + std::to_string(chan.capacity);
      text += name + " := make(chan int" + capacity + ")\n";
    }
  }
  for (size_t g = 0; g < program.goroutines.size(); ++g) {
    text += "func " + GoroutineName(static_cast<int>(g)) + "() {\n";
    for (const Op& op : program.goroutines[g]) text += "  " + ToString(program, op) + "\n";
    if (g == 0 && program.main_joins_all) text += "  // waits for all\n";
    text += "}\n";
  }
  return text;
}

std::string WaitReason(const Program& program, const Op& op) {
  if (op.kind == OpKind::kSelect && op.cases.empty()) return "select (no cases)";  // SEL-08
  if (op.cases.size() != 1) return "select";
  const bool nil = program.channels[static_cast<size_t>(op.cases[0].chan)].nil;
  return std::string(op.cases[0].dir == Dir::kSend ? "chan send" : "chan receive") + (nil ? " (nil chan)" : "");
}

}  // namespace plait::model
