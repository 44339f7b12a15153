#include "plait/explorer/replay/token.h"

#include <charconv>
#include <cstdio>

namespace plait::explore {
namespace {

constexpr std::string_view kVersion = "plait2";
constexpr std::string_view kOldVersion = "plait1";

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

// What the goroutine does, without its number.
std::string EncodeAction(const StepKey& key) {
  const Transition& t = key.transition;
  if (t.kind == Transition::kStart) return "+";
  if (t.kind == Transition::kComplete) return "-";
  std::string text(1, OpLetter(key.op));
  if (Transition::Arrives(t.alternative)) {
    text += t.alternative == Transition::kArrive ? "!" : "!" + std::to_string(-2 - t.alternative);
  } else if (HasAlternative(key.op) || (MayHaveAlternative(key.op) && t.alternative != 0)) {
    text += std::to_string(t.alternative);
  }
  if (t.kind == Transition::kRendezvous) text += "_" + std::to_string(t.peer);
  if (t.peer_alternative != 0) text += "~" + std::to_string(t.peer_alternative);
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
  bool AtNumber() const { return !text.empty() && text[0] >= '0' && text[0] <= '9'; }
  // After the !: the case that stands first in line, if it matters.
  bool TakeArrival(int32_t& alternative) {
    alternative = Transition::kArrive;
    if (!AtNumber()) return true;
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

// What a goroutine does; `arrives` and `peers_case` are the marks of the token's version.
bool DecodeAction(Reader& in, StepKey& key, char arrives, char peers_case) {
  Transition& t = key.transition;
  key.object = -1;  // unknown
  if (in.Take('+')) {
    t.kind = Transition::kStart;
    return true;
  }
  if (in.Take('-')) {
    t.kind = Transition::kComplete;
    return true;
  }
  if (in.text.empty() || !KindOfLetter(in.text[0], key.op)) return false;
  key.has_op = true;
  in.text.remove_prefix(1);
  if (in.Take(arrives)) {
    if (!in.TakeArrival(t.alternative)) return false;
  } else if (HasAlternative(key.op) || (MayHaveAlternative(key.op) && in.AtNumber())) {
    if (!in.TakeNumber(t.alternative)) return false;
  }
  if (in.Take('_')) {
    t.kind = Transition::kRendezvous;
    if (!in.TakeNumber(t.peer) || t.peer == 0) return false;
    if (in.Take(peers_case) && !in.TakeNumber(t.peer_alternative)) return false;
  }
  return true;
}

bool DecodeTimer(Reader& in, std::vector<StepKey>& schedule) {
  StepKey key;
  key.object = -1;
  key.transition.kind = Transition::kTimer;
  if (!in.TakeNumber(key.transition.alternative) || !in.text.empty()) return false;
  schedule.push_back(key);
  return true;
}

constexpr uint32_t kMostRepeats = 1'000'000;

// What stands between two dots: a timer, or a goroutine with its steps.
bool DecodeGroup(std::string_view text, bool old, std::vector<StepKey>& schedule) {
  Reader in{text};
  if (in.Take('t')) return DecodeTimer(in, schedule);
  StepKey key;
  if (!in.TakeNumber(key.transition.goroutine) || key.transition.goroutine == 0) return false;
  if (old) {
    if (!DecodeAction(in, key, 'w', 'e') || !in.text.empty()) return false;
    schedule.push_back(key);
    return true;
  }
  do {
    StepKey step = key;
    if (!DecodeAction(in, step, '!', '~')) return false;
    uint32_t times = 1;
    if (in.Take('*') && (!in.TakeNumber(times) || times == 0 || times > kMostRepeats)) return false;
    schedule.insert(schedule.end(), times, step);
  } while (!in.text.empty());
  return true;
}

}  // namespace

uint32_t FingerprintOf(const std::vector<StepKey>& schedule) {
  uint64_t hash = schedule.size();
  for (const StepKey& key : schedule) {
    const Transition& t = key.transition;
    hash = IdentityOf(hash, static_cast<uint64_t>(t.kind) << 32 | static_cast<uint16_t>(t.goroutine));
    hash = IdentityOf(
        hash, static_cast<uint64_t>(key.has_op ? OpLetter(key.op) : 0) << 32 | static_cast<uint32_t>(key.object));
    hash = IdentityOf(hash, static_cast<uint64_t>(key.arg));
  }
  const auto fingerprint = static_cast<uint32_t>(hash >> 48);
  return fingerprint != 0 ? fingerprint : 1;
}

std::string EncodeStep(const StepKey& key) {
  if (key.transition.kind == Transition::kTimer) return "t" + std::to_string(key.transition.alternative);
  return std::to_string(key.transition.goroutine) + EncodeAction(key);
}

bool DecodeStep(std::string_view text, StepKey& key) {
  std::vector<StepKey> one;
  if (!DecodeGroup(text, /*old=*/false, one) || one.size() != 1) return false;
  key = one[0];
  return true;
}

std::string EncodeToken(const Token& token) {
  std::string text(kVersion);
  text += token.granularity == Granularity::kUser ? ":u:" : ":r:";
  char fingerprint[16];
  std::snprintf(fingerprint, sizeof fingerprint, ":%04x:", token.fingerprint);
  text += token.test + fingerprint;
  int16_t last = 0;
  for (size_t i = 0; i < token.schedule.size();) {
    const StepKey& key = token.schedule[i];
    const std::string step = EncodeStep(key);
    size_t times = 1;
    while (i + times < token.schedule.size() && EncodeStep(token.schedule[i + times]) == step) ++times;
    if (key.transition.kind == Transition::kTimer) {
      times = 1;
      text += (i == 0 ? "" : ".") + step;
      last = 0;
    } else {
      const std::string action = EncodeAction(key);
      text += key.transition.goroutine == last ? action : (i == 0 ? "" : ".") + step;
      if (times * action.size() <= action.size() + 2) {
        for (size_t k = 1; k < times; ++k) text += action;
      } else {
        text += "*" + std::to_string(times);
      }
      last = key.transition.goroutine;
    }
    i += times;
  }
  return text;
}

bool DecodeToken(std::string_view text, Token& token, std::string& error) {
  const std::string whole(text);
  const auto bad = [&](const std::string& what) {
    error =
        "plait: this is not a replay token: " + whole + "\n  " + what +
        "\n  A token looks like plait2:u:Suite.Name:3fa2:1s.2r and is printed, whole, by the failing test: copy that "
        "line again.";
    return false;
  };
  bool old = false;
  std::string_view fields[4];
  for (int i = 0; i < (old ? 3 : 4); ++i) {
    const size_t colon = text.find(':');
    if (i == 0 && colon != std::string_view::npos) {
      const std::string_view version = text.substr(0, colon);
      old = version == kOldVersion;
      if (!old && version != kVersion) {
        return bad("it starts with '" + std::string(version) + "', but this plait reads versions '" +
                   std::string(kVersion) + "' and '" + std::string(kOldVersion) + "'");
      }
    }
    if (colon == std::string_view::npos) {
      return bad(std::string("it ends early: there are ") + (old ? "three" : "four") + " ':' in a token");
    }
    fields[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (fields[1] != "u" && fields[1] != "r")
    return bad("its granularity is '" + std::string(fields[1]) + "', not u or r");
  if (fields[2].empty()) return bad("it names no test");
  token = {};
  token.granularity = fields[1] == "u" ? Granularity::kUser : Granularity::kRuntime;
  token.test = fields[2];
  if (!old) {
    const std::string_view f = fields[3];
    const auto [end, wrong] = std::from_chars(f.data(), f.data() + f.size(), token.fingerprint, 16);
    if (wrong != std::errc() || end != f.data() + f.size())
      return bad("its fingerprint is '" + std::string(f) + "', not a number of four hexadecimal digits");
  }
  while (!text.empty()) {
    const size_t dot = text.find('.');
    const std::string_view group = text.substr(0, dot);
    const size_t number = token.schedule.size() + 1;
    if (!DecodeGroup(group, old, token.schedule))
      return bad("its step " + std::to_string(number) + ", '" + std::string(group) + "', means nothing");
    text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  }
  return true;
}

}  // namespace plait::explore
