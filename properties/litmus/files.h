#ifndef PLAIT_PROPERTIES_LITMUS_FILES_H_
#define PLAIT_PROPERTIES_LITMUS_FILES_H_

#include <string>
#include <string_view>
#include <vector>

#include "plait/properties/litmus/litmus.h"

namespace plait::litmus {

// The text of a file. Throws std::runtime_error if it cannot be read.
std::string ReadFile(const std::string& path);

// Paths of the litmus files that these names stand for, sorted: a folder stands for all in it.
std::vector<std::string> FindFiles(const std::vector<std::string>& names);

// All of them, parsed. Throws ParseError.
std::vector<Litmus> ParseFiles(const std::vector<std::string>& names);

// By which docs/clauses/verdicts.txt knows a text: 64-bit FNV-1a, in hexadecimal, as docs/clauses/clauses.h has it.
std::string HashOf(std::string_view text);

}  // namespace plait::litmus

#endif  // PLAIT_PROPERTIES_LITMUS_FILES_H_
