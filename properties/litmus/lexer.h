#ifndef PLAIT_PROPERTIES_LITMUS_LEXER_H_
#define PLAIT_PROPERTIES_LITMUS_LEXER_H_

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace plait::litmus {

struct Place {
  int line = 1;
  int column = 1;
};

// What is wrong with a litmus file, as "file:line:column: what". Lines and columns count from 1.
class ParseError : public std::runtime_error {
 public:
  ParseError(const std::string& file, Place place, const std::string& what)
      : std::runtime_error(file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + what),
        place_(place) {}

  Place place() const { return place_; }

 private:
  Place place_;
};

// A word, a number, a sign (":=", "<-", "==", "{"...), or the end of a line. The text ends with an endless row of kEnd.
struct Token {
  enum class Kind { kWord, kNumber, kSign, kNewline, kEnd };
  Kind kind = Kind::kEnd;
  std::string text = {};
  Place place = {};

  bool Is(std::string_view sign) const { return kind == Kind::kSign && text == sign; }
  bool IsWord(std::string_view word) const { return kind == Kind::kWord && text == word; }
};

// Splits a text. Comments go from // to the end of the line; empty lines make no token, a semicolon is a newline.
std::vector<Token> Lex(const std::string& file, std::string_view text);

}  // namespace plait::litmus

#endif  // PLAIT_PROPERTIES_LITMUS_LEXER_H_
