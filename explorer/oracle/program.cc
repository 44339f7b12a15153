#include "plait/explorer/oracle/program.h"

namespace plait::explore::oracle {
namespace {

constexpr const char* kShared[] = {"timer", "ticker", "func"};

std::string ChanName(int chan) {
  if (chan == kTimerChan) return "after";
  if (chan == kSharedTimerChan) return "timer.C";
  if (chan == kTickerChan) return "ticker.C";
  if (chan == kDoneChan) return "ctx.Done()";
  return "c" + std::to_string(chan);
}

std::string Text(const Instruction& in) {
  const std::string object = std::to_string(in.object);
  const std::string value = std::to_string(in.value);
  switch (in.kind) {
    case Instruction::kSend:
      return ChanName(in.object) + " <- " + value;
    case Instruction::kRecv:
      return "<-" + ChanName(in.object);
    case Instruction::kClose:
      return "close(" + ChanName(in.object) + ")";
    case Instruction::kLen:
      return "len(" + ChanName(in.object) + ")";
    case Instruction::kSelect: {
      std::string text = "select {";
      for (const Case& c : in.cases) {
        text +=
            c.send ? " " + ChanName(c.chan) + " <- " + std::to_string(c.value) + ";" : " <-" + ChanName(c.chan) + ";";
      }
      return text + (in.has_default ? " default }" : " }");
    }
    case Instruction::kLock:
      return "m" + object + ".Lock()";
    case Instruction::kTryLock:
      return "m" + object + ".TryLock()";
    case Instruction::kUnlock:
      return "m" + object + ".Unlock()";
    case Instruction::kUnlockIfHeld:
      return "if held { m" + object + ".Unlock() }";
    case Instruction::kLoad:
      return "a" + object + ".Load()";
    case Instruction::kStore:
      return "a" + object + ".Store(" + value + ")";
    case Instruction::kAdd:
      return "a" + object + ".Add(" + value + ")";
    case Instruction::kCas:
      return "a" + object + ".CompareAndSwap(" + std::to_string(in.other) + ", " + value + ")";
    case Instruction::kWaitGroupAdd:
      return "w" + object + ".Add(" + value + ")";
    case Instruction::kWaitGroupWait:
      return "w" + object + ".Wait()";
    case Instruction::kSleep:
      return "Sleep(" + value + "ms)";
    case Instruction::kAfter:
      return "after = After(" + value + "ms)";
    case Instruction::kNow:
      return "Now()";
    case Instruction::kStop:
      return std::string(kShared[in.object]) + ".Stop()";
    case Instruction::kReset:
      return std::string(kShared[in.object]) + ".Reset(" + value + "ms)";
    case Instruction::kChoose:
      return "choose(" + value + ")";
    case Instruction::kSpawn:
      return "go body" + object;
    case Instruction::kRLock:
      return "rw" + object + ".RLock()";
    case Instruction::kRUnlock:
      return "rw" + object + ".RUnlock()";
    case Instruction::kWriteLock:
      return "rw" + object + ".Lock()";
    case Instruction::kWriteUnlock:
      return "rw" + object + ".Unlock()";
    case Instruction::kTryRLock:
      return "rw" + object + ".TryRLock()";
    case Instruction::kTryWriteLock:
      return "rw" + object + ".TryLock()";
    case Instruction::kRUnlockIfHeld:
      return "if held { rw" + object + ".RUnlock() }";
    case Instruction::kWriteUnlockIfHeld:
      return "if held { rw" + object + ".Unlock() }";
    case Instruction::kOnceDo:
      return "once" + object + ".Do(a0.Add(" + value + ")" +
             (in.other == Instruction::kPanics      ? "; panic)"
              : in.other == Instruction::kDoesAgain ? "; Do)"
                                                    : ")");
    case Instruction::kCondWait:
      return "cond" + object + ".Wait()";
    case Instruction::kCondSignal:
      return "cond" + object + ".Signal()";
    case Instruction::kCondBroadcast:
      return "cond" + object + ".Broadcast()";
    case Instruction::kCancel:
      return "cancel()";
    case Instruction::kErr:
      return "ctx.Err()";
    case Instruction::kSkipUnless:
      return "if last == " + value + ":";
  }
  return {};
}

}  // namespace

size_t Program::size() const {
  size_t n = 0;
  for (const auto& body : bodies) n += body.size();
  return n;
}

std::string ToString(const Program& program) {
  std::string text = "channels";
  for (size_t i = 0; i < program.capacities.size(); ++i) {
    const int capacity = program.capacities[i];
    text += " c" + std::to_string(i) + (capacity == Program::kNil ? "(nil)" : "(" + std::to_string(capacity) + ")");
  }
  if (program.conds > 0) text += program.cond_over_readers ? "; cond over rw0.RLocker()" : "; cond over m0";
  if (program.spurious_try_lock) text += "; TryLock may fail for no reason";
  for (int i = 0; i < 3; ++i) {
    if (program.shared[i] > 0) text += std::string(", ") + kShared[i] + "(" + std::to_string(program.shared[i]) + "ms)";
  }
  if (program.context == Program::kNoDeadline) text += "; a context";
  if (program.context > 0) text += "; a context with timeout " + std::to_string(program.context) + "ms";
  text += "\n";
  for (size_t b = 0; b < program.bodies.size(); ++b) {
    text += b == 0 ? "main " : "body" + std::to_string(b);
    for (const Instruction& in : program.bodies[b]) text += "  " + Text(in) + ";";
    text += b == 0 && program.join ? "  join_all()\n" : "\n";
  }
  return text;
}

}  // namespace plait::explore::oracle
