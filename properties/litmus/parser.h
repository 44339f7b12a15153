// The grammar. Private to the parser: parse.cc reads declarations and claims, parse_body.cc statements.
#ifndef PLAIT_PROPERTIES_LITMUS_PARSER_H_
#define PLAIT_PROPERTIES_LITMUS_PARSER_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plait/properties/litmus/litmus.h"

namespace plait::litmus {

class Parser {
 public:
  Parser(const std::string& file, std::string_view text);

  Litmus Run();

 private:
  using Kind = Token::Kind;
  enum class Names { kChannel, kObject, kCancel };
  struct Name {
    Names what = Names::kChannel;
    int index = 0;
  };
  struct Variable {
    int op = 0;
    model::Field field = model::Field::kValue;
  };
  struct Function {
    Place place = {};  // where it was first spoken of
    bool written = false;
    bool started = false;
  };
  // A place that may be jumped to; the operations that do are told when it is known.
  using Jumps = std::vector<size_t>;

  [[noreturn]] void Wrong(const Token& at, const std::string& what) const;
  const Token& Peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token Next() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }
  bool Accept(std::string_view sign);
  bool AcceptWord(std::string_view word);
  void Expect(std::string_view sign);
  void ExpectWord(std::string_view word);
  Token ExpectKind(Kind kind, const std::string& what);
  int Number(int least, int most);
  void EndOfStatement();
  void SkipNewlines();

  // parse.cc
  void Header(std::string_view text);
  void Declaration();
  void Short(const std::vector<Token>& names);
  void Variable_(const Token& name);
  void Declare(const Token& name, Names what, int index);
  int AddObject(model::Object object);
  int Goroutine(const Token& name);
  void Func();
  void Outcomes(std::string_view text);
  void Claim_(bool exists, std::string_view text);
  Condition Or();
  Condition And();
  Condition Not();

  // parse_body.cc
  void Block();
  void Statement();
  void Deferred();
  void If();
  void Select();
  void Range();
  void Once(int object);
  void Call(const Token& name, const std::vector<Token>& results);
  void Method(const Token& object, int index, const std::vector<Token>& results);
  bool AtChannel() const;
  int Channel();
  model::Case Communication(std::vector<Token>* results);
  void Operand(int* constant, int* var);
  void Emit(model::Op op, const std::vector<Token>& results);
  const Variable& Var(const Token& name) const;
  model::Body& body() { return litmus_.program.goroutines[static_cast<size_t>(goroutine_)]; }
  void Land(const Jumps& jumps);

  const std::string file_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  Litmus litmus_;
  std::map<std::string, Name> names_;
  std::vector<Function> functions_;  // by goroutine

  // Of the function that is being read:
  int goroutine_ = 0;
  int depth_ = 0;  // of blocks
  bool in_once_ = false;
  bool deferring_ = false;
  std::vector<std::map<std::string, Variable>> variables_;  // by goroutine
};

}  // namespace plait::litmus

#endif  // PLAIT_PROPERTIES_LITMUS_PARSER_H_
