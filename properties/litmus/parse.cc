// Declarations and claims of a litmus file.
#include <algorithm>
#include <cctype>
#include <utility>

#include "plait/properties/litmus/parser.h"

namespace plait::litmus {

using model::ObjectKind;

Parser::Parser(const std::string& file, std::string_view text) : file_(file) {
  litmus_.file = file;
  litmus_.program.goroutines.emplace_back();
  functions_.emplace_back();
  variables_.emplace_back();
  Header(text);
  // The list of outcomes is no part of the grammar: its lines are compared as they stand.
  size_t end = text.size();
  int line = 1;
  for (size_t i = 0; i < text.size(); i = std::min(text.find('\n', i), text.size() - 1) + 1, ++line) {
    std::string_view rest = text.substr(i, std::min(text.find('\n', i), text.size()) - i);
    while (!rest.empty() && std::isspace(static_cast<unsigned char>(rest.back())) != 0) rest.remove_suffix(1);
    if (rest != "outcomes") continue;
    litmus_.outcomes_at = {.line = line, .column = 1};
    litmus_.lists_outcomes = true;
    end = i;
    Outcomes(text.substr(i + rest.size()));
    break;
  }
  tokens_ = Lex(file, text.substr(0, end));
}

void Parser::Wrong(const Token& at, const std::string& what) const { throw ParseError(file_, at.place, what); }

bool Parser::Accept(std::string_view sign) { return Peek().Is(sign) && (++at_, true); }
bool Parser::AcceptWord(std::string_view word) { return Peek().IsWord(word) && (++at_, true); }

void Parser::Expect(std::string_view sign) {
  if (!Accept(sign)) Wrong(Peek(), "expected '" + std::string(sign) + "', not '" + Peek().text + "'");
}

void Parser::ExpectWord(std::string_view word) {
  if (!AcceptWord(word)) Wrong(Peek(), "expected '" + std::string(word) + "', not '" + Peek().text + "'");
}

Token Parser::ExpectKind(Kind kind, const std::string& what) {
  if (Peek().kind != kind) Wrong(Peek(), "expected " + what + ", not '" + Peek().text + "'");
  return Next();
}

int Parser::Number(int least, int most) {
  const bool negative = Accept("-");
  const Token number = ExpectKind(Kind::kNumber, "a number");
  const int value = number.text.size() > 6 ? most + 1 : std::stoi(number.text) * (negative ? -1 : 1);
  if (value < least || value > most) {
    Wrong(number, "a number from " + std::to_string(least) + " to " + std::to_string(most) + " belongs here");
  }
  return value;
}

void Parser::EndOfStatement() {
  if (Peek().Is("}") || Peek().kind == Kind::kEnd) return;
  ExpectKind(Kind::kNewline, "the end of the statement");
}

void Parser::SkipNewlines() {
  while (Peek().kind == Kind::kNewline) ++at_;
}

// The first comment, and the ids that it begins with: "CH-08, SEL-12: ...".
void Parser::Header(std::string_view text) {
  while (text.substr(0, 2) == "//") {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(2, end - 2);
    if (!line.empty() && line[0] == ' ') line.remove_prefix(1);
    if (!litmus_.comment.empty()) litmus_.comment += ' ';
    litmus_.comment += line;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::string_view rest = litmus_.comment;
  while (true) {
    size_t letters = 0;
    while (letters < rest.size() && std::isupper(static_cast<unsigned char>(rest[letters])) != 0) ++letters;
    if (letters < 2 || rest.size() < letters + 3 || rest[letters] != '-') return;
    litmus_.clauses.emplace_back(rest.substr(0, letters + 3));
    rest.remove_prefix(letters + 3);
    if (rest.substr(0, 2) != ", ") return;
    rest.remove_prefix(2);
  }
}

void Parser::Outcomes(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())) != 0) line.remove_prefix(1);
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.remove_suffix(1);
    if (!line.empty() && line.substr(0, 2) != "//") litmus_.outcomes.emplace(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Litmus Parser::Run() {
  for (SkipNewlines(); Peek().kind != Kind::kEnd; SkipNewlines()) {
    if (AcceptWord("func")) {
      Func();
    } else if (Peek().IsWord("exists") || Peek().IsWord("forall")) {
      Claim_(Next().text == "exists", {});
    } else if (AcceptWord("needs")) {
      ExpectWord("go");
      const Token at = ExpectKind(Kind::kNumber, "a version of Go, such as 1.23");
      Expect(".");
      if (at.text != "1") Wrong(at, "a version of Go begins with 1.");
      litmus_.needs_go = Number(1, 99);
    } else {
      Declaration();
    }
    EndOfStatement();
  }
  if (!functions_[0].written) Wrong(Peek(), "there is no func main()");
  for (size_t g = 1; g < functions_.size(); ++g) {
    if (!functions_[g].written) {
      throw ParseError(file_, functions_[g].place, "there is no func g" + std::to_string(g) + "()");
    }
  }
  if (const std::string fault = model::Validate(litmus_.program); !fault.empty()) Wrong(Peek(), fault);
  return std::move(litmus_);
}

void Parser::Declare(const Token& name, Names what, int index) {
  if (!names_.emplace(name.text, Name{what, index}).second) Wrong(name, "'" + name.text + "' is declared twice");
}

int Parser::AddObject(model::Object object) {
  litmus_.program.objects.push_back(std::move(object));
  return static_cast<int>(litmus_.program.objects.size()) - 1;
}

void Parser::Declaration() {
  const Token first = ExpectKind(Kind::kWord, "a declaration");
  if (first.text == "var") return Variable_(ExpectKind(Kind::kWord, "a name"));
  std::vector<Token> names = {first};
  while (Accept(",")) names.push_back(ExpectKind(Kind::kWord, "a name"));
  Expect(":=");
  Short(names);
}

// var NAME TYPE
void Parser::Variable_(const Token& name) {
  if (AcceptWord("chan")) {
    ExpectWord("int");
    litmus_.program.channels.push_back(model::NilChan(name.text));
    return Declare(name, Names::kChannel, static_cast<int>(litmus_.program.channels.size()) - 1);
  }
  const Token package = ExpectKind(Kind::kWord, "a type");
  Expect(".");
  const std::string type = package.text + "." + ExpectKind(Kind::kWord, "a type").text;
  static const std::map<std::string, ObjectKind> kTypes = {
      {"sync.Mutex", ObjectKind::kMutex}, {"sync.RWMutex", ObjectKind::kRWMutex},
      {"sync.Once", ObjectKind::kOnce},   {"sync.WaitGroup", ObjectKind::kWaitGroup},
      {"atomic.Int64", ObjectKind::kInt},
  };
  const auto found = kTypes.find(type);
  if (found == kTypes.end()) {
    Wrong(
        package,
        "'" + type + "' is no type here: chan int, sync.Mutex, sync.RWMutex, sync.WaitGroup, sync.Once, atomic.Int64");
  }
  Declare(name, Names::kObject, AddObject({.kind = found->second, .name = name.text}));
}

// NAMES := ..., after the :=
void Parser::Short(const std::vector<Token>& names) {
  const Token& name = names[0];
  const Token what = ExpectKind(Kind::kWord, "make, sync.NewCond, time.NewTimer, time.AfterFunc or context.With...");
  std::string call = what.text;
  if (Accept(".")) call += "." + ExpectKind(Kind::kWord, "a function").text;
  const bool context = call == "context.WithCancel" || call == "context.WithTimeout";
  if (names.size() != (context ? 2u : 1u)) {
    Wrong(name, context ? "this gives two things: ctx, cancel := ..." : "this gives one thing");
  }
  Expect("(");
  if (call == "make") {
    ExpectWord("chan");
    ExpectWord("int");
    litmus_.program.channels.push_back(model::Chan(Accept(",") ? Number(0, 100) : 0, name.text));
    Declare(name, Names::kChannel, static_cast<int>(litmus_.program.channels.size()) - 1);
  } else if (call == "sync.NewCond") {
    Expect("&");
    const Token mutex = ExpectKind(Kind::kWord, "a mutex");
    const auto found = names_.find(mutex.text);
    if (found == names_.end() || found->second.what != Names::kObject ||
        litmus_.program.objects[static_cast<size_t>(found->second.index)].kind != ObjectKind::kMutex) {
      Wrong(mutex, "'" + mutex.text + "' is no sync.Mutex");
    }
    Declare(name, Names::kObject, AddObject({.kind = ObjectKind::kCond, .name = name.text, .of = found->second.index}));
  } else if (call == "time.NewTimer" || call == "time.AfterFunc") {
    model::Object object{.kind = ObjectKind::kFunc, .name = name.text, .after = Number(1, 20)};
    if (call == "time.NewTimer") {
      object.kind = ObjectKind::kTimer;
      object.chan = static_cast<int>(litmus_.program.channels.size());
      litmus_.program.channels.push_back(
          {.name = name.text + ".C", .of = static_cast<int>(litmus_.program.objects.size())});
    } else {
      Expect(",");
      object.of = Goroutine(ExpectKind(Kind::kWord, "a function"));
      functions_[static_cast<size_t>(object.of)].started = true;
    }
    Declare(name, Names::kObject, AddObject(object));
  } else if (context) {
    model::Object object{.kind = ObjectKind::kContext, .name = name.text};
    const Token parent = ExpectKind(Kind::kWord, "a context");
    if (parent.text == "context") {
      Expect(".");
      ExpectWord("Background");
      Expect("(");
      Expect(")");
    } else {
      const auto found = names_.find(parent.text);
      if (found == names_.end() || found->second.what != Names::kObject ||
          litmus_.program.objects[static_cast<size_t>(found->second.index)].kind != ObjectKind::kContext) {
        Wrong(parent, "'" + parent.text + "' is no context");
      }
      object.of = found->second.index;
    }
    if (call == "context.WithTimeout") {
      Expect(",");
      object.after = Number(1, 20);
    }
    object.chan = static_cast<int>(litmus_.program.channels.size());
    litmus_.program.channels.push_back(
        {.name = name.text + ".Done()", .of = static_cast<int>(litmus_.program.objects.size())});
    const int index = AddObject(object);
    Declare(name, Names::kObject, index);
    Declare(names[1], Names::kCancel, index);
  } else {
    Wrong(what, "'" + call + "' makes nothing here");
  }
  Expect(")");
}

// main, or g1, g2...
int Parser::Goroutine(const Token& name) {
  if (name.text == "main") return 0;
  const bool numbered =
      name.text.size() > 1 && name.text.size() < 4 && name.text[0] == 'g' &&
      std::all_of(name.text.begin() + 1, name.text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const size_t g = numbered ? static_cast<size_t>(std::stoi(name.text.substr(1))) : 0;
  if (g == 0 || g > 20) Wrong(name, "functions are called main, g1, g2... g20, not '" + name.text + "'");
  while (functions_.size() <= g) {
    functions_.push_back({.place = name.place});
    litmus_.program.goroutines.emplace_back();
    variables_.emplace_back();
  }
  return static_cast<int>(g);
}

void Parser::Func() {
  const Token name = ExpectKind(Kind::kWord, "the function's name");
  goroutine_ = Goroutine(name);
  if (std::exchange(functions_[static_cast<size_t>(goroutine_)].written, true)) {
    Wrong(name, "func " + name.text + "() is there twice");
  }
  Expect("(");
  Expect(")");
  Block();
}

void Parser::Claim_(bool exists, std::string_view) {
  Claim claim{.exists = exists, .condition = {}, .text = exists ? "exists" : "forall"};
  const size_t first = at_;
  claim.condition = Or();
  for (size_t i = first; i < at_; ++i) {
    const std::string& text = tokens_[i].text;
    const bool tight = text == "." || text == ")" || tokens_[i - 1].text == "." || tokens_[i - 1].text == "(" ||
                       tokens_[i - 1].text == "!";
    claim.text += (tight && i != first ? "" : " ") + text;
  }
  litmus_.claims.push_back(std::move(claim));
}

Condition Parser::Or() {
  Condition left = And();
  while (Accept("||")) left = {.kind = Condition::Kind::kOr, .parts = {std::move(left), And()}};
  return left;
}

Condition Parser::And() {
  Condition left = Not();
  while (Accept("&&")) left = {.kind = Condition::Kind::kAnd, .parts = {std::move(left), Not()}};
  return left;
}

Condition Parser::Not() {
  if (Accept("!")) return {.kind = Condition::Kind::kNot, .parts = {Not()}};
  if (Accept("(")) {
    Condition inner = Or();
    Expect(")");
    return inner;
  }
  const Token word = ExpectKind(Kind::kWord, "a condition");
  static const std::map<std::string, model::Verdict> kVerdicts = {
      {"done", model::Verdict::kDone},
      {"leak", model::Verdict::kLeak},
      {"deadlock", model::Verdict::kDeadlock},
      {"fatal", model::Verdict::kFatal},
  };
  if (const auto found = kVerdicts.find(word.text); found != kVerdicts.end()) {
    return {.kind = Condition::Kind::kVerdict, .verdict = found->second};
  }
  const int g = Goroutine(word);
  if (!functions_[static_cast<size_t>(g)].written) Wrong(word, "there is no func " + word.text + "() above");
  if (!Accept(".")) {
    static const std::map<std::string, model::End> kEnds = {{"blocked", model::End::kBlocked},
                                                            {"panics", model::End::kPanicked},
                                                            {"returns", model::End::kReturned},
                                                            {"exits", model::End::kGoexit},
                                                            {"unstarted", model::End::kNotStarted}};
    const Token how = ExpectKind(Kind::kWord, "blocked, panics, returns, exits or unstarted");
    const auto found = kEnds.find(how.text);
    if (found == kEnds.end()) Wrong(how, "'" + how.text + "': expected blocked, panics, returns, exits or unstarted");
    return {.kind = Condition::Kind::kEnds, .goroutine = g, .end = found->second};
  }
  const Token name = ExpectKind(Kind::kWord, "a variable");
  goroutine_ = g;
  const Variable variable = Var(name);
  Condition condition{.kind = Condition::Kind::kCompare, .goroutine = g, .op = variable.op};
  if (variable.field == model::Field::kOk) {
    condition.kind = Condition::Kind::kOk;
    return condition;
  }
  const Token sign = Next();
  if (!sign.Is("==") && !sign.Is("!=") && !sign.Is("<")) Wrong(sign, "expected ==, != or <");
  condition.compare = sign.Is("==")   ? model::Compare::kEqual
                      : sign.Is("!=") ? model::Compare::kNotEqual
                                      : model::Compare::kLess;
  condition.value = Number(model::kMinValue, model::kMaxValue);
  return condition;
}

bool Condition::Holds(const model::Outcome& outcome) const {
  switch (kind) {
    case Kind::kAnd:
      return parts[0].Holds(outcome) && parts[1].Holds(outcome);
    case Kind::kOr:
      return parts[0].Holds(outcome) || parts[1].Holds(outcome);
    case Kind::kNot:
      return !parts[0].Holds(outcome);
    case Kind::kVerdict:
      return outcome.verdict == verdict;
    case Kind::kEnds:
      return outcome.goroutines[static_cast<size_t>(goroutine)].end == end;
    case Kind::kCompare:
    case Kind::kOk:
      break;
  }
  for (const model::Result& r : outcome.goroutines[static_cast<size_t>(goroutine)].results) {
    if (r.op != op) continue;
    if (kind == Kind::kOk) return r.ok;
    return model::Holds(compare, r.value, value);
  }
  return false;
}

Litmus Parse(const std::string& file, std::string_view text) { return Parser(file, text).Run(); }

}  // namespace plait::litmus
