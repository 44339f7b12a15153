#include "plait/properties/litmus/lexer.h"

#include <cctype>

namespace plait::litmus {
namespace {

constexpr std::string_view kSigns[] = {":=", "<-", "==", "!=", "&&", "||", "(", ")", "{", "}",
                                       ",",  ".",  ":",  "=",  "<",  "!",  "&", "+", "-"};

bool IsLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

}  // namespace

std::vector<Token> Lex(const std::string& file, std::string_view text) {
  std::vector<Token> tokens;
  Place place;
  const auto newline = [&tokens](Place at) {
    if (!tokens.empty() && tokens.back().kind != Token::Kind::kNewline) {
      tokens.push_back({Token::Kind::kNewline, "the end of the line", at});
    }
  };
  size_t i = 0;
  const auto take = [&](size_t n) {
    const std::string_view taken = text.substr(i, n);
    i += n;
    place.column += static_cast<int>(n);
    return std::string(taken);
  };
  while (i < text.size()) {
    const char c = text[i];
    const Place at = place;
    if (c == '\n' || c == ';') {
      newline(at);
      take(1);
      if (c == '\n') place = {.line = place.line + 1, .column = 1};
    } else if (c == ' ' || c == '\t' || c == '\r') {
      take(1);
    } else if (text.substr(i, 2) == "//") {
      take(std::min(text.find('\n', i), text.size()) - i);
    } else if (IsLetter(c)) {
      size_t n = 1;
      while (i + n < text.size() && (IsLetter(text[i + n]) || IsDigit(text[i + n]))) ++n;
      tokens.push_back({Token::Kind::kWord, take(n), at});
    } else if (IsDigit(c)) {
      size_t n = 1;
      while (i + n < text.size() && IsDigit(text[i + n])) ++n;
      tokens.push_back({Token::Kind::kNumber, take(n), at});
    } else {
      size_t n = 0;
      for (const std::string_view sign : kSigns) {
        if (n == 0 && text.substr(i, sign.size()) == sign) n = sign.size();
      }
      if (n == 0) throw ParseError(file, at, std::string("'") + c + "' means nothing here");
      tokens.push_back({Token::Kind::kSign, take(n), at});
    }
  }
  newline(place);
  tokens.push_back({Token::Kind::kEnd, "the end of the file", place});
  return tokens;
}

}  // namespace plait::litmus
