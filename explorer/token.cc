#include "plait/explorer/token.h"

#include <charconv>

namespace plait::explore {
namespace {

constexpr std::string_view kVersion = "plait1";

// A TryLock that may fail for no reason, a Pool that may have lost its items: written with their alternative if it is not 0.
bool MayHaveAlternative(OpKind kind) {
  return kind == OpKind::kMutexTryLock || kind == OpKind::kRWMutexTryLock || kind == OpKind::kRWMutexTryRLock ||
         kind == OpKind::kPoolGet;
}

bool HasAlternative(OpKind kind) { return kind == OpKind::kSelect || kind == OpKind::kChoose; }

bool KindOfLetter(char letter, OpKind& kind) {
  for (int k = 0; k < kOpKinds; ++k) {
    if (OpLetter(static_cast<OpKind>(k)) == letter) {
      kind = static_cast<OpKind>(k);
      return true;
    }
  }
  return false;
}

std::string EncodeArrival(int32_t alternative) {
  return alternative == Transition::kArrive ? "w" : "w" + std::to_string(-2 - alternative);
}

std::string EncodeStep(const StepKey& key) {
  const Transition& t = key.transition;
  if (t.kind == Transition::kTimer) return "t" + std::to_string(t.alternative);
  std::string text = std::to_string(t.goroutine);
  if (t.kind == Transition::kStart) return text + "+";
  if (t.kind == Transition::kComplete) return text + "-";
  text += OpLetter(key.op);
  if (Transition::Arrives(t.alternative)) {
    text += EncodeArrival(t.alternative);
  } else if (HasAlternative(key.op) || (MayHaveAlternative(key.op) && t.alternative != 0)) {
    text += std::to_string(t.alternative);
  }
  if (t.kind == Transition::kRendezvous) text += "_" + std::to_string(t.peer);
  if (t.peer_alternative != 0) text += "e" + std::to_string(t.peer_alternative);
  return text;
}

// Reads text from the left; every Take returns false at the first character that does not fit.
struct Reader {
  std::string_view text;

  bool Take(char c) {
    if (text.empty() || text[0] != c) return false;
    text.remove_prefix(1);
    return true;
  }
  // After the w: the case that stands first in line, if it matters.
  bool TakeArrival(int32_t& alternative) {
    alternative = Transition::kArrive;
    if (text.empty() || text[0] < '0' || text[0] > '9') return true;
    int32_t first = 0;
    if (!TakeNumber(first)) return false;
    alternative = Transition::ArriveFirst(first);
    return true;
  }
  template <class T>
  bool TakeNumber(T& n) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || n < 0) return false;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    return true;
  }
};

bool DecodeStep(std::string_view text, StepKey& key) {
  Reader in{text};
  Transition& t = key.transition;
  key.object = -1;  // unknown
  if (in.Take('t')) {
    t.kind = Transition::kTimer;
    return in.TakeNumber(t.alternative) && in.text.empty();
  }
  if (!in.TakeNumber(t.goroutine) || t.goroutine == 0) return false;
  if (in.Take('+')) {
    t.kind = Transition::kStart;
    return in.text.empty();
  }
  if (in.Take('-')) {
    t.kind = Transition::kComplete;
    return in.text.empty();
  }
  if (in.text.empty() || !KindOfLetter(in.text[0], key.op)) return false;
  key.has_op = true;
  in.text.remove_prefix(1);
  if (in.Take('w')) {
    if (!in.TakeArrival(t.alternative)) return false;
  } else if (HasAlternative(key.op) || (MayHaveAlternative(key.op) && !in.text.empty())) {
    if (!in.TakeNumber(t.alternative)) return false;
  }
  if (in.Take('_')) {
    t.kind = Transition::kRendezvous;
    if (!in.TakeNumber(t.peer) || t.peer == 0) return false;
    if (in.Take('e') && !in.TakeNumber(t.peer_alternative)) return false;
  }
  return in.text.empty();
}

}  // namespace

std::string EncodeToken(const Token& token) {
  std::string text(kVersion);
  text += token.granularity == Granularity::kUser ? ":u:" : ":r:";
  text += token.test + ":";
  for (size_t i = 0; i < token.schedule.size(); ++i) text += (i == 0 ? "" : ".") + EncodeStep(token.schedule[i]);
  return text;
}

bool DecodeToken(std::string_view text, Token& token, std::string& error) {
  const std::string whole(text);
  const auto bad = [&](const std::string& what) {
    error = "plait: this is not a replay token: " + whole + "\n  " + what +
            "\n  A token looks like plait1:u:Suite.Name:1s.2r and is printed, whole, by the failing test: copy that "
            "line again.";
    return false;
  };
  std::string_view fields[3];
  for (std::string_view& field : fields) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return bad("it ends early: there are three ':' in a token");
    field = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (fields[0] != kVersion) {
    return bad("it starts with '" + std::string(fields[0]) + "', but this plait reads version '" +
               std::string(kVersion) + "'");
  }
  if (fields[1] != "u" && fields[1] != "r")
    return bad("its granularity is '" + std::string(fields[1]) + "', not u or r");
  if (fields[2].empty()) return bad("it names no test");
  token = {};
  token.granularity = fields[1] == "u" ? Granularity::kUser : Granularity::kRuntime;
  token.test = fields[2];
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t dot = text.find('.');
    const std::string_view step = text.substr(0, dot);
    StepKey key;
    if (!DecodeStep(step, key))
      return bad("its step " + std::to_string(number) + ", '" + std::string(step) + "', means nothing");
    token.schedule.push_back(key);
    text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  }
  return true;
}

}  // namespace plait::explore
