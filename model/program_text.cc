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
  if (c.dir == Dir::kRecv) return "<-" + name;
  return name + " <- " + (c.var == kNoVar ? std::to_string(c.value) : "variable " + std::to_string(c.var));
}

namespace {

// The text of an operation of something that is not a channel.
std::string ObjectText(const Program& program, const Op& op) {
  const std::string name = op.object >= 0 && op.object < static_cast<int>(program.objects.size())
                               ? program.objects[static_cast<size_t>(op.object)].name
                               : "";
  const std::string arg = op.var == kNoVar ? std::to_string(op.arg) : "variable " + std::to_string(op.var);
  switch (op.kind) {
    case OpKind::kLock:
      return name + ".Lock()";
    case OpKind::kUnlock:
      return name + ".Unlock()";
    case OpKind::kTryLock:
      return name + ".TryLock()";
    case OpKind::kRLock:
      return name + ".RLock()";
    case OpKind::kRUnlock:
      return name + ".RUnlock()";
    case OpKind::kTryRLock:
      return name + ".TryRLock()";
    case OpKind::kAddWait:
      return op.arg == -1 ? name + ".Done()" : name + ".Add(" + arg + ")";
    case OpKind::kWait:
    case OpKind::kCondWait:
      return name + ".Wait()";
    case OpKind::kOnce:
      return name + ".Do()";
    case OpKind::kOnceEnd:
      return "end of " + name + ".Do()";
    case OpKind::kSignal:
      return name + ".Signal()";
    case OpKind::kBroadcast:
      return name + ".Broadcast()";
    case OpKind::kLoad:
      return name + ".Load()";
    case OpKind::kStore:
      return name + ".Store(" + arg + ")";
    case OpKind::kAdd:
      return name + ".Add(" + arg + ")";
    case OpKind::kSwap:
      return name + ".Swap(" + arg + ")";
    case OpKind::kCompareAndSwap:
      return name + ".CompareAndSwap(" + std::to_string(op.old) + ", " + arg + ")";
    case OpKind::kStop:
      return name + ".Stop()";
    case OpKind::kReset:
      return name + ".Reset(" + arg + ")";
    case OpKind::kCancel:
      return name + "_cancel()";
    case OpKind::kErr:
      return name + ".Err()";
    case OpKind::kSleep:
      return "time.Sleep(" + arg + ")";
    case OpKind::kPanic:
      return "panic(" + arg + ")";
    case OpKind::kRecover:
      return "recover()";
    case OpKind::kGoexit:
      return "runtime.Goexit()";
    case OpKind::kReturn:
      return "return";
    case OpKind::kGosched:
      return "runtime.Gosched()";
    case OpKind::kIf:
      return "if variable " + std::to_string(op.var);
    case OpKind::kJump:
      return "jump to " + std::to_string(op.target);
    default:
      return "?";
  }
}

}  // namespace

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
    default:
      return ObjectText(program, op);
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
  switch (op.kind) {
    case OpKind::kLock:
      return program.objects[static_cast<size_t>(op.object)].kind == ObjectKind::kRWMutex ? "sync.RWMutex.Lock"
                                                                                          : "sync.Mutex.Lock";
    case OpKind::kRLock:
      return "sync.RWMutex.RLock";
    case OpKind::kOnce:
      return "sync.Mutex.Lock";  // ONCE-04
    case OpKind::kWait:
      return "sync.WaitGroup.Wait";
    case OpKind::kCondWait:
      return "sync.Cond.Wait";
    case OpKind::kSleep:
      return "sleep";
    default:
      break;
  }
  if (op.kind == OpKind::kSelect && op.cases.empty()) return "select (no cases)";  // SEL-08
  if (op.cases.size() != 1) return "select";
  const bool nil = program.channels[static_cast<size_t>(op.cases[0].chan)].nil;
  return std::string(op.cases[0].dir == Dir::kSend ? "chan send" : "chan receive") + (nil ? " (nil chan)" : "");
}

}  // namespace plait::model
