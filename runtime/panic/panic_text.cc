#include "plait/runtime/panic/panic_text.h"

#include <cxxabi.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace plait {

std::string TypeName(const std::type_info& type) {
  int status = 0;
  char* text = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string result = status == 0 ? text : type.name();
  std::free(text);
  return result;
}

std::string PanicTextOfPointer(const std::type_info& type, const void* address) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, ") 0x%llx",
                static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(address)));
  return "(" + TypeName(type) + buffer;
}

// As Go's print: a sign, seven digits, an exponent of three.
std::string PanicTextOfFloat(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%+.6e", value);
  std::string text = buffer;
  const size_t exponent = text.find('e') + 2;
  text.insert(exponent, 3 - std::min<size_t>(3, text.size() - exponent), '0');
  return text;
}

std::string Indented(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += '\t';
  }
  return out;
}

}  // namespace plait
