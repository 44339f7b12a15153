// Statements of a litmus file.
#include <algorithm>
#include <utility>

#include "plait/properties/litmus/parser.h"

namespace plait::litmus {

using model::Op;
using model::OpKind;

// { statements }
void Parser::Block() {
  Expect("{");
  ++depth_;
  for (SkipNewlines(); !Accept("}"); SkipNewlines()) {
    if (Peek().kind == Kind::kEnd) Wrong(Peek(), "expected '}', not the end of the file");
    Statement();
    EndOfStatement();
  }
  --depth_;
}

void Parser::Emit(Op op, const std::vector<Token>& results) {
  const int at = static_cast<int>(body().size());
  auto& variables = variables_[static_cast<size_t>(goroutine_)];
  const bool pair = std::any_of(op.cases.begin(), op.cases.end(), [](const auto&) { return true; });
  if (results.size() > (pair ? 2u : 1u) || (!results.empty() && !HasResult(op.kind))) {
    Wrong(results.back(), "there is nothing that '" + results.back().text + "' could be");
  }
  for (size_t k = 0; k < results.size(); ++k) {
    if (results[k].text == "_") continue;
    const Variable variable{.op = at, .field = k == 0 ? model::Field::kValue : model::Field::kOk};
    if (!variables.emplace(results[k].text, variable).second) {
      Wrong(results[k], "'" + results[k].text + "' is set twice in this function");
    }
    (k == 0 ? op.name : op.ok_name) = results[k].text;
  }
  op.deferred = deferring_;
  body().push_back(std::move(op));
}

const Parser::Variable& Parser::Var(const Token& name) const {
  const auto& variables = variables_[static_cast<size_t>(goroutine_)];
  const auto found = variables.find(name.text);
  if (found == variables.end()) Wrong(name, "there is no variable '" + name.text + "' in this function");
  return found->second;
}

void Parser::Land(const Jumps& jumps) {
  for (const size_t jump : jumps) body()[jump].target = static_cast<int>(body().size());
}

void Parser::Statement() {
  if (AcceptWord("if")) return If();
  if (AcceptWord("for")) return Range();
  if (AcceptWord("defer")) return Deferred();
  if (Peek().IsWord("select")) return Select();
  if (AcceptWord("go")) {
    const Token name = ExpectKind(Kind::kWord, "a function");
    const int g = Goroutine(name);
    Expect("(");
    Expect(")");
    if (std::exchange(functions_[static_cast<size_t>(g)].started, true)) Wrong(name, name.text + " is started twice");
    return Emit(model::Go(g), {});
  }
  if (AcceptWord("return")) {
    if (in_once_) Wrong(Peek(), "no return inside once.Do");
    return Emit({.kind = OpKind::kReturn}, {});
  }
  // NAME, NAME := ...
  std::vector<Token> results;
  if (Peek().kind == Kind::kWord && (Peek(1).Is(":=") || Peek(1).Is(","))) {
    results.push_back(Next());
    if (Accept(",")) results.push_back(ExpectKind(Kind::kWord, "a name"));
    Expect(":=");
  }
  if (Peek().Is("<-")) {
    model::Case c = Communication(&results);
    return Emit({.kind = OpKind::kRecv, .cases = {c}}, results);
  }
  if (AtChannel() && results.empty()) {
    const model::Case c = Communication(nullptr);
    return Emit({.kind = OpKind::kSend, .cases = {c}}, {});
  }
  Call(ExpectKind(Kind::kWord, "a statement"), results);
}

// Only plain operations are deferred, and not inside a block: what runs at the end is then a matter of how far it came.
void Parser::Deferred() {
  const Token at = Peek();
  if (depth_ > 1) Wrong(at, "defer stands in the function itself, not in a block");
  deferring_ = true;
  if (AcceptWord("func")) {  // defer func() { one statement }()
    Expect("(");
    Expect(")");
    Expect("{");
    SkipNewlines();
    Statement();
    SkipNewlines();
    Expect("}");
    Expect("(");
    Expect(")");
  } else {
    Call(ExpectKind(Kind::kWord, "a call"), {});
  }
  deferring_ = false;
  switch (body().back().kind) {
    case OpKind::kIf:
    case OpKind::kJump:
    case OpKind::kOnceEnd:
    case OpKind::kReturn:
      Wrong(at, "this cannot be deferred");
    default:
      break;
  }
}

// if v == 1 { } else { }, if ok { }, if !ok { }
void Parser::If() {
  const bool negated = Accept("!");
  const Token name = ExpectKind(Kind::kWord, "a variable");
  const Variable variable = Var(name);
  Op op{.kind = OpKind::kIf, .var = variable.op, .field = variable.field};
  if (variable.field == model::Field::kOk || negated || Peek().Is("{")) {
    // A result that is 1 or 0, too, is a condition: if mu.TryLock()'s.
    op.arg = negated ? 0 : 1;
  } else {
    const Token sign = Next();
    if (!sign.Is("==") && !sign.Is("!=") && !sign.Is("<")) Wrong(sign, "expected ==, != or <");
    op.compare = sign.Is("==")   ? model::Compare::kEqual
                 : sign.Is("!=") ? model::Compare::kNotEqual
                                 : model::Compare::kLess;
    op.arg = Number(model::kMinValue, model::kMaxValue);
  }
  const size_t at = body().size();
  Emit(op, {});
  Block();
  if (!AcceptWord("else")) return Land({at});
  const size_t over = body().size();
  Emit({.kind = OpKind::kJump}, {});
  Land({at});
  if (AcceptWord("if")) {
    If();
  } else {
    Block();
  }
  Land({over});
}

// A case's statements: what runs if the operation has chosen it.
void Parser::Select() {
  ExpectWord("select");
  Expect("{");
  Op op{.kind = OpKind::kSelect};
  // The cases stand among the statements, but the operation has them all: it is put down first and filled in later.
  const size_t at = body().size();
  Emit(op, {});
  Jumps ends;
  for (SkipNewlines(); !Accept("}"); SkipNewlines()) {
    const Token how = Next();
    int chosen = model::kDefaultCase;
    if (how.IsWord("case")) {
      std::vector<Token> results;
      chosen = static_cast<int>(body()[at].cases.size());
      const model::Case c = Communication(&results);
      body()[at].cases.push_back(c);
      for (size_t k = 0; k < results.size(); ++k) {
        if (results[k].text == "_") continue;
        const Variable variable{.op = static_cast<int>(at), .field = k == 0 ? model::Field::kValue : model::Field::kOk};
        // Each case has its own variables (SEL-23), so two may have the same name: they are the same result here.
        const auto [at_name, added] = variables_[static_cast<size_t>(goroutine_)].emplace(results[k].text, variable);
        if (!added && (at_name->second.op != variable.op || at_name->second.field != variable.field)) {
          Wrong(results[k], "'" + results[k].text + "' is set twice in this function");
        }
      }
    } else if (how.IsWord("default")) {
      if (std::exchange(body()[at].has_default, true)) Wrong(how, "a select has one default");
    } else {
      Wrong(how, "expected case, default or '}', not '" + how.text + "'");
    }
    Expect(":");
    const size_t skip = body().size();
    Emit({.kind = OpKind::kIf, .arg = chosen, .var = static_cast<int>(at), .field = model::Field::kChosen}, {});
    ++depth_;
    for (SkipNewlines(); !Peek().IsWord("case") && !Peek().IsWord("default") && !Peek().Is("}"); SkipNewlines()) {
      if (Peek().kind == Kind::kEnd) Wrong(Peek(), "expected '}', not the end of the file");
      Statement();
      EndOfStatement();
    }
    --depth_;
    if (body().size() == skip + 1) {
      body().pop_back();  // a case without statements
      continue;
    }
    ends.push_back(body().size());
    Emit({.kind = OpKind::kJump}, {});
    Land({skip});
  }
  Land(ends);
}

// for range c {}, for v := range c {}
void Parser::Range() {
  std::vector<Token> results;
  if (!Peek().IsWord("range")) {
    results.push_back(ExpectKind(Kind::kWord, "a variable or range"));
    Expect(":=");
  }
  ExpectWord("range");
  Op op = model::Range(Channel());
  Expect("{");
  Expect("}");
  Emit(op, results);
}

void Parser::Once(int object) {
  ExpectWord("func");
  Expect("(");
  Expect(")");
  const size_t at = body().size();
  Emit({.kind = OpKind::kOnce, .object = object}, {});
  const bool outer = std::exchange(in_once_, true);
  Block();
  in_once_ = outer;
  Emit({.kind = OpKind::kOnceEnd, .object = object}, {});
  Land({at});
}

bool Parser::AtChannel() const {
  if (Peek().kind != Kind::kWord || !Peek(1).Is("<-")) return false;
  const auto found = names_.find(Peek().text);
  return found != names_.end() && found->second.what == Names::kChannel;
}

// c, t.C, ctx.Done()
int Parser::Channel() {
  const Token name = ExpectKind(Kind::kWord, "a channel");
  const auto found = names_.find(name.text);
  if (found == names_.end()) Wrong(name, "'" + name.text + "' is not declared above");
  if (found->second.what == Names::kChannel) return found->second.index;
  if (found->second.what == Names::kObject) {
    const model::Object& object = litmus_.program.objects[static_cast<size_t>(found->second.index)];
    if (object.kind == model::ObjectKind::kTimer && Accept(".")) {
      ExpectWord("C");
      return object.chan;
    }
    if (object.kind == model::ObjectKind::kContext && Accept(".")) {
      ExpectWord("Done");
      Expect("(");
      Expect(")");
      return object.chan;
    }
  }
  Wrong(name, "'" + name.text + "' is no channel");
}

// c <- 1; or v, ok := <-c, where the results may have been read already.
model::Case Parser::Communication(std::vector<Token>* results) {
  if (results != nullptr && results->empty() && Peek().kind == Kind::kWord && (Peek(1).Is(":=") || Peek(1).Is(","))) {
    results->push_back(Next());
    if (Accept(",")) results->push_back(ExpectKind(Kind::kWord, "a name"));
    Expect(":=");
  }
  if (Accept("<-")) return model::CaseRecv(Channel());
  model::Case c = model::CaseSend(Channel(), 0);
  Expect("<-");
  Operand(&c.value, &c.var);
  return c;
}

// 1, v, v+1
void Parser::Operand(int* constant, int* var) {
  if (Peek().kind != Kind::kWord) {
    *constant = Number(model::kMinValue, model::kMaxValue);
    return;
  }
  const Token name = Next();
  const Variable& variable = Var(name);
  if (variable.field != model::Field::kValue) Wrong(name, "'" + name.text + "' is no number");
  *var = variable.op;
  if (Accept("+")) *constant = Number(model::kMinValue, model::kMaxValue);
}

// A call, after its first word.
void Parser::Call(const Token& name, const std::vector<Token>& results) {
  static const std::map<std::string, OpKind> kOfChannel = {
      {"close", OpKind::kClose}, {"len", OpKind::kLen}, {"cap", OpKind::kCap}};
  if (const auto found = kOfChannel.find(name.text); found != kOfChannel.end()) {
    Expect("(");
    const Op op{.kind = found->second, .object = Channel()};
    Expect(")");
    return Emit(op, results);
  }
  if (name.text == "panic") {
    Expect("(");
    const Op op{.kind = OpKind::kPanic, .arg = Number(0, model::kMaxPanic)};
    Expect(")");
    return Emit(op, results);
  }
  if (name.text == "recover") {
    Expect("(");
    Expect(")");
    return Emit({.kind = OpKind::kRecover}, results);
  }
  if (name.text == "runtime" || name.text == "time") {
    Expect(".");
    const Token what = ExpectKind(Kind::kWord, "a function");
    Expect("(");
    Op op;
    if (name.text == "time" && what.text == "Sleep") {
      op = {.kind = OpKind::kSleep, .arg = Number(0, 20)};
    } else if (name.text == "runtime" && (what.text == "Goexit" || what.text == "Gosched")) {
      op.kind = what.text == "Goexit" ? OpKind::kGoexit : OpKind::kGosched;
    } else {
      Wrong(what, "there is no '" + name.text + "." + what.text + "' here");
    }
    Expect(")");
    return Emit(op, results);
  }
  const auto found = names_.find(name.text);
  if (found == names_.end()) Wrong(name, "'" + name.text + "' is not declared above");
  if (found->second.what == Names::kCancel) {
    Expect("(");
    Expect(")");
    return Emit({.kind = OpKind::kCancel, .object = found->second.index}, results);
  }
  if (found->second.what == Names::kChannel) Wrong(name, "a channel is sent to, received from or closed");
  Method(name, found->second.index, results);
}

void Parser::Method(const Token& object, int index, const std::vector<Token>& results) {
  using model::ObjectKind;
  Expect(".");
  const Token method = ExpectKind(Kind::kWord, "a method");
  const ObjectKind kind = litmus_.program.objects[static_cast<size_t>(index)].kind;
  Expect("(");
  if (kind == ObjectKind::kOnce && method.text == "Do") {
    Once(index);
    return Expect(")");
  }
  static const std::map<std::pair<ObjectKind, std::string>, OpKind> kMethods = {
      {{ObjectKind::kMutex, "Lock"}, OpKind::kLock},
      {{ObjectKind::kMutex, "Unlock"}, OpKind::kUnlock},
      {{ObjectKind::kMutex, "TryLock"}, OpKind::kTryLock},
      {{ObjectKind::kRWMutex, "Lock"}, OpKind::kLock},
      {{ObjectKind::kRWMutex, "Unlock"}, OpKind::kUnlock},
      {{ObjectKind::kRWMutex, "TryLock"}, OpKind::kTryLock},
      {{ObjectKind::kRWMutex, "RLock"}, OpKind::kRLock},
      {{ObjectKind::kRWMutex, "RUnlock"}, OpKind::kRUnlock},
      {{ObjectKind::kRWMutex, "TryRLock"}, OpKind::kTryRLock},
      {{ObjectKind::kWaitGroup, "Add"}, OpKind::kAddWait},
      {{ObjectKind::kWaitGroup, "Done"}, OpKind::kAddWait},
      {{ObjectKind::kWaitGroup, "Wait"}, OpKind::kWait},
      {{ObjectKind::kCond, "Wait"}, OpKind::kCondWait},
      {{ObjectKind::kCond, "Signal"}, OpKind::kSignal},
      {{ObjectKind::kCond, "Broadcast"}, OpKind::kBroadcast},
      {{ObjectKind::kInt, "Load"}, OpKind::kLoad},
      {{ObjectKind::kInt, "Store"}, OpKind::kStore},
      {{ObjectKind::kInt, "Add"}, OpKind::kAdd},
      {{ObjectKind::kInt, "Swap"}, OpKind::kSwap},
      {{ObjectKind::kInt, "CompareAndSwap"}, OpKind::kCompareAndSwap},
      {{ObjectKind::kTimer, "Stop"}, OpKind::kStop},
      {{ObjectKind::kTimer, "Reset"}, OpKind::kReset},
      {{ObjectKind::kFunc, "Stop"}, OpKind::kStop},
      {{ObjectKind::kContext, "Err"}, OpKind::kErr},
  };
  const auto found = kMethods.find({kind, method.text});
  if (found == kMethods.end()) Wrong(method, "'" + object.text + "' has no method '" + method.text + "'");
  Op op{.kind = found->second, .object = index};
  switch (op.kind) {
    case OpKind::kAddWait:
      op.arg = method.text == "Done" ? -1 : Number(-10, 10);
      break;
    case OpKind::kReset:
      op.arg = Number(1, 20);
      break;
    case OpKind::kCompareAndSwap:
      op.old = Number(model::kMinValue, model::kMaxValue);
      Expect(",");
      op.arg = Number(model::kMinValue, model::kMaxValue);
      break;
    case OpKind::kStore:
    case OpKind::kAdd:
    case OpKind::kSwap:
      Operand(&op.arg, &op.var);
      break;
    default:
      break;
  }
  Expect(")");
  Emit(op, results);
}

}  // namespace plait::litmus
